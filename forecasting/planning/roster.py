"""Who is rostered, hour by hour of the days ahead, and when the desk is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import column, select, table

from forecasting.volume.hourly import HOURS
from forecasting.volume.series import Bools, Floats, Ints, day_of
from metrics.published import Build

HOUR: Final = 3600
MICROSECONDS: Final = 1_000_000
WORK: Final = "tickets"
AWAY: Final = "leave"
OPEN_SHARE: Final = 0.5  # of an hour, for the hour to count as open
ROSTER: Final = table(
    "fct_roster", *(column(n) for n in ("agent_key", "team_key", "activity", "starts_local_at", "ends_local_at"))
)
TEAM: Final = table("dim_team", *(column(n) for n in ("team_key", "schedule_key")))
CLOCK: Final = table(
    "dim_business_clock",
    *(column(n) for n in ("schedule_key", "day", "first_opens_at", "first_open_seconds")),
    *(column(n) for n in ("second_opens_at", "second_open_seconds")),
)


@dataclass(frozen=True, eq=False)
class Rostered:
    """People rostered on tickets by day and hour (NaN beyond the last rostered day), and what the roster names.

    ``names_activities``: meetings, training or documentation have spells of their own; ``names_leave``: so has leave.
    """

    people: Floats
    names_activities: bool
    names_leave: bool
    is_known: bool


class Rosters:
    """Rosters and opening hours of all teams for the days ahead."""

    def __init__(self, build: Build, days: Ints) -> None:
        self._build, self._days = build, days
        spells = build.read(select(ROSTER))
        starts, ends = (pd.to_datetime(spells[name]) for name in ("starts_local_at", "ends_local_at"))
        self._spells = spells.assign(
            starts=_seconds(starts) - days[0] * 24 * HOUR, ends=_seconds(ends) - days[0] * 24 * HOUR
        )

    def of(self, keys: Sequence[str] | None) -> Rostered:
        """Return the roster of the teams with these keys; None is the whole desk."""
        spells = self._spells if keys is None else self._spells[self._spells["team_key"].isin(keys)]
        hours, ahead = len(self._days) * HOURS, spells[spells["ends"] > 0]
        at_tickets = ahead[ahead["activity"] == WORK]
        people = hours_covered(_of(at_tickets, "starts"), _of(at_tickets, "ends"), hours)
        found = people.reshape(-1, HOURS)
        reached = int(ahead["starts"].max() // (24 * HOUR)) + 1 if len(ahead) else 0
        found[max(reached, 0) :] = np.nan
        activities = set(spells["activity"])
        return Rostered(found, bool(activities - {WORK, AWAY}), AWAY in activities, reached > 0)

    def open_hours(self, keys: Sequence[str] | None) -> Bools:
        """Return which hours of the days ahead are opening hours of one of the teams."""
        teams = self._build.read(select(TEAM))
        mine = teams if keys is None else teams[teams["team_key"].isin(keys)]
        first, last = day_of(self._days[0] - 1), day_of(self._days[-1] + 1)
        schedules = sorted(set(mine["schedule_key"]))
        clock = self._build.read(
            select(CLOCK).where(CLOCK.c.schedule_key.in_(schedules), CLOCK.c.day >= first, CLOCK.c.day <= last)
        )
        is_open = np.zeros(len(self._days) * HOURS, dtype=bool)
        for _, same in clock.groupby("schedule_key"):  # two schedules open half an hour each do not make an hour
            covered = np.zeros(len(is_open))
            for spell in ("first", "second"):
                open_for = same[f"{spell}_open_seconds"].fillna(0).to_numpy(np.float64)
                kept = same[open_for > 0]
                opens = _seconds(_local(kept[f"{spell}_opens_at"], self._build.time_zone)) - self._days[0] * 24 * HOUR
                covered += hours_covered(opens, opens + open_for[open_for > 0].astype(np.int64), len(is_open))
            is_open |= covered >= OPEN_SHARE
        return is_open.reshape(-1, HOURS)


def hours_covered(starts: Ints, ends: Ints, hours: int) -> Floats:
    """Return how many spells cover each hour, parts counted; seconds from the first hour's beginning."""
    starts, ends = np.clip(starts, 0, hours * HOUR), np.clip(ends, 0, hours * HOUR)
    # Seconds covered before each hour's beginning, all spells together: a difference of two running sums.
    edges = np.arange(hours + 1) * HOUR
    begun, over = np.sort(starts), np.sort(ends)

    def before(sorted_at: Ints) -> Floats:
        passed = np.searchsorted(sorted_at, edges, side="right")
        sums = np.concatenate([[0], np.cumsum(sorted_at)])
        return np.asarray(passed * edges - sums[passed], np.float64)

    return np.diff(before(begun) - before(over)) / HOUR


def _of(frame: pd.DataFrame, name: str) -> Ints:
    return frame[name].to_numpy(np.int64)


def _seconds(moments: pd.Series) -> Ints:
    return np.asarray(moments.astype("datetime64[us]").to_numpy().astype(np.int64) // MICROSECONDS, np.int64)


def _local(instants: pd.Series, zone: str) -> pd.Series:
    return pd.to_datetime(instants).dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
