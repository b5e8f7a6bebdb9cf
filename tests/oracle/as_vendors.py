"""Figures as vendors count them."""

from __future__ import annotations

from typing import Any

from tests.oracle.satisfaction import SATISFIED_FROM, is_answered, rated, surveys_of
from tests.oracle.volume import intake, outcome
from tests.oracle.world import World

Fact = dict[str, Any]


def first_comments(world: World) -> list[Fact]:
    """Return from creation to the first public comment of an agent, a chat too, whoever opened the ticket."""
    facts = []
    for ticket in world.tickets.values():
        comments = (m for m in ticket.contacts if m.kind != "call" and m.at >= ticket.created)
        if comment := next(comments, None):
            seconds = (comment.at - ticket.created).total_seconds()
            facts.append(intake(ticket) | {"seconds": seconds, "observed": True})
    return facts


def departures(world: World) -> list[Fact]:
    """Return departures from solved, those from closed not, each credited to the solve it undid."""
    facts = []
    for ticket in world.tickets.values():
        for back in ticket.reopenings:
            if back.before.status == "solved":
                solve = ticket.undone_by(back) or back
                facts.append(outcome(world, ticket, solve, back.at) | {"num": 1, "clock_at": back.at})
    return facts


def ratings(world: World) -> list[Fact]:
    """Return ratings of all tickets, those of bots and agents too."""
    facts = []
    for ticket, versions in surveys_of(world, "csat"):
        if given := [row for row in versions if is_answered(world, row)]:
            last = given[-1]
            good = last["score"] >= SATISFIED_FROM[last["scale"]]
            facts.append(rated(ticket, last, world, last["answered_at"]) | {"num": good, "den": 1})
    return facts


def wrote_once(world: World) -> list[Fact]:
    """Return solved tickets and whether their requester never wrote again after opening them.

    Who opened another ticket that was merged into it wrote again.
    """
    if world.desk.states_alone:
        return []
    facts = []
    for ticket in world.tickets.values():
        if ticket.first_solve and ticket.has_history:
            others = (row for row in ticket.merged if row.get("initiated_by") != "agent")
            again = any(moment.is_from_requester for moment in ticket.moments) or any(others)
            facts.append(outcome(world, ticket, ticket.first_solve) | {"num": not again, "den": 1})
    return facts
