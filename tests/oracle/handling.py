"""Handling time, as METRICS.md tells it: logged where somebody logged it, else the gaps between actions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.records import Desk, Row

LONGEST = 900
AFTER_A_PAUSE = 120


@dataclass(frozen=True)
class Action:
    """What an agent did to a ticket at one instant, with the seconds estimated for it."""

    agent: str
    ticket: str
    at: datetime
    seconds: int


@dataclass(frozen=True)
class Handling:
    """Handling seconds by surviving ticket."""

    logged: dict[str, float]
    estimated: dict[str, float]
    actions: list[Action]

    def seconds(self, ticket: str) -> float:
        return self.logged[ticket] if ticket in self.logged else self.estimated.get(ticket, 0.0)

    def kind(self, ticket: str) -> str | None:
        return "logged" if ticket in self.logged else "estimated" if ticket in self.estimated else None


def handling_of(desk: Desk, events: dict[str, list[Row]], survivors: dict[str, str]) -> Handling:
    """Return all handling up to the end of what is known, that of merged tickets with the surviving one."""
    actions = actions_of(desk, events)
    estimated: dict[str, float] = defaultdict(float)
    for action in actions:
        estimated[survivors.get(action.ticket, action.ticket)] += action.seconds
    return Handling(_logged(desk, events, survivors), dict(estimated), actions)


def actions_of(desk: Desk, events: dict[str, list[Row]]) -> list[Action]:
    """Return every agent's actions in order; what is done to a ticket at one instant is one."""
    done: dict[str, dict[tuple[datetime, str], None]] = defaultdict(dict)
    for ticket, rows in events.items():
        for row in rows:
            if row["actor_type"] == "agent" and row.get("actor_id") and row["actor_id"] not in desk.bots:
                done[row["actor_id"]][row["occurred_at"], ticket] = None
    actions = []
    for agent, instants in done.items():
        previous: datetime | None = None
        for at, ticket in sorted(instants):
            gap = None if previous is None else int((at - previous).total_seconds())
            actions.append(Action(agent, ticket, at, gap if gap is not None and gap <= LONGEST else AFTER_A_PAUSE))
            previous = at
    return actions


def _logged(desk: Desk, events: dict[str, list[Row]], survivors: dict[str, str]) -> dict[str, float]:
    entries: dict[str, float] = defaultdict(float)
    for row in desk.rows("time_entries"):
        if row["started_at"] <= desk.as_of:
            ticket: str = row["ticket_id"]
            entries[survivors.get(ticket, ticket)] += row["seconds"]
    contacts: dict[str, float] = defaultdict(float)
    for row in desk.rows("contacts"):
        parts = [row.get(name) for name in ("talk_seconds", "hold_seconds", "wrap_up_seconds")]
        if any(part is not None for part in parts) and row["offered_at"] <= desk.as_of:
            key: str = row.get("ticket_id") or row["contact_id"]
            contacts[survivors.get(key, key)] += sum(part or 0 for part in parts)
    calls: dict[str, float] = defaultdict(float)
    for ticket, rows in events.items():
        for row in rows:
            if row["event_type"] == "call" and row.get("duration_seconds") is not None:
                calls[survivors.get(ticket, ticket)] += row["duration_seconds"]
    return dict(calls) | dict(contacts) | dict(entries)
