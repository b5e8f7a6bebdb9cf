"""The desk as it stands now, and how old what stood open on every evening was."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from tests.oracle.calendars import to_utc
from tests.oracle.timeline import DONE, Ticket
from tests.oracle.volume import backlog
from tests.oracle.world import World

Fact = dict[str, Any]
IMPATIENT = 3  # messages since the last reply


def aged(world: World) -> list[Fact]:
    """Return the backlog of every evening with the age each ticket had when the day of its team ended."""
    facts = backlog(world)
    for fact in facts:
        midnight = to_utc(fact["at"] + timedelta(days=1), world.calendar.zone_of(fact["team"]))
        ends = min(midnight, world.desk.as_of)
        fact["seconds"] = float(int((ends - world.tickets[fact["ticket"]].created).total_seconds()))
        fact["observed"] = True
    return facts


def open_now(world: World) -> list[Fact]:
    """Return what is open now: who has it, since when it is here, and whether anybody of ours saw to it."""
    now = datetime.combine(world.today, time())
    facts = []
    for ticket in world.tickets.values():
        state = ticket.now
        if state.status in DONE:
            continue
        ours, agent = state.status in ("new", "open"), world.person(state.agent)
        queued = ours and (agent is None or not ticket.contacts)
        facts.append(
            {"at": now, "is_day": True, "ticket": ticket.key, "team": state.team, "agent": agent}
            | {"category": state.category, "status": state.status, "num": 1}
            | {"unassigned": ours and agent is None, "untouched": ours and not ticket.is_touched_by_person}
            | {"impatient": _messages_since_reply(ticket) >= IMPATIENT}
            | {"seconds": (world.desk.as_of - ticket.created).total_seconds(), "observed": queued}
        )
    return facts


def _messages_since_reply(ticket: Ticket) -> int:
    number = 0
    for moment in ticket.moments:
        if moment.is_contact:
            number = 0
        elif moment.is_from_requester:
            number += 1
    return number
