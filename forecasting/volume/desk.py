"""The desk's daily counts and calendar, as the published build tells them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import column, select, table

from config.settings import Settings
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.series import Calendar, Daily, Event, number_of
from metrics import Question, Scope, ask
from metrics.published import Build
from metrics.question import NOT_SET
from metrics.warehouse import dim_team

METRIC: Final = "tickets_created"
DIMENSIONS: Final = ("channel", "category", "team")
MOST_PARTS: Final = {"channel": 8, "category": 16, "team": 10}  # the largest; the others are one rest
FEWEST_A_DAY: Final = 2.0  # over the last eight weeks, for a series of its own
RECENT_DAYS: Final = 56
HOUR_WEEKS: Final = 104  # the profile decides how much of them it believes
REST: Final = "(rest)"
EVERYTHING: Final = Scope.everything("forecasting")
CALENDAR: Final = table(
    "dim_calendar_event",
    *(column(n) for n in ("kind", "title", "starts_on", "ends_on", "team_key", "category")),
)


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the desk with its daily counts: ``dimension`` is ``all``, ``channel``, ``category`` or ``team``."""

    dimension: str
    value: str
    series: Daily
    teams: tuple[str, ...] = ()

    @property
    def team_keys(self) -> str:
        """The teams the part is about, as the outlook's tables have them."""
        return json.dumps(sorted(self.teams))


def last_day(build: Build) -> int:
    """Return the last whole day of a build, in the reporting zone (days since 1970-01-01)."""
    return number_of((build.local_as_of - timedelta(days=1)).date())


def whole(build: Build) -> Part | None:
    """Return the whole desk; None where no ticket came in."""
    rows = _counts(build, ())
    return None if rows.empty else Part("all", "", _daily(rows, last_day(build)))


def parts(build: Build, dimension: str) -> list[Part]:
    """Return the desk by a dimension: values with enough tickets, largest first, then the rest of them as one."""
    rows, last = _counts(build, (dimension,)), last_day(build)
    rows[dimension] = rows[dimension].fillna(NOT_SET).astype(str)
    recent = rows[rows["day"] > last - RECENT_DAYS].groupby(dimension)["value"].sum() / RECENT_DAYS
    kept = recent[recent >= FEWEST_A_DAY].sort_values(ascending=False, kind="stable").index[: MOST_PARTS[dimension]]
    names = rows[dimension].where(rows[dimension].isin(kept), REST)
    keys = _team_keys(build) if dimension == "team" else {}
    found = []
    for name in [*kept, REST]:
        mine = rows[names == name]
        if len(mine):
            found.append(Part(dimension, name, _daily(mine, last), keys.get(name, ())))
    return found


def calendar(build: Build, series: Daily, settings: Settings, horizon: int) -> Calendar:
    """Return the desk's holidays and events; holidays of ``holiday_country`` where the calendar names none."""
    rows = build.read(select(CALENDAR))
    named: dict[int, set[str]] = defaultdict(set)
    for row in rows[rows["kind"] == "holiday"].to_dict("records"):
        for day in _days(row):
            named[day].add(str(row["title"]))
    if named:
        return Calendar({day: " / ".join(sorted(titles)) for day, titles in sorted(named.items())})
    return calendar_for(series, settings.holiday_country or None, horizon)


def concerning(build: Build, part: Part, known: Calendar) -> Calendar:
    """Return a calendar with the releases, campaigns and outages that concern a part of the desk."""
    rows = build.read(select(CALENDAR).where(CALENDAR.c.kind.in_(["release", "campaign", "outage"])))
    events = []
    for row in rows.sort_values(["starts_on", "title"]).to_dict("records"):
        if _concerns(row, part):
            days = _days(row)
            events.append(Event(row["kind"], str(row["title"]), days[0], days[-1]))
    return replace(known, events=tuple(events))


def _concerns(row: dict[Hashable, Any], part: Part) -> bool:
    """Return whether an event is about a part: what names a category or team is not about the others."""
    if part.dimension == "category" and pd.notna(row["category"]):
        return bool(row["category"] == part.value)
    if part.dimension == "team" and pd.notna(row["team_key"]):
        return row["team_key"] in part.teams
    return True


def by_hour(build: Build, dimension: str) -> pd.DataFrame:
    """Return tickets by hour of the last two years: value ("" for all), day, hour, count."""
    last = build.local_as_of.date() - timedelta(days=1)
    by = () if dimension == "all" else (dimension,)
    since = last - timedelta(days=7 * HOUR_WEEKS - 1)
    rows = ask(Question((METRIC,), by=by, grain="hour", since=since, until=last), EVERYTHING, build)
    moments = pd.to_datetime(rows["period"])
    value = rows[dimension].fillna(NOT_SET).astype(str) if by else ""
    days = [number_of(moment.date()) for moment in moments]
    return pd.DataFrame({"value": value, "day": days, "hour": moments.dt.hour, "count": rows["value"].astype(float)})


def _counts(build: Build, by: tuple[str, ...]) -> pd.DataFrame:
    until = build.local_as_of.date() - timedelta(days=1)
    rows = ask(Question((METRIC,), by=by, grain="day", until=until), EVERYTHING, build)
    rows["day"] = [number_of(moment.date()) for moment in pd.to_datetime(rows["period"])]
    return rows[rows["value"] > 0]


def _daily(rows: pd.DataFrame, last: int) -> Daily:
    """Return the counts from the first day with any; days without a row had none."""
    first = int(rows["day"].min())
    counts = rows.groupby("day")["value"].sum().reindex(range(first, last + 1), fill_value=0)
    return Daily(first, counts.to_numpy(np.float64))


def _team_keys(build: Build) -> dict[str, tuple[str, ...]]:
    rows = build.read(select(dim_team.c.name, dim_team.c.team_key))
    return {str(name): tuple(same["team_key"]) for name, same in rows.groupby("name")}


def _days(row: dict[Hashable, Any]) -> range:
    first, last = (number_of(pd.Timestamp(row[name]).date()) for name in ("starts_on", "ends_on"))
    return range(first, max(first, last) + 1)
