"""Intervals against reference computations that share no code with them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.answers import ratio_interval, score_interval, wilson
from metrics.measures import SUMS

Z = 1.959964  # from a printed table


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 10_000))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe (1998), table I, and Agresti and Coull (1998): score intervals worked out in print
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_what_is_printed(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(shares())
def test_wilson_bounds_are_where_the_score_test_just_rejects(share: tuple[int, int]) -> None:
    """(p̂ − p)² = z² p (1 − p) / n, solved for p: the interval's definition, not its usual formula."""
    hits, n = share
    rate = hits / n
    lower, upper = sorted(np.roots([1 + Z**2 / n, -(2 * rate + Z**2 / n), rate**2]).real)
    low, high = wilson(hits, n)
    assert float(low) == pytest.approx(max(lower, 0), abs=1e-6)
    assert float(high) == pytest.approx(min(upper, 1), abs=1e-6)


@given(shares())
def test_wilson_holds_the_rate_stays_in_bounds_and_mirrors(share: tuple[int, int]) -> None:
    hits, n = share
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1
    mirrored_low, mirrored_high = wilson(n - hits, n)
    assert (float(low), float(high)) == (pytest.approx(1 - mirrored_high), pytest.approx(1 - mirrored_low))


@given(shares())
def test_wilson_narrows_with_more_of_the_same(share: tuple[int, int]) -> None:
    hits, n = share
    (low, high), (closer_low, closer_high) = wilson(hits, n), wilson(4 * hits, 4 * n)
    assert closer_high - closer_low < high - low


def test_nothing_counted_has_no_interval() -> None:
    assert all(math.isnan(bound) for bound in wilson(0, 0))


def _sums(amounts: list[int], per: list[int]) -> pd.DataFrame:
    a, b = np.array(amounts, float), np.array(per, float)
    sums = (a.sum(), b.sum(), (a * a).sum(), (a * b).sum(), (b * b).sum(), len(a))
    return pd.DataFrame([sums], columns=["numerator", "denominator", *SUMS])


@given(st.lists(st.integers(0, 100_000), min_size=2, max_size=50))
def test_interval_of_a_mean(amounts: list[int]) -> None:
    low, high = (bound[0] for bound in ratio_interval(_sums(amounts, [1] * len(amounts))))
    half = Z * np.std(amounts, ddof=1) / math.sqrt(len(amounts))
    assert float(low) == pytest.approx(np.mean(amounts) - half, rel=1e-6, abs=0.5)
    assert float(high) == pytest.approx(np.mean(amounts) + half, rel=1e-6, abs=0.5)


def test_one_amount_has_no_interval() -> None:
    assert all(math.isnan(bound[0]) for bound in ratio_interval(_sums([180], [1])))


def test_interval_of_a_ratio_of_sums_covers() -> None:
    """Three hours out of four, however long the days are: the interval holds the truth about 95 times in 100."""
    chance = np.random.default_rng(7)
    found = 0
    for _ in range(400):
        scheduled = chance.integers(3600, 8 * 3600, 40)
        handled = (scheduled * chance.normal(0.75, 0.1, 40)).astype(int)
        low, high = (bound[0] for bound in ratio_interval(_sums(handled.tolist(), scheduled.tolist())))
        found += low <= 0.75 <= high
    assert 0.91 <= found / 400 <= 0.98


SCALES = st.sampled_from([(-100, 100), (1, 7), (1, 5)])


@given(SCALES.flatmap(lambda scale: st.tuples(st.just(scale), st.lists(st.integers(*scale), min_size=5, max_size=60))))
@settings(max_examples=60)
def test_the_interval_of_a_score_holds_it_has_a_width_and_stays_on_the_scale(
    told: tuple[tuple[int, int], list[int]],
) -> None:
    (lowest, highest), answers = told
    low, high = _scored(np.array([answers], float), (lowest, highest))
    assert lowest <= low[0] <= np.mean(answers) + 1e-9
    assert np.mean(answers) - 1e-9 <= high[0] <= highest
    assert low[0] < high[0]


@pytest.mark.parametrize("shares", [(0.1, 0.2, 0.7), (0.3, 0.3, 0.4), (0.02, 0.08, 0.9)])
@pytest.mark.parametrize("n", [5, 10, 100])
def test_nine_in_ten_intervals_of_a_score_hold_what_it_would_be_of_all(shares: tuple[float, ...], n: int) -> None:
    counts_for = np.array([-100.0, 0.0, 100.0])
    low, high = _scored(np.random.default_rng(3).choice(counts_for, (2000, n), p=shares), (-100, 100))
    truth = float(counts_for @ np.array(shares))
    assert 0.9 < ((low <= truth) & (truth <= high)).mean() < 0.985


def _scored(answers: Any, scale: tuple[float, float]) -> tuple[Any, Any]:
    sums = {"numerator": answers.sum(axis=1), "denominator": answers.shape[1], "squares": (answers**2).sum(axis=1)}
    return score_interval(pd.DataFrame(sums), scale)
