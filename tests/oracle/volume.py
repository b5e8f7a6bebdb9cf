"""What came in, what was solved, what came back, what stands open; and how long first replies and solves took."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from tests.oracle.calendars import to_local
from tests.oracle.effort import complexity_of, expected
from tests.oracle.records import LATEST
from tests.oracle.timeline import DONE, HANDOVERS, Moment, State, Ticket
from tests.oracle.world import World

Fact = dict[str, Any]


def intake(ticket: Ticket, at: datetime | None = None) -> Fact:
    """Return whom what came in belongs to: the first team, person and category."""
    credit = {"team": ticket.first_team, "agent": ticket.first_agent, "category": ticket.first_category}
    return {"at": at or ticket.created, "ticket": ticket.key, **credit}


def outcome(world: World, ticket: Ticket, solve: Moment, at: datetime | None = None) -> Fact:
    """Return whom a solve belongs to: the team, category and person of that moment."""
    credit = {"team": solve.after.team, "agent": world.solver(ticket, solve), "category": solve.after.category}
    return {"at": at or solve.at, "ticket": ticket.key, **credit}


def created(world: World) -> list[Fact]:
    facts = []
    for ticket in world.tickets.values():
        points, weight = expected(world, ticket), complexity_of(world, ticket)
        facts.append(
            intake(ticket)
            | {"num": 1, "points": points, "pointed": points is not None}
            | {"complex": weight == "complex", "simple": weight == "simple"}
        )
    return facts


def solves(world: World) -> list[Fact]:
    return [outcome(world, ticket, solve) | {"num": 1} for ticket in world.tickets.values() for solve in ticket.solves]


def reopenings(world: World) -> list[Fact]:
    """Return departures from solved, each credited to the solve it undid."""
    facts = []
    for ticket in world.tickets.values():
        for back in ticket.reopenings:
            solve = ticket.undone_by(back) or back
            facts.append(outcome(world, ticket, solve, back.at) | {"num": 1, "clock_at": back.at})
    return facts


def backlog(world: World) -> list[Fact]:
    """Return every open ticket on every evening, as it stood when the day of the team holding it ended.

    A change belongs to the day it has in the zone of the team it leaves the ticket with, so that a ticket handed round
    the world stands once on every evening.
    """
    facts = []
    for ticket in world.tickets.values():
        days = [(_day(world, at, state.team), state) for at, state in _states(ticket)]
        following = [*_first_days_after(days), world.today + timedelta(days=1)]
        for (day, state), end in zip(days, following[1:], strict=True):
            if state.status not in DONE:
                credit = {"team": state.team, "agent": state.agent, "category": state.category, "status": state.status}
                for number in range((end - day).days):
                    at = datetime.combine(day + timedelta(days=number), time())
                    waits = state.status in ("new", "open")
                    facts.append({"at": at, "is_day": True, "ticket": ticket.key, "num": 1, "waits": waits, **credit})
    return facts


def _first_days_after(days: list[tuple[date, Any]]) -> list[date]:
    """Return for every state the first day that a later one, or it, has ended: what comes later wins its day."""
    earliest, found = date.max, []
    for day, _ in reversed(days):
        earliest = min(earliest, day)
        found.append(earliest)
    return found[::-1]


def _day(world: World, at: datetime, team: str | None) -> date:
    return to_local(at, world.calendar.zone_of(team)).date()


def _states(ticket: Ticket) -> list[tuple[datetime, State]]:
    states = [(ticket.created, ticket.began)]
    states += [(max(m.at, ticket.created), m.after) for m in ticket.moments if m.own and m.after != m.before]
    return states


def first_replies(world: World) -> list[Fact]:
    """Return for tickets asked of people how long they waited for one, the unanswered until now."""
    facts = []
    for ticket in world.tickets.values():
        if ticket.is_asked_of_people:
            start = _asked_at(ticket)
            reply = next((moment for moment in ticket.contacts if moment.at >= start), None)
            begins = _human_clock(ticket, start, reply)
            facts.append(intake(ticket) | lasted(world, ticket, begins, reply.at if reply else None))
    return facts


def _asked_at(ticket: Ticket) -> datetime:
    """Return when somebody began to wait: at creation, or, where an agent opened it, when the requester first wrote."""
    if any(moment.kind == "created" and moment.actor == "agent" and moment.own for moment in ticket.moments):
        return next((moment.at for moment in ticket.moments if moment.is_from_requester), ticket.created)
    return ticket.created


def _human_clock(ticket: Ticket, start: datetime, reply: Moment | None) -> datetime:
    """A bot's handing over restarts the clock, if it comes before the reply."""
    end = reply.at if reply else LATEST
    handed = [m.at for m in ticket.moments if m.actor == "bot" and m.kind in HANDOVERS and start <= m.at <= end]
    return handed[-1] if handed else start


def resolutions(world: World) -> list[Fact]:
    """Return for every ticket created the time to its first solve."""
    facts = []
    for ticket in world.tickets.values():
        end = ticket.first_solve.at if ticket.first_solve else None
        facts.append(intake(ticket) | lasted(world, ticket, ticket.created, end))
    return facts


def full_resolutions(world: World) -> list[Fact]:
    """Return for every ticket created the time to its last solve, if it is solved now."""
    facts = []
    for ticket in world.tickets.values():
        end = ticket.solves[-1].at if ticket.solves and ticket.now.status in DONE else None
        facts.append(intake(ticket) | lasted(world, ticket, ticket.created, end))
    return facts


def resolutions_solved(world: World) -> list[Fact]:
    return [
        outcome(world, ticket, ticket.first_solve) | lasted(world, ticket, ticket.created, ticket.first_solve.at)
        for ticket in world.tickets.values()
        if ticket.first_solve
    ]


def full_resolutions_solved(world: World) -> list[Fact]:
    """Return what is solved now by its last solve, credited to the last team and person that had it."""
    return [
        outcome(world, ticket, ticket.solves[-1])
        | {"team": ticket.final_team, "agent": world.person(ticket.final_agent), "category": ticket.now.category}
        | lasted(world, ticket, ticket.created, ticket.solves[-1].at)
        for ticket in world.tickets.values()
        if ticket.solves and ticket.now.status in DONE
    ]


def lasted(world: World, ticket: Ticket, begins: datetime, end: datetime | None) -> Fact:
    until = end or world.desk.as_of
    return {
        "seconds": max(0.0, (until - begins).total_seconds()),
        "business": business_seconds(world, ticket, begins, until),
        "observed": end is not None,
    }


def business_seconds(world: World, ticket: Ticket, begins: datetime, until: datetime) -> float:
    """Add up the business seconds of a span, each team counting its own hours while it owns the ticket."""
    total, at, team = 0.0, begins, ticket.began.team
    for moment in ticket.moments:
        if moment.at <= begins:
            team = moment.after.team
        elif moment.at < until and moment.after.team != team:
            total += world.calendar.hours_of(team).seconds(at, moment.at)
            at, team = moment.at, moment.after.team
    return total + world.calendar.hours_of(team).seconds(at, until)
