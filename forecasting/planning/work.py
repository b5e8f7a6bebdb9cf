"""What comes to a team: calls, chats and written tickets by hour for each ticket of the day, and what they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import Date, cast, extract, func, select

from forecasting.staffing.what_if import Work
from forecasting.volume.desk import EVERYTHING, METRIC
from forecasting.volume.hourly import profile
from forecasting.volume.series import WEEK, Floats, number_of, weekday
from metrics import Question, ask
from metrics.published import Build
from metrics.warehouse import fct_agent_day, fct_contact, fct_ticket

WEEKS: Final = 12
LIVE: Final[dict[str, Work]] = {"phone": "calls", "chat": "chats"}
WORKS: Final[tuple[Work, ...]] = ("calls", "chats", "deferred")
FEWEST: Final = 20  # contacts, for a time of a team's own
SHRUNK_BY: Final = 30.0  # tickets of the whole week that each weekday's share of a kind of work is mixed with
SHORTEST_SHARE: Final = 0.5  # of what a ticket logs: less would mean that handling is known of few agents only


@dataclass(frozen=True, eq=False)
class Coming:
    """A kind of work of a team: units an hour for each ticket of the day (7 × 24, Monday first), and their handling.

    ``patience_seconds`` is how long callers wait before they give up, None where that is not known.
    """

    work: Work
    per_ticket: Floats
    handling_seconds: float
    patience_seconds: float | None
    says: str


class History:
    """What came to the desk in the last twelve weeks, and what it took."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._until = build.local_as_of.date() - timedelta(days=1)
        self._since = self._until - timedelta(days=7 * WEEKS - 1)

    def coming(self, name: str | None, keys: Sequence[str]) -> list[Coming]:
        """Return the kinds of work of a team by its name and keys (None: the whole desk), as far as times are known."""
        tickets, contacts = self._tickets, self._contacts
        if name is not None:
            tickets, contacts = tickets[tickets["team"] == name], contacts[contacts["team_key"].isin(keys)]
        days = _by_weekday(tickets)
        found: list[Coming] = []
        for work in WORKS:
            units = _units(work, tickets, contacts)
            seconds = self._live_seconds(work, contacts, keys) if work != "deferred" else None
            if work == "deferred":
                seconds = self._deferred_seconds(found, name, keys, units, days)
            if len(units) and seconds:
                patience, says = _patience(contacts, work) if work != "deferred" else (None, "")
                found.append(Coming(work, _per_ticket(units, days), seconds, patience, says))
        return found

    @cached_property
    def _tickets(self) -> pd.DataFrame:
        """Tickets by team, channel, day and hour of the reporting zone."""
        asked = Question((METRIC,), by=("team", "channel"), grain="hour", since=self._since, until=self._until)
        rows = ask(asked, EVERYTHING, self._build)
        moments = pd.to_datetime(rows["period"])
        days = np.array([number_of(day) for day in moments.dt.date], dtype=np.int64)
        return rows.assign(day=days, hour=moments.dt.hour, units=rows["value"].astype(float))

    @cached_property
    def _contacts(self) -> pd.DataFrame:
        """Calls and chats offered by team, channel, day and hour, with waits, those who gave up, and handling."""
        c, day = fct_contact.c, cast(fct_contact.c.offered_local_at, Date).label("day")
        hour = extract("hour", fct_contact.c.offered_local_at).label("hour")
        statement = (
            select(
                c.team_key, c.channel, day, hour,
                func.count().label("units"),
                func.sum(c.queue_seconds).label("waited"),
                func.count().filter(~c.is_answered & ~c.is_waiting).label("gone"),
                func.count(c.handling_seconds).label("timed"),
                func.sum(c.handling_seconds).label("seconds"),
            )
            .where(c.channel.in_(LIVE), ~c.is_void, day >= self._since, day <= self._until)
            .group_by(c.team_key, c.channel, day, hour)
        )  # fmt: skip
        rows = self._build.read(statement)
        days = np.array([number_of(d) for d in pd.to_datetime(rows["day"]).dt.date], dtype=np.int64)
        return rows.assign(day=days, hour=rows["hour"].astype(np.int64))

    @cached_property
    def _logged(self) -> pd.DataFrame:
        """Handling of tickets by the team and channel they came to."""
        t = fct_ticket.c
        created = cast(t.created_local_at, Date)
        statement = (
            select(
                t.first_team_key, t.channel,
                func.count(t.handling_seconds).label("timed"), func.sum(t.handling_seconds).label("seconds"),
            )
            .where(t.is_eligible, t.is_solved, created >= self._since, created <= self._until)
            .group_by(t.first_team_key, t.channel)
        )  # fmt: skip
        return self._build.read(statement)

    @cached_property
    def _worked(self) -> pd.DataFrame:
        """Seconds the agents of each team spent on tickets."""
        d = fct_agent_day.c
        statement = (
            select(d.team_key, func.sum(d.handling_seconds).label("seconds"))
            .where(d.day >= self._since, d.day <= self._until, func.coalesce(d.role, "") != "bot")
            .group_by(d.team_key)
        )
        return self._build.read(statement)

    def _live_seconds(self, work: Work, contacts: pd.DataFrame, keys: Sequence[str]) -> float | None:
        """Return what a call or chat takes: the team's, else all teams', else what tickets of the channel took."""
        channel = next(name for name, kind in LIVE.items() if kind == work)
        for rows in (contacts, self._contacts):
            timed = rows[rows["channel"] == channel]
            if timed["timed"].sum() >= FEWEST:
                return float(timed["seconds"].sum() / timed["timed"].sum())
        return self._ticket_seconds([channel], keys)

    def _ticket_seconds(self, channels: Sequence[str] | None, keys: Sequence[str]) -> float | None:
        """Return what a ticket of some channels (None: all written ones) took, of the team, else of all."""
        logged = self._logged
        is_asked = ~logged["channel"].isin(list(LIVE)) if channels is None else logged["channel"].isin(channels)
        for rows in (logged[is_asked & logged["first_team_key"].isin(keys)], logged[is_asked]):
            if rows["timed"].sum() >= FEWEST:
                return float(rows["seconds"].sum() / rows["timed"].sum())
        return None

    def _deferred_seconds(
        self, live: Sequence[Coming], name: str | None, keys: Sequence[str], units: pd.DataFrame, days: Floats
    ) -> float | None:
        """Return what a written ticket takes: all the team's time that calls and chats did not take.

        So what comes back, and what others hand over, is counted; the log of a ticket alone would miss it.
        """
        usual, worked = self._ticket_seconds(None, keys), self._worked
        if usual is None or units.empty:
            return usual
        mine = worked if name is None else worked[worked["team_key"].isin(keys)]
        answered = sum(float((one.per_ticket.sum(axis=1) * days).sum()) * one.handling_seconds for one in live)
        left = (float(mine["seconds"].sum()) - answered) / float(units["units"].sum())
        return max(left, SHORTEST_SHARE * usual)


def _units(work: Work, tickets: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return what counts as a unit of work: contacts where they are recorded, else tickets."""
    if work == "deferred":
        return tickets[~tickets["channel"].isin(list(LIVE))]
    channel = next(name for name, kind in LIVE.items() if kind == work)
    offered = contacts[contacts["channel"] == channel]
    return offered if len(offered) else tickets[tickets["channel"] == channel]


def _by_weekday(rows: pd.DataFrame) -> Floats:
    sums = np.bincount(weekday(rows["day"].to_numpy(np.int64)), rows["units"].to_numpy(np.float64), WEEK)
    return np.asarray(sums, np.float64)


def _per_ticket(units: pd.DataFrame, tickets: Floats) -> Floats:
    """Return units by weekday and hour for each ticket of the day; weekdays with little lean on the week."""
    counts, total = _by_weekday(units), max(tickets.sum(), 1.0)
    share = (counts + SHRUNK_BY * counts.sum() / total) / (tickets + SHRUNK_BY)
    columns = (units["day"].to_numpy(np.int64), units["hour"].to_numpy(np.int64), units["units"].to_numpy(np.float64))
    return np.asarray(profile(*columns) * share[:, None], np.float64)


def _patience(contacts: pd.DataFrame, work: Work) -> tuple[float | None, str]:
    """Return how long callers wait before they give up: all time waited over those who did (exponential, censored)."""
    mine = contacts[contacts["channel"].map(LIVE) == work]
    gone = float(mine["gone"].sum())
    if work != "calls" or gone < FEWEST:
        return None, ""
    return float(mine["waited"].sum()) / gone, f"callers wait {mine['waited'].sum() / gone / 60:.1f} minutes"
