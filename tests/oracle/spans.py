"""Spans of a ticket's life: until somebody took it, and whether it was solved in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.oracle.volume import intake, lasted
from tests.oracle.world import World

Fact = dict[str, Any]


def assignments(world: World) -> list[Fact]:
    """Return how long tickets waited for a person to hold them, or to reply."""
    facts = []
    for ticket in world.tickets.values():
        taken = [at for at, _ in ticket.holders[:1]] + [moment.at for moment in ticket.contacts[:1]]
        end = min(taken, default=None)
        solve = ticket.first_solve
        if solve and (
            end is None or end > solve.at
        ):  # solved by nobody's hand: it waits no longer, and was never taken
            facts.append(intake(ticket) | lasted(world, ticket, ticket.created, solve.at) | {"observed": False})
        else:
            facts.append(intake(ticket) | lasted(world, ticket, ticket.created, end))
    return facts


def solved_in_time(world: World) -> list[Fact]:
    """Return whether a new ticket was solved within the window."""
    window = timedelta(days=world.desk.settings.resolution_window_days)
    facts = []
    for ticket in world.tickets.values():
        solve = ticket.first_solve
        facts.append(intake(ticket) | {"num": solve is not None and solve.at <= ticket.created + window, "den": 1})
    return facts
