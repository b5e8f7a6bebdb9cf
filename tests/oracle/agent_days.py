"""What agents did in a day: inside and outside their hours, days in a row, and what time was rostered for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.calendars import Hours, to_local
from tests.oracle.records import Row
from tests.oracle.timeline import events_of
from tests.oracle.world import World

Fact = dict[str, Any]
BREAK = timedelta(hours=1)
IN_A_ROW = 7
ACTIVITIES = ("training", "documentation", "meeting")


class Shifts:
    """When one agent works: the roster between its first and last day, else their own hours, else the team's."""

    def __init__(self, world: World, agent: str, roster: list[Row]) -> None:
        self._world, self._agent = world, agent
        self._roster = sorted(roster, key=lambda row: row["starts_at"])

    def _schedule(self, at: datetime) -> str | None:
        rows = [row for row in self._world.desk.rows("agents") if row["agent_id"] == self._agent]
        own = next((row["schedule_id"] for row in rows if row.get("schedule_id")), None)
        return own or self._world.calendar.schedule_of(self._world.team_of_agent(self._agent, at))

    def zone(self, at: datetime) -> ZoneInfo:
        return self._world.calendar.zone_of_schedule(self._schedule(at))

    def day(self, at: datetime) -> date:
        """Return the day an instant has where the agent keeps their hours."""
        return to_local(at, self.zone(at)).date()

    @cached_property
    def _rostered(self) -> tuple[date, date] | None:
        if not self._roster:
            return None
        return self.day(self._roster[0]["starts_at"]), max(self.day(row["starts_at"]) for row in self._roster)

    @cached_property
    def _spells(self) -> Hours:
        return joined([(row["starts_at"], row["ends_at"]) for row in self._roster if row["activity"] != "leave"])

    def is_at_work(self, at: datetime) -> bool:
        """Say whether an instant is within the agent's hours: the first second of a spell is, its end is not."""
        known = self._rostered
        if known and known[0] <= self.day(at) <= known[1]:
            return self._spells.is_open(at)
        hours = self._world.calendar.hours(self._schedule(at) or "")
        return joined(list(zip(hours.begins, hours.ends, strict=True))).is_open(at)


def joined(spells: list[tuple[datetime, datetime]]) -> Hours:
    """Return spells with the breaks of up to an hour between them closed."""
    found: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted(spells):
        if found and begins - found[-1][1] <= BREAK:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return Hours([begins for begins, _ in found], [ends for _, ends in found])


def shifts_of(world: World) -> dict[str, Shifts]:
    """Return every agent's shifts, by agent."""
    rosters = defaultdict(list)
    for row in world.desk.rows("rosters"):
        rosters[row["agent_id"]].append(row)
    agents = {action.agent for action in world.handling.actions} | {*rosters}
    return {agent: Shifts(world, agent, rosters[agent]) for agent in agents}


def _of_day(world: World, agent: str, day: date) -> Fact:
    return {
        "at": datetime.combine(day, time()),
        "is_day": True,
        "agent": agent,
        "team": world.team_of_agent(agent, day),
    }


def authored(world: World) -> Iterator[tuple[str, datetime]]:
    """Yield who did something and when, event by event: an answer that also solves is two things written down."""
    for rows in events_of(world.desk).values():
        for row in rows:
            if row["actor_type"] == "agent" and row.get("actor_id") and row["actor_id"] not in world.desk.bots:
                yield row["actor_id"], row["occurred_at"]


def worked(world: World) -> list[Fact]:
    """Return days on which somebody did something: actions, those outside hours and at weekends, days in a row."""
    shifts = shifts_of(world)
    done: dict[tuple[str, date], dict[str, int]] = defaultdict(lambda: {"actions": 0, "outside": 0, "weekend": 0})
    for agent, at in authored(world):
        found = done[agent, to_local(at, ZoneInfo(world.zone)).date()]
        found["actions"] += 1
        found["outside"] += not shifts[agent].is_at_work(at)
        found["weekend"] += shifts[agent].day(at).isoweekday() > 5
    facts = []
    for (agent, day), found in done.items():
        row = next(n for n in range(10_000) if (agent, day - timedelta(days=n)) not in done)
        facts.append(_of_day(world, agent, day) | found | {"unbroken": row >= IN_A_ROW, "one": 1})
    return facts


def rostered(world: World) -> list[Fact]:
    """Return days with a roster: seconds scheduled so far, leave apart, and those for what no ticket shows."""
    shifts = shifts_of(world)
    found: dict[tuple[str, date], dict[str, float]] = defaultdict(lambda: dict.fromkeys((*ACTIVITIES, "all"), 0.0))
    for row in world.desk.rows("rosters"):
        seconds = (min(row["ends_at"], world.desk.as_of) - row["starts_at"]).total_seconds()
        if seconds > 0 and row["activity"] != "leave" and row["agent_id"] not in world.desk.bots:
            of_day = found[row["agent_id"], shifts[row["agent_id"]].day(row["starts_at"])]
            of_day["all"] += seconds
            if row["activity"] in ACTIVITIES:
                of_day[row["activity"]] += seconds
    return [_of_day(world, agent, day) | seconds for (agent, day), seconds in found.items()]
