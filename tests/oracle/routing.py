"""The way of a ticket through teams."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tests.oracle.timeline import Ticket

if TYPE_CHECKING:
    from tests.oracle.world import World


def stations(ticket: Ticket) -> list[str]:
    """Return the teams a ticket was with, one after another; one it came back to stands twice."""
    found = [ticket.began.team] if ticket.began.team else []
    for moment in ticket.moments:
        if moment.after.team and moment.own and (not found or found[-1] != moment.after.team):
            found.append(moment.after.team)
    return found


def is_escalated(world: World, ticket: Ticket) -> bool:
    """Say whether it was ever moved to a higher tier, triage apart, or whether anybody but a bot said so."""
    if any(moment.kind == "escalated" and moment.actor != "bot" for moment in ticket.moments):
        return True
    passed = [world.desk.teams.get(team, {}) for team in stations(ticket)]
    moves = pairwise(passed)
    return any(not a.get("is_triage") and (b.get("tier") or 0) > a["tier"] for a, b in moves if a.get("tier"))
