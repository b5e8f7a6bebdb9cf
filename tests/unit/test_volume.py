"""Forecasts of volume: no sight of what comes after a cutoff, closed days, plain models, bands that hold."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import BadInput
from forecasting.__main__ import main
from forecasting.volume.backtest import Accuracy, TooShort, accuracy, backtest, plan_of
from forecasting.volume.cache import FILE, Cache, Forgetful, key_of
from forecasting.volume.calendar_effects import event_effects, kind_effects
from forecasting.volume.closing import within_reason
from forecasting.volume.conformal import bands, scores
from forecasting.volume.diagnosis import diagnosed
from forecasting.volume.forecaster import Plan, forecast, origins
from forecasting.volume.hourly import profile, shared_out
from forecasting.volume.pool import LIGHT_POOL, POOL
from forecasting.volume.reading import ds_of, read_series
from forecasting.volume.reconcile import reconciled
from forecasting.volume.series import Calendar, Daily, Event, Floats, weekday
from forecasting.volume.telling import told_accuracy

FIRST = 19_000  # 2022-01-08, a Saturday
SHAPE = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.4, 0.3])
LIGHT = Plan(pool=LIGHT_POOL)
NOTHING_KNOWN = Calendar()


def desk(days: int, seed: int = 0, mean: float = 60.0, closed: tuple[int, ...] = ()) -> Daily:
    """Return Poisson counts with a weekday pattern, and nothing on the closed weekdays."""
    on = weekday(FIRST + np.arange(days))
    rate = mean * SHAPE[on] * ~np.isin(on, closed)
    return Daily(FIRST, np.random.default_rng(seed).poisson(rate).astype(float))


def told(series: Daily, calendar: Calendar = NOTHING_KNOWN, plan: Plan = LIGHT) -> Any:
    return forecast(series, calendar, Forgetful(), plan)


@settings(max_examples=12, deadline=None)
@given(back=st.integers(1, 4), seed=st.integers(0, 99), factor=st.floats(0, 50), is_lost=st.booleans())
def test_what_comes_after_a_cutoff_never_changes_the_forecast_at_it(
    back: int, seed: int, factor: float, is_lost: bool
) -> None:
    """Everything after one of four cutoffs is altered or lost: what was told at it, and before it, is the same."""
    series = desk(190, seed)
    cutoff = series.last - 14 * back
    after = series.days > cutoff
    altered = Daily(FIRST, np.where(after, np.nan if is_lost else series.y * factor + 7, series.y))
    holidays = Calendar({FIRST + 100: "Holiday", FIRST + 180: "Holiday"})
    outage = Calendar(holidays.holidays, (Event("outage", "down", cutoff + 1, cutoff + 2),))
    one = backtest(series, holidays, Forgetful(), 14, 4, 14)
    other = backtest(altered, outage, Forgetful(), 14, 4, 14)
    seen = [(left, right) for left, right in zip(one, other, strict=True) if left.cutoff <= cutoff]
    assert len(seen) == 5 - back
    for left, right in seen:
        assert left.model == right.model
        assert np.array_equal(left.yhat, right.yhat)
        for name in ("lo50", "hi50", "lo80", "hi80", "q80"):
            assert np.array_equal(getattr(left.bands, name), getattr(right.bands, name))


@pytest.mark.parametrize(("horizon", "step"), [(28, 28), (28, 7), (28, 56), (14, 10), (7, 1)])
def test_windows_that_inform_a_cutoff_are_finished_on_it(horizon: int, step: int) -> None:
    plan = plan_of(horizon, step)
    found = origins(desk(500), plan)
    assert 1 <= len(found) <= plan.windows
    assert found[-1] == FIRST + 499 - horizon
    assert np.all(np.diff(found) >= horizon)


def test_windows_on_fixed_days_stay_where_they_are_as_days_go_by() -> None:
    plan = Plan(anchor=0)
    assert origins(desk(500), plan)[1:] == origins(desk(501), plan)[1:] or len(origins(desk(501), plan)) == plan.windows
    assert all(origin % 28 == 0 for origin in origins(desk(500), plan))


def test_nothing_is_expected_on_closed_weekdays_and_holidays() -> None:
    series = desk(400, closed=(6,))
    free = {FIRST + at: "Holiday" for at in (60, 130, 200, 270, 340)}
    series.y[[day - FIRST for day in free]] = 0
    coming = FIRST + 403
    made = told(series, Calendar({**free, coming: "Holiday"}))
    is_sunday = weekday(made.days) == 6
    assert np.all(made.yhat[is_sunday] == 0)
    assert np.all(made.bands.hi80[is_sunday] == 0)
    assert made.yhat[made.days == coming] == 0
    assert np.all(made.yhat[~is_sunday & (made.days != coming)] > 0)


def test_a_forecast_stays_within_reason() -> None:
    series = desk(100)
    wild = np.array([-5.0, np.nan, np.inf, 1e9, 10.0])
    kept = within_reason(wild, series, Calendar())
    assert kept[0] == kept[1] == 0
    assert kept[4] == 10
    assert kept[3] <= 2.5 * series.y[-56:].max()


def stepped(factor: float, weeks: int) -> Daily:
    series = desk(300)
    series.y[-7 * weeks :] = np.round(series.y[-7 * weeks :] * factor)
    return series


def gappy() -> Daily:
    series = desk(300)
    series.y[np.random.default_rng(1).random(300) < 0.5] = np.nan
    return series


@pytest.mark.parametrize(
    ("series", "condition", "expected_per_day", "says"),
    [
        (Daily(FIRST, np.zeros(300)), "empty", 0, "none is expected"),
        (desk(30), "short", 51, "30 days are known"),
        (gappy(), "gappy", 51, "not known"),
        (stepped(2.5, 5), "shifted", 130, "the level is"),
        (stepped(0.02, 4), "truncated", 1, "the records may end there"),
        (desk(300), "sound", 51, ""),
    ],
)
def test_each_kind_of_series_gets_its_model_and_says_so(
    series: Daily, condition: str, expected_per_day: float, says: str
) -> None:
    made = told(series)
    assert diagnosed(series).condition == condition
    assert says in made.says
    assert made.yhat.mean() == pytest.approx(expected_per_day, rel=0.15, abs=1)
    assert np.all(made.bands.lo80 <= made.yhat)
    assert np.all(made.yhat <= made.bands.hi80)
    assert np.all(np.isfinite(made.bands.hi80))


def test_bands_hold_what_they_promise_on_simulated_windows() -> None:
    """12 windows of 28 days inform, one is told: over 400 draws, 80 % are inside, give or take."""
    rng = np.random.default_rng(7)
    yhat = np.full(28, 50.0)
    inside = []
    for _ in range(400):
        past = np.stack([scores(rng.poisson(50, 28).astype(float), yhat) for _ in range(12)])
        made, came = bands(yhat, past), rng.poisson(50, 28)
        inside.append((came >= made.lo80) & (came <= made.hi80))
    assert 0.78 < np.mean(inside) < 0.84  # whole counts reach the edges more often


def test_a_planted_event_is_found_and_planned_ones_are_expected() -> None:
    series = desk(500)
    days = (120, 220, 320, 420)
    for at in days:
        series.y[at : at + 5] = np.round(series.y[at : at + 5] * 1.5)
    past = tuple(Event("release", f"R{at}", FIRST + at, FIRST + at + 4) for at in days)
    effects = event_effects(series, Calendar(events=past))
    (kind,) = kind_effects(effects)
    share, low, high = kind.effect
    assert low < 0.5 < high
    assert low > 0.2
    assert share == pytest.approx(0.5, abs=0.15)
    planned = Event("release", "next", series.last + 3, series.last + 7)
    with_it, without = told(series, Calendar(events=(*past, planned))), told(series, Calendar(events=past))
    lift = with_it.yhat / without.yhat
    assert np.all(lift[2:7] > 1.3)
    assert np.allclose(np.delete(lift, range(2, 7)), 1)


def test_an_outage_is_not_known_before_it_happens() -> None:
    outage = Event("outage", "down", FIRST + 10, FIRST + 10)
    assert Calendar(events=(outage,)).known_on(FIRST + 9).events == ()
    assert Calendar(events=(outage,)).known_on(FIRST + 10).events == (outage,)


def test_parts_add_up_to_the_total_and_hours_to_the_day() -> None:
    parts = [desk(200, seed, mean) for seed, mean in ((1, 20.0), (2, 40.0))]
    total = told(Daily(FIRST, parts[0].y + parts[1].y))
    agreed = reconciled(total, [told(part) for part in parts])
    assert np.allclose(sum(one.yhat for one in agreed), total.yhat)
    shares = profile(np.repeat(FIRST + np.arange(84), 24), np.tile(np.arange(24), 84), np.ones(84 * 24))
    assert np.allclose(shared_out(total.yhat, total.days, shares).sum(axis=1), total.yhat)


def test_what_was_forecast_is_remembered_by_content(tmp_path: Path) -> None:
    series, asked = desk(100), []

    def make() -> Floats:
        asked.append(1)
        return np.arange(3.0)

    key = key_of("ets", 1, series, 28, Calendar())
    for _ in range(2):
        assert np.array_equal(Cache(tmp_path).recall(key, make), np.arange(3.0))
    assert len(asked) == 1
    later = Daily(series.first, series.y + (np.arange(100) == 50))
    changed = (later, 1, Calendar()), (series, 2, Calendar()), (series, 1, Calendar({series.last + 5: "May Day"}))
    assert len({key, *(key_of("ets", version, days, 28, known) for days, version, known in changed)}) == 4
    (tmp_path / FILE).write_bytes(b"not a database, but as long as a page of one" * 100)
    assert np.array_equal(Cache(tmp_path).recall(key, make), np.arange(3.0))


def test_all_members_forecast_two_years_of_days() -> None:
    """Prophet too: the only test that fits it."""
    series = desk(740)
    for member in POOL:
        yhat = member.run(series, 28, Calendar({FIRST + 700: "Holiday", FIRST + 750: "Holiday"}))
        assert yhat.shape == (28,), member.name
        assert yhat.mean() == pytest.approx(51, rel=0.15), member.name


def test_the_combination_beats_repeating_last_week() -> None:
    series = desk(500, 5)
    plan = Plan(pool=LIGHT_POOL)
    made = [forecast(series.until(series.last - 28 * back), Calendar(), Forgetful(), plan) for back in (1, 2)]
    for one in made:
        actual = series.between(one.cutoff + 1, one.cutoff + 28)
        naive = np.resize(series.until(one.cutoff).y[-7:], 28)
        assert np.abs(actual - one.yhat).sum() < np.abs(actual - naive).sum()


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["ds,y", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read"),
        ("ds,count\n2026-01-01,1\n", "no column 'y'"),
        ("ds,y\n", "no rows"),
        ("ds,y\nyesterday,1\n", "row 2: ds 'yesterday' is not a day"),
        ("ds,y\n2026-01-01,many\n", "row 2: y 'many' is not a number"),
        ("ds,y\n2026-01-01,-1\n", "row 2: y is -1"),
        ("ds,y\n2026-01-01,1\n2026-01-01,2\n", "row 3: 2026-01-01 stands twice"),
        ("ds,y\n2026-01-01 13:00,1\n", "is an instant"),
        ("ds,y\n1026-01-01,1\n2026-01-01,1\n", "check the dates"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=says.replace("(", r"\(")) as error:
        read_series(path)
    assert "\n" not in str(error.value).strip()


def test_blank_days_and_days_left_out_are_not_known(tmp_path: Path) -> None:
    series = read_series(write(tmp_path / "s.csv", ["2026-01-04,4", "2026-01-01,1", "2026-01-02,"]))
    assert np.array_equal(series.y, [1, np.nan, np.nan, 4], equal_nan=True)


def test_the_backtest_command_answers_by_its_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path))
    series = desk(200)
    rows = [f"{ds_of(day)},{y:.0f}" for day, y in zip(series.days, series.y, strict=True)]
    path = write(tmp_path / "calls.csv", rows)
    main(["backtest", "--series", str(path), "--country", "US", "--cutoffs", "2", "--json"])
    answer = json.loads(capsys.readouterr().out)
    names = {"series", "wape", "mase", "pinball", "ratio_to_snaive", "coverage80", "coverage80_by_week", "seconds"}
    assert names | {"cutoffs"} <= set(answer)
    assert len(answer["coverage80_by_week"]) == 4
    assert [one["cutoff"] for one in answer["cutoffs"]] == [rows[-57][:10], rows[-29][:10]]
    for one in answer["cutoffs"]:
        assert {"cutoff", "model", "ds", "yhat", "lo80", "hi80"} <= set(one)
        assert len(one["ds"]) == len(one["yhat"]) == len(one["lo80"]) == len(one["hi80"]) == 28
    assert answer["cutoffs"][1]["ds"][0] == rows[-28][:10]
    main(["backtest", "--series", str(path), "--cutoffs", "1"])
    assert "80 % band held" in capsys.readouterr().out
    with pytest.raises(BadInput, match="no holidays for 'XX'"):
        main(["backtest", "--series", str(path), "--country", "XX"])
    with pytest.raises(BadInput, match="--cutoffs must be 1"):
        main(["backtest", "--series", str(path), "--cutoffs", "0"])


def test_a_series_too_short_to_compare_is_refused_and_zeros_are_not() -> None:
    with pytest.raises(TooShort, match="too few"):
        backtest(desk(20), Calendar(), Forgetful())
    zeros = Daily(FIRST, np.zeros(120))
    how = accuracy(backtest(zeros, Calendar(), Forgetful(), cutoffs=2), zeros)
    assert (how.wape, how.ratio, how.coverage80, how.mase, how.noise_floor) == (0.0, 0.0, 1.0, None, None)


def test_what_a_forecast_is_made_of_is_told_without_names_of_models() -> None:
    how = Accuracy(**dict.fromkeys([field.name for field in fields(Accuracy)]))
    told = told_accuracy(" + ".join(member.name for member in POOL[:3]), "", how, 0)
    assert told == "The mean of the 3 methods that did best on past weeks. How well that works cannot be told yet."
    went = told_accuracy("glm", "", replace(how, wape=0.114, ratio=0.71), 12).replace("\u202f", " ")
    assert went.endswith("were off by 11 % over 12 spans of four weeks, 29 % less than repeating last week.")
    assert "20 % more than repeating last week" in told_accuracy(
        "glm", "", replace(how, wape=0.2, ratio=1.2), 1
    ).replace("\u202f", " ")
    assert told_accuracy("glm", "", how, 0).startswith("The one method that did best on past weeks.")
    assert told_accuracy("weekday_median", "Only 20 days are known.", how, 0).startswith("Only 20 days are known.")
