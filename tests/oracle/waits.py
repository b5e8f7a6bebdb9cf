"""Whom a ticket waited for: time in each status, and until a requester's message was answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.oracle.timeline import DONE, Moment, State, Ticket
from tests.oracle.volume import lasted, outcome
from tests.oracle.world import World

Fact = dict[str, Any]
WAITS = {"requester": ("new", "open", "hold"), "pending": ("pending",), "hold": ("hold",)}


def spells(world: World, ticket: Ticket) -> Iterator[tuple[datetime, datetime, State]]:
    """Yield from when to when a ticket was how; the last spell lasts until the end of what is known."""
    states = [(ticket.created, ticket.began)]
    states += [(max(m.at, ticket.created), m.after) for m in ticket.moments if m.own and m.after != m.before]
    ends = [*(at for at, _ in states[1:]), world.desk.as_of]
    for (at, state), end in zip(states, ends, strict=True):
        yield at, max(at, end), state


def in_status(world: World) -> list[Fact]:
    """Return, for every solved ticket and status of open work it ever had, how long that was over its whole life."""
    facts = []
    for ticket in world.tickets.values():
        if ticket.first_solve:
            for status, (seconds, business) in _by_status(world, ticket).items():
                told = {"status": status, "seconds": seconds, "business": business, "observed": True}
                facts.append(outcome(world, ticket, ticket.first_solve) | told)
    return facts


def _by_status(world: World, ticket: Ticket) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for begins, ends, state in spells(world, ticket):
        if state.status not in DONE:
            seconds, business = found.get(state.status, (0.0, 0.0))
            business += world.calendar.hours_of(state.team).seconds(begins, ends)
            found[state.status] = (seconds + (ends - begins).total_seconds(), business)
    return found


def _waited(world: World, waits: str) -> list[Fact]:
    """Return for solved tickets how long they stood in some statuses; nothing where the source never shows one."""
    statuses = WAITS[waits]
    shown = {moment.after.status for ticket in world.tickets.values() for moment in ticket.moments}
    if waits != "requester" and not shown & {*statuses}:
        return []
    facts = []
    for ticket in world.tickets.values():
        if ticket.first_solve:
            found = [spell for status, spell in _by_status(world, ticket).items() if status in statuses]
            told = {"seconds": sum(seconds for seconds, _ in found), "business": sum(business for _, business in found)}
            facts.append(outcome(world, ticket, ticket.first_solve) | told | {"observed": True})
    return facts


def for_the_desk(world: World) -> list[Fact]:
    return _waited(world, "requester")


def for_the_requester(world: World) -> list[Fact]:
    return _waited(world, "pending")


def for_others(world: World) -> list[Fact]:
    return _waited(world, "hold")


def replies(world: World) -> list[Fact]:
    """Return every requester message that opened a wait, and how long it waited for a public reply of a person."""
    facts = []
    for ticket in world.tickets.values():
        for asked, answer, closed in _waits(ticket):
            ended = answer or closed
            state = (ended or ticket.moments[-1]).before if ended else ticket.now
            agent = answer.who if answer else world.person(state.agent)
            credit = {"team": state.team, "agent": agent, "category": ticket.now.category}
            until = ended.at if ended else None
            told = lasted(world, ticket, asked.at, until) | {"observed": answer is not None}
            facts.append({"at": asked.at, "ticket": ticket.key} | credit | told)
    return facts


def _waits(ticket: Ticket) -> Iterator[tuple[Moment, Moment | None, Moment | None]]:
    """Yield each wait: the message, the reply, or the solve that ended it unanswered.

    A message on a solved ticket that stays solved waits for nobody; messages in a row wait once.
    """
    waiting: Moment | None = None
    solved: Moment | None = None  # since the message, if anybody did
    for moment in sorted((*ticket.moments, *_opened_elsewhere(ticket)), key=lambda moment: moment.at):
        if moment.is_contact and waiting:
            yield waiting, moment, None
            waiting = solved = None
        elif waiting:
            solved = solved or (moment if moment.solves else None)
        elif moment.is_from_requester or _opens(moment):
            waiting = moment
    if waiting and (solved or ticket.now.status not in DONE):
        yield waiting, None, solved


def _opened_elsewhere(ticket: Ticket) -> Iterator[Moment]:
    """Yield what requesters opened merged tickets with: on the survivor it is one more message."""
    for row in ticket.merged:
        if row.get("initiated_by") != "agent":
            yield Moment(row["created_at"], "message", "requester", None, True, None, None, own=False)


def _opens(moment: Moment) -> bool:
    """Say whether a requester came with the ticket: what it was opened with is a message too."""
    return moment.own and moment.kind == "created" and moment.actor == "requester"
