"""From rosters to hours and from the past to the backlog ahead, by hand; a stored week asked anew; settings refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from config.errors import BadSetting
from config.settings import load_settings
from forecasting.planning.backlog import Ahead, Past, pace, projected
from forecasting.planning.capacity import capacity
from forecasting.planning.roster import hours_covered
from forecasting.planning.work import Coming
from forecasting.staffing.need import Shrinkage
from forecasting.staffing.week import Moves, TeamWeek, team_week

HOUR = 3600


def test_spells_are_counted_by_the_part_of_the_hour_they_cover() -> None:
    """From 08:00 on: 08:45–10:15, 09:00–10:00, and the last quarter of an hour of a spell that began before."""
    starts, ends = np.array([2700, 3600, -HOUR]), np.array([8100, 7200, 900])
    assert hours_covered(starts, ends, 4).tolist() == [0.25 + 0.25, 2.0, 0.25, 0.0]
    assert hours_covered(starts[:0], ends[:0], 2).tolist() == [0.0, 0.0]


def weeks(count: int, shape: list[float]) -> np.ndarray:
    return np.tile(np.array(shape), count)


ARRIVALS = [120.0, 100, 100, 100, 80, 0, 0]
HOURS = [50.0, 50, 50, 50, 50, 0, 0]
OPEN = [60.0, 60, 60, 60, 40, 40, 40]  # Monday closes 100 of 120, Tuesday to Thursday as many as come, Friday 100


def test_pace_is_what_was_closed_in_a_rostered_hour() -> None:
    past = Past(weeks(20, ARRIVALS), weeks(20, OPEN), weeks(20, HOURS))
    assert pace(past, 0.5) == pytest.approx(2.0)  # 100 closed in 50 hours
    assert pace(Past(past.arrivals, past.still_open, np.zeros(140)), 0.5) == 0.0  # no roster, no pace


def test_a_usual_month_leaves_the_usual_backlog() -> None:
    past = Past(weeks(20, ARRIVALS), weeks(20, OPEN), weeks(20, HOURS))
    told = projected(past, Ahead(weeks(4, ARRIVALS), weeks(4, HOURS)), [])
    assert told.still_open == pytest.approx(weeks(4, OPEN))
    assert told.error is None  # no finished window, nothing claimed


def test_nobody_closes_more_than_the_best_pace() -> None:
    """Half the people for a week: 50 are closed a day where 500 came in, so 250 are left beside the 40 of before."""
    past = Past(weeks(20, ARRIVALS), weeks(20, OPEN), weeks(20, HOURS))
    hours = weeks(4, HOURS)
    hours[:7] /= 2
    told = projected(past, Ahead(weeks(4, ARRIVALS), hours), [])
    assert told.still_open[6] == pytest.approx(40 + 500 - 250)
    assert told.still_open[27] == pytest.approx(40 + 250)  # and full days never catch up: 2.0 is all they ever did


def test_hours_beyond_the_roster_are_the_usual_ones() -> None:
    past = Past(weeks(20, ARRIVALS), weeks(20, OPEN), weeks(20, HOURS))
    told = projected(past, Ahead(weeks(4, ARRIVALS), np.full(28, np.nan)), [])
    assert told.hours == pytest.approx(weeks(4, HOURS))


MONDAY = 20_416  # 2025-11-24


def test_capacity_is_what_hours_can_handle_not_what_came() -> None:
    """Each ticket of the day brings half a call of 20 minutes and half a letter of 10: 15 minutes of handling.

    50 hours, of which four fifths are handling: 40 hours, 160 tickets, however few were closed. Where neither leave nor
    meetings are on the roster, 10 % are absent, and of the others' time 30 % goes elsewhere: 50 × .9 × .7 hours.
    """
    half = np.full((7, 24), 0.5 / 24)
    coming = [Coming("calls", half, 1200.0, None, ""), Coming("deferred", half, 600.0, None, "")]
    days, arrivals = np.arange(MONDAY, MONDAY + 28), weeks(4, [20.0] * 5 + [0, 0])
    found = capacity(weeks(4, HOURS), days, arrivals, coming, Shrinkage(0.0, 0.0, 0.8))
    assert found == pytest.approx(weeks(4, [160.0] * 5 + [0, 0]))
    shrunk = capacity(weeks(4, HOURS), days, arrivals, coming, Shrinkage(0.3, 0.1, 0.8))
    assert shrunk == pytest.approx(weeks(4, [50 * 0.9 * 0.7 * 4] * 5 + [0, 0]))


def test_no_capacity_is_told_where_no_handling_time_is_known() -> None:
    days = np.arange(MONDAY, MONDAY + 28)
    assert np.isnan(capacity(weeks(4, HOURS), days, weeks(4, ARRIVALS), [], Shrinkage())).all()


def test_a_desk_that_carries_its_surplus_is_told_from_one_that_clears_it() -> None:
    """One desk closes 100 a weekday whatever comes; the other's backlog follows each day's surplus, then clears."""
    chance, days = np.random.default_rng(5), 7 * 60
    usual = np.resize(np.array(ARRIVALS), days)
    came = usual * (1 + 0.25 * chance.uniform(-1, 1, days))
    left = {0.0: np.resize(np.array(OPEN), days) + came - usual + 200}
    left[0.8] = np.resize(np.array(OPEN), days) + 400 + np.array(_carried(came - usual, 0.8))
    windows = [(day, came[day : day + 28]) for day in range(days - 28, 150, -28)]
    for carried, still_open in left.items():
        past = Past(came, still_open, np.resize(np.array(HOURS), days))
        told = projected(past, Ahead(usual[:28], np.full(28, np.nan)), windows)
        assert told.carried == carried
        assert told.windows == len(windows)
        assert told.error is not None
        assert told.usual_error is not None
        assert told.error < told.usual_error


def _carried(surplus: np.ndarray, share: float) -> list[float]:
    found, level = [], 0.0
    for more in surplus:
        level = share * level + more
        found.append(level)
    return found


def a_week() -> TeamWeek:
    ds, hour = np.repeat(pd.date_range("2026-11-23", periods=7).date, 24), np.tile(np.arange(24), 7)
    is_open = (hour >= 8) & (hour < 18)
    keys = {"dimension": "team", "value": "Front", "team_keys": "[]", "ds": ds, "hour": hour}
    need = pd.DataFrame({**keys, "is_open": is_open, "rostered": np.where(is_open, 9.0, 0.0)})
    rows = []
    for work, hourly in (("calls", 20.0), ("deferred", 10.0)):
        told = {"yhat": hourly, "q75": hourly * 1.1, "q80": hourly * 1.2, "q90": hourly * 1.3}
        rows.append(pd.DataFrame({**keys, "work": work, **told}))
    terms = {
        "handling_seconds": 300.0, "level": 0.8, "within_seconds": 20.0, "within_open_hours": 8.0, "concurrency": 1,
        "slow_down": 0.0, "occupancy_cap": 0.85, "utilization_cap": 0.8, "in_shift": 0.1, "absence": 0.0,
    }  # fmt: skip
    assumed = pd.DataFrame(
        [{"work": "calls", **terms, "patience_seconds": 120.0}, {"work": "deferred", **terms, "patience_seconds": None}]
    )
    shuffled = pd.concat(rows).sample(frac=1, random_state=1)
    return team_week("Front", shuffled, need.sample(frac=1, random_state=2), assumed)


def test_a_stored_week_can_be_asked_anew() -> None:
    week = a_week()
    usual = week.need()
    assert usual.agents.reshape(7, 24)[:, :8].sum() == 0  # closed
    assert len(usual.agents) == len(week.rostered) == 168
    total = usual.rostered.sum()
    assert week.need(Moves(quantile=0.5)).rostered.sum() < total < week.need(Moves(quantile=0.9)).rostered.sum()
    assert week.need(Moves(level=0.99)).rostered.sum() > total
    assert week.need(Moves(in_shift=0.3)).rostered.sum() > total
    assert week.need(Moves(utilization=0.6)).rostered.sum() > total
    assert week.need(Moves(deflected=0.2)).rostered.sum() < total
    assert week.need(Moves(), 40.0).cost == pytest.approx(40 * total)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_level_share", "1.5"),
        ("chat_concurrency", "0"),
        ("in_shift_shrinkage", "-0.1"),
        ("utilization_cap", "0"),
    ],
)
def test_a_setting_out_of_range_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSetting, match=name):
        load_settings(environ={f"DESKPULSE_{name.upper()}": value})
