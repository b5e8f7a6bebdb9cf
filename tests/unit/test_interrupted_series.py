"""Interrupted time series: the effect is what was put in, and its interval is as wide as chance makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from forecasting.dependence import LAGS, dependence_of, error_covariances, standard_error
from forecasting.effects import Effect, measure
from forecasting.interventions import verdict
from forecasting.segmented import Family, Floats, Series, Unfittable, design_of, harmonics_of
from metrics.registry import metric_named
from tests.support.interrupted import Shape, chance, simulated

FAMILIES: tuple[Family, ...] = get_args(Family)


def exact(family: Family, line: Floats, days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Series:
    """A series without any chance: its line itself."""
    rows = np.full(len(days), 40.0) + days % 3
    told = {"share": rows / (1 + np.exp(-line)), "count": np.exp(line), "mean": rows * np.exp(line), "log": line}
    rows = np.ones(len(days)) if family == "count" else rows
    return Series(family, days, told[family], rows, np.zeros(len(days)))


@pytest.mark.parametrize("family", FAMILIES)
def test_without_chance_the_effect_is_what_was_put_in(family: Family) -> None:
    days = np.arange(-200, 60)
    before = 3.0 + 0.2 * days / 365.25 + 0.1 * (days % 7 == 2)
    line = before - (0.25 if family == "share" else 0.2) * (days >= 0)
    told = measure(exact(family, line, days), 0)
    if family == "share":
        was, would = (1 / (1 + np.exp(-x[days >= 0])) for x in (line, before))
        rows = 40.0 + days[days >= 0] % 3
        assert told.effect.effect == pytest.approx(np.average(was - would, weights=rows), abs=1e-6)
        assert told.effect.expected == pytest.approx(np.average(would, weights=rows), abs=1e-6)
    else:
        assert told.effect.effect == pytest.approx(np.exp(-0.2) - 1, abs=1e-6)  # 18.1 % less
        assert told.effect.observed / told.effect.expected == pytest.approx(np.exp(-0.2), abs=1e-6)
    back = told.series.back(before)
    assert told.path.expected == pytest.approx(back, rel=1e-5)
    assert told.path.fitted == pytest.approx(told.series.observed, rel=1e-5)
    assert (told.path.low <= told.path.expected + 1e-9).all()
    assert (told.path.expected <= told.path.high + 1e-9).all()


def test_what_the_control_group_did_too_is_no_effect() -> None:
    days = np.arange(-200, 60)
    everywhere = -0.3 * (days >= 0)
    own = exact("count", 3.0 + everywhere - 0.1 * (days >= 0), days)
    other = exact("count", 5.0 + 0.1 * days / 365.25 + everywhere, days)
    assert measure(own, 0).effect.effect == pytest.approx(np.exp(-0.4) - 1, abs=1e-6)
    told = measure(own, 0, other)
    assert told.effect.effect == pytest.approx(np.exp(-0.1) - 1, abs=1e-6)
    assert told.path.expected[days >= 0] == pytest.approx(np.exp(3.0 - 0.3), rel=1e-5)


def test_chance_that_both_share_cancels() -> None:
    """With a control group that has the same good and bad days, the interval is narrower, not wider."""
    shape = Shape("count", before=200, rows=400, chance=0.01)
    shared = chance(replace(shape, chance=0.2, likeness=0.6), np.random.default_rng(3))
    own, other = simulated(shape, 1, shared), simulated(shape, 2, shared)
    alone, beside = measure(own, 0).effect, measure(own, 0, other).effect
    assert beside.high - beside.low < 0.5 * (alone.high - alone.low)
    assert beside.low <= 0 <= beside.high


def test_a_change_of_slope_is_part_of_the_effect() -> None:
    days = np.arange(-200, 60)
    line = 3.0 - 0.01 * days * (days >= 0)
    told = measure(exact("log", line, days), 0).effect
    weight = 40.0 + days[days >= 0] % 3
    assert told.effect == pytest.approx(np.expm1(np.average(line[days >= 0] - 3.0, weights=weight)), abs=1e-6)


def test_a_season_is_told_from_a_year_on_two_waves_from_two() -> None:
    assert [harmonics_of(days) for days in (363, 364, 727, 728, 1095)] == [0, 1, 1, 2, 2]
    short, long = (design_of(simulated(Shape("count", before=days), 1), 0).shape[1] for days in (300, 800))
    assert long - short == 4


def test_holidays_are_taken_out_of_counts() -> None:
    days = np.arange(-200, 60)
    closed = (days % 30 == 4).astype(float)
    line = 4.0 - 3.0 * closed
    series = replace(exact("count", line, days), holiday=closed)
    told = measure(series, 0)
    assert told.effect.effect == pytest.approx(0, abs=1e-6)
    assert told.path.expected == pytest.approx(np.exp(line), rel=1e-5)


def test_what_cannot_be_fitted_says_why() -> None:
    with pytest.raises(Unfittable, match="too few days"):
        measure(simulated(Shape("count", before=10, after=5), 1), 0)
    none = simulated(Shape("share"), 1)
    with pytest.raises(Unfittable, match="every row is alike"):
        measure(replace(none, total=none.rows), 0)
    with pytest.raises(Unfittable, match="nothing was counted"):
        measure(replace(simulated(Shape("count"), 1), total=np.zeros(448)), 0)


def test_autocovariances_are_freed_of_what_the_fit_took_out() -> None:
    """Residuals of a short fit look less alike than their errors; corrected, they agree on average."""
    days = np.arange(-60, 30)
    design = design_of(Series("log", days, days * 0.0, days * 0.0 + 1, days * 0.0), 0)
    bread = np.linalg.inv(design.T @ design)
    shape, rng = Shape("log", before=60, after=30, chance=1.0, likeness=0.6), np.random.default_rng(1)
    raw, corrected = [], []
    for _ in range(400):
        errors = chance(shape, rng)
        residuals = errors - design @ (bread @ (design.T @ errors))
        raw.append(residuals[1:] @ residuals[:-1] / (residuals @ residuals))
        corrected.append(error_covariances(residuals, design, bread))
    mean = np.mean(corrected, axis=0)
    assert np.mean(raw) < 0.54
    assert abs(mean[1] / mean[0] - 0.6) < 0.06
    assert len(mean) == LAGS + 1


def test_days_that_resemble_their_neighbours_make_a_wider_interval() -> None:
    rng = np.random.default_rng(2)
    design = np.ones((400, 1))
    bread, weights = np.array([[1 / 400]]), np.full(400, 1 / 400)
    alone = rng.standard_normal(400)
    alike = chance(Shape("log", before=400, after=0, chance=1.0, likeness=0.8), rng)
    independent = standard_error(weights, alone - alone.mean(), design, bread)
    assert independent == pytest.approx(1 / 20, rel=0.3)
    assert standard_error(weights, alike - alike.mean(), design, bread) > 2 * independent
    told = dependence_of(alike - alike.mean(), design, bread)
    assert 0.6 < told.likeness * told.fading < 0.95


def test_several_judged_together_have_wider_intervals() -> None:
    """Of five, each leaves out one in a hundred, so that all five hold in 95 %: 2.6 standard errors where 2 were."""
    series = simulated(Shape("share", before=364), 3)
    alone, one_of_five = measure(series, 0).effect, measure(series, 0, None, 5).effect
    assert one_of_five.effect == alone.effect
    wider = (one_of_five.high - one_of_five.effect) / (alone.high - alone.effect)
    assert wider == pytest.approx(2.587 / 1.966, abs=0.005)  # Student's t of about 440


@pytest.mark.parametrize(
    ("low", "effect", "high", "says"),
    [
        (-0.27, -0.14, 0.02, "cannot tell"),  # from much less to no less
        (-0.27, -0.18, -0.09, "worked"),
        (0.09, 0.18, 0.27, "got worse"),
        (-0.04, -0.01, 0.03, "no visible effect"),  # whatever it is, it does not matter
        (-0.04, -0.03, -0.01, "no visible effect"),
        (-0.08, -0.04, -0.01, "cannot tell"),  # less, and whether it matters is open
    ],
)
def test_a_verdict_takes_what_the_whole_interval_says(low: float, effect: float, high: float, says: str) -> None:
    metric = metric_named("first_reply_time")  # material from 5 %
    assert verdict(Effect(effect, low, high, 1.0, 1.0), "down", metric) == says


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_the_interval_holds_the_truth_and_nothing_is_made_of_chance(family: Family) -> None:
    """A small version of ``python -m benchmarks.interventions``: 60 series of two lengths, no effect in any."""
    shapes = (Shape(family, before=180, after=84), Shape(family, before=364, after=42, season=0.1, rows=40))
    told = [measure(simulated(shape, seed), 0).effect for shape in shapes for seed in range(30)]
    covered = np.mean([effect.low <= 0 <= effect.high for effect in told])
    worked = np.mean([effect.high < 0 for effect in told])
    assert covered >= 0.87  # 60 draws of .95: below only once in 100 families
    assert worked <= 0.084  # at most 5 of 60, of a true rate of .025


@pytest.mark.slow
def test_a_change_that_is_there_is_found() -> None:
    told = [measure(simulated(Shape("mean", before=800, change=-0.2), seed), 0).effect for seed in range(12)]
    assert sum(effect.high < 0 for effect in told) >= 9
    assert sum(effect.low <= np.expm1(-0.2) <= effect.high for effect in told) >= 10
