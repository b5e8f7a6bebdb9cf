"""A desk with everything told of it that several metrics need: tickets, calendar, handling; made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from tests.oracle.calendars import Calendar, to_local
from tests.oracle.handling import Handling, handling_of
from tests.oracle.records import Desk, Row
from tests.oracle.timeline import Moment, Ticket, events_of, survivors, tickets_of


def in_zone(instants: pd.Series, zone: str) -> pd.Series:
    """Return naive UTC instants as naive local times."""
    local: pd.Series = instants.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return local


class World:
    """What the oracle knows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.calendar = Calendar(desk)
        self.zone = desk.settings.time_zone
        self._frames: dict[Any, pd.DataFrame] = {}

    @cached_property
    def tickets(self) -> dict[str, Ticket]:
        return tickets_of(self.desk)

    @cached_property
    def today(self) -> date:
        """The day of the reporting zone everything is known up to."""
        return to_local(self.desk.as_of, ZoneInfo(self.zone)).date()

    @cached_property
    def survivors(self) -> dict[str, str]:
        """Every ticket's id and the one it ended in."""
        return survivors(self.desk)

    @cached_property
    def handling(self) -> Handling:
        return handling_of(self.desk, events_of(self.desk), self.survivors)

    @cached_property
    def categories(self) -> dict[str, Row]:
        return {row["category"]: row for row in self.desk.rows("categories")}

    @cached_property
    def organizations(self) -> dict[str, Row]:
        return {row["organization_id"]: row for row in self.desk.rows("organizations")}

    @cached_property
    def requesters(self) -> dict[str, Row]:
        return {row["requester_id"]: row for row in self.desk.rows("requesters")}

    @cached_property
    def agent_names(self) -> dict[str, str]:
        rows = sorted(self.desk.rows("agents"), key=lambda row: str(row.get("valid_from") or ""))
        return {row["agent_id"]: row.get("name") or row["agent_id"] for row in rows}

    def team_of_agent(self, agent: str | None, at: Any) -> str | None:
        """Return the team a person was in on a day."""
        day = at.date() if hasattr(at, "date") else at
        spells = [row for row in self.desk.rows("agents") if row["agent_id"] == agent]
        spells.sort(key=lambda row: str(row.get("valid_from") or ""))
        begun = [row for row in spells if row.get("valid_from") is None or row["valid_from"] <= day]
        return (begun or spells or [{}])[-1 if begun else 0].get("team_id")

    def organization_of(self, row: Row) -> str | None:
        """Return the organization of a ticket, or of whoever wrote it."""
        return row.get("organization_id") or self.requesters.get(row.get("requester_id") or "", {}).get(
            "organization_id"
        )

    def solver(self, ticket: Ticket, solve: Moment) -> str | None:
        """Return who is credited with a solve: the person who did it, else who held the ticket; a bot is nobody."""
        return self.person(solve.who if solve.is_by_person and solve.who else solve.after.agent)

    def person(self, agent: str | None) -> str | None:
        return None if agent in self.desk.bots else agent

    def frame(self, facts: Callable[[World], list[dict[str, Any]]]) -> pd.DataFrame:
        """Return the facts of a family as a frame, made once."""
        if facts not in self._frames:
            frame = pd.DataFrame(facts(self))
            if not frame.empty:
                frame["at"] = pd.to_datetime(frame["at"])
                frame["local"] = frame["at"] if "is_day" in frame else in_zone(frame["at"], self.zone)
            self._frames[facts] = frame
        return self._frames[facts]
