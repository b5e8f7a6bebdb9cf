"""The step ``staffing``: people needed by hour against the roster, team by team, and the backlog to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from config.settings import Settings
from forecasting.planning.backlog import Ahead, Projection, projected
from forecasting.planning.capacity import capacity
from forecasting.planning.past import Pasts
from forecasting.planning.roster import Rostered, Rosters
from forecasting.planning.telling import told_assumption, told_backlog
from forecasting.planning.work import Coming, History
from forecasting.staffing.need import Shrinkage
from forecasting.staffing.week import team_week
from forecasting.volume.desk import REST
from forecasting.volume.hourly import HOURS
from forecasting.volume.series import WEEK, Bools, Floats, day_of, weekday
from forecasting.volume.step import Made, every_forecast, named
from metrics.outlook_kinds import OutlookTable
from metrics.outlook_staffing import (
    BACKLOG_AHEAD,
    BACKLOG_BACKTEST,
    STAFFING_ASSUMPTION,
    STAFFING_NEED,
    STAFFING_WORK,
)
from metrics.published import Build
from metrics.question import NOT_SET

NOT_A_TEAM: Final = (REST, NOT_SET)
PEOPLE_THERE: Final = 0.5  # somebody rostered for half an hour opens it, whatever the calendar says


@dataclass(frozen=True, eq=False)
class Plan:
    """What a team's people are needed for: its forecast, the work that means, who is rostered and when it is open."""

    made: Made
    coming: list[Coming]
    rostered: Rostered
    is_open: Bools


@dataclass(frozen=True, eq=False)
class Backlog:
    """A part of the desk's backlog ahead, beside the tickets its roster has room for by day."""

    made: Made
    found: Projection
    capacity: Floats


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the step's five tables for the published build; without a forecast they are empty."""
    made = every_forecast(build, settings, ("team",))
    history, rosters = History(build), Rosters(build, made[0].forecast.days) if made else None
    plans = _plans(made, history, rosters) if rosters else []
    assumed = STAFFING_ASSUMPTION.frame([row for plan in plans for row in _assumption_rows(plan, settings)])
    work = _concat(STAFFING_WORK, [_work_rows(plan, one) for plan in plans for one in plan.coming])
    need = _concat(STAFFING_NEED, [_need_rows(plan, work, assumed, settings) for plan in plans])
    told = _backlogs(build, made, history, rosters, settings) if rosters else []
    return {
        STAFFING_WORK.name: work,
        STAFFING_ASSUMPTION.name: assumed,
        STAFFING_NEED.name: need,
        BACKLOG_AHEAD.name: _concat(BACKLOG_AHEAD, [_ahead_rows(one) for one in told]),
        BACKLOG_BACKTEST.name: BACKLOG_BACKTEST.frame([_backlog_row(one.made, one.found) for one in told]),
    }


def _plans(made: Sequence[Made], history: History, rosters: Rosters) -> list[Plan]:
    teams = [one for one in made if one.part.dimension == "team" and one.part.value not in NOT_A_TEAM]
    plans = []
    for one in teams or made[:1]:  # a desk without teams is one team
        keys = _keys(one)
        rostered = rosters.of(keys)
        is_open = rosters.open_hours(keys) | (np.nan_to_num(rostered.people) >= PEOPLE_THERE)
        coming = _coming(history, one)
        if coming and is_open.any():
            plans.append(Plan(one, coming, rostered, is_open))
    return plans


def _keys(one: Made) -> tuple[str, ...] | None:
    """Return the keys of the teams a forecast is about; None is the whole desk."""
    return one.part.teams if one.part.dimension == "team" else None


def _coming(history: History, one: Made) -> list[Coming]:
    return history.coming(one.part.value if _keys(one) is not None else None, one.part.teams)


def _shrinkage(rostered: Rostered, settings: Settings) -> Shrinkage:
    """Return why rostered people are not at work; what the roster names itself would be paid for twice."""
    return Shrinkage(
        0.0 if rostered.names_activities else settings.in_shift_shrinkage,
        0.0 if rostered.names_leave else settings.absence_shrinkage,
        settings.utilization_cap,
    )


def _assumption_rows(plan: Plan, settings: Settings) -> list[dict[str, Any]]:
    rows, shrinkage = [], _shrinkage(plan.rostered, settings)
    for one in plan.coming:
        row = {
            **named(plan.made.part),
            "work": one.work,
            "handling_seconds": one.handling_seconds,
            "patience_seconds": one.patience_seconds,
            "level": settings.service_level_share,
            "within_seconds": float(settings.service_level_seconds),
            "within_open_hours": settings.deferred_within_hours,
            "concurrency": settings.chat_concurrency,
            "slow_down": settings.chat_slow_down,
            "occupancy_cap": settings.occupancy_cap,
            "utilization_cap": shrinkage.utilization_cap,
            "in_shift": shrinkage.in_shift,
            "absence": shrinkage.absence,
        }
        rows.append({**row, "says": told_assumption(one, plan.rostered, row)})
    return rows


def _hours(plan: Plan) -> dict[str, Any]:
    """Return the columns that name an hour ahead."""
    days = plan.made.forecast.days
    ds, hour = np.repeat([day_of(day) for day in days.tolist()], HOURS), np.tile(np.arange(HOURS), len(days))
    return {**named(plan.made.part), "ds": ds, "hour": hour}


def _work_rows(plan: Plan, one: Coming) -> pd.DataFrame:
    told = plan.made.forecast
    by_hour = one.per_ticket[weekday(told.days)]
    days: dict[str, Floats] = {
        "yhat": told.yhat, "q75": told.bands.hi50, "q80": told.bands.q80, "q90": told.bands.hi80
    }  # fmt: skip
    # An upper end below the expected would be chance of few windows.
    arrivals = {name: (np.maximum(day, told.yhat)[:, None] * by_hour).ravel() for name, day in days.items()}
    return pd.DataFrame({**_hours(plan), "work": one.work, **arrivals}, columns=STAFFING_WORK.names)


def _need_rows(plan: Plan, work: pd.DataFrame, assumed: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return what a team needs, seven days after seven: each is a cycle of its own."""
    frame = pd.DataFrame({**_hours(plan), "is_open": plan.is_open.ravel(), "rostered": plan.rostered.people.ravel()})
    mine = [_of(rows, plan) for rows in (work, assumed)]
    needs = []
    for first in range(0, len(plan.is_open), WEEK):
        days = {day_of(day) for day in plan.made.forecast.days[first : first + WEEK].tolist()}
        week = team_week(
            plan.made.part.value, mine[0][mine[0]["ds"].isin(days)], frame[frame["ds"].isin(days)], mine[1]
        )
        needs.append(week.need())
    rate = settings.loaded_rate_per_hour
    needed = np.concatenate([need.rostered for need in needs])
    told = frame.assign(
        at_work=np.concatenate([need.agents for need in needs]),
        needed=needed,
        gap=frame["rostered"] - needed,
        cost=np.nan if rate is None else needed * rate,
    )
    return told[STAFFING_NEED.names]


def _of(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    part = plan.made.part
    return rows[(rows["dimension"] == part.dimension) & (rows["value"] == part.value)]


def _backlogs(
    build: Build, made: Sequence[Made], history: History, rosters: Rosters, settings: Settings
) -> list[Backlog]:
    """Return the backlog ahead of the desk and of each team, beside what they can handle."""
    pasts, found = Pasts(build), []
    for one in made:
        if one.part.dimension != "all" and one.part.value in NOT_A_TEAM:
            continue
        rostered, told = rosters.of(_keys(one)), one.forecast
        projection = _backlog(one, pasts, rostered)
        shrinkage = _shrinkage(rostered, settings)
        able = capacity(projection.hours, told.days, told.yhat, _coming(history, one), shrinkage)
        found.append(Backlog(one, projection, able))
    return found


def _backlog(one: Made, pasts: Pasts, rostered: Rostered) -> Projection:
    told, series = one.forecast, one.part.series
    windows = [(past.window.origin - series.first + 1, past.yhat) for past in told.past]
    return projected(pasts.of(one.part), Ahead(told.yhat, rostered.people.sum(axis=1)), windows)


def _ahead_rows(one: Backlog) -> pd.DataFrame:
    told, found = one.made.forecast, one.found
    frame = {
        **named(one.made.part),
        "ds": [day_of(day) for day in told.days.tolist()],
        "arrivals": told.yhat,
        "arrivals_lo80": told.bands.lo80,
        "arrivals_hi80": told.bands.hi80,
        "capacity": one.capacity,
        "still_open": found.still_open,
        **{name: getattr(found.bands, name) for name in ("lo50", "hi50", "lo80", "hi80")},
    }
    return pd.DataFrame(frame, columns=BACKLOG_AHEAD.names)


def _backlog_row(one: Made, found: Projection) -> dict[str, Any]:
    return {
        **named(one.part),
        "windows": found.windows,
        "carried": found.carried,
        "error": found.error,
        "usual_error": found.usual_error,
        "coverage80": found.coverage80,
        "says": told_backlog(found),
    }


def _concat(told: OutlookTable, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames or [pd.DataFrame(columns=told.names)], ignore_index=True)
