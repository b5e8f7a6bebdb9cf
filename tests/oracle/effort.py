"""Effort points, by the tables of config/effort.toml."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any

from config.settings import ROOT
from tests.oracle.timeline import Ticket

if TYPE_CHECKING:
    from tests.oracle.world import World

MOST = 8
LEAST_TO_COMPARE = 5


@cache
def tables() -> dict[str, Any]:
    """Return the published points tables."""
    return tomllib.loads((ROOT / "config" / "effort.toml").read_text(encoding="utf-8"))


def expected(world: World, ticket: Ticket) -> int | None:
    """Return what a ticket was expected to take, from what was known when it came in; none without any effort tier."""
    told = tables()["expected"]
    tiers = {name: row["effort_tier"] for name, row in world.categories.items() if row.get("effort_tier")}
    tiers |= told.get("category_tier", {})
    if not tiers:
        return None
    category = ticket.began.category or ""
    points: int = told["tier"][tiers.get(category, "unlisted")]
    points += told["priority"].get(priority_at_creation(ticket), 0)
    segment = world.organizations.get(world.organization_of(ticket.row) or "", {}).get("segment")
    points += told["segment"].get(segment, 0)
    for fact in ("regulated", "another_team"):
        points += told[fact]["points"] if category in told[fact]["categories"] else 0
    return max(1, min(MOST, points))


def priority_at_creation(ticket: Ticket) -> str | None:
    """Return the priority it came in with, unknown where it was changed later and nothing says from what."""
    changes = [moment for moment in ticket.moments if moment.kind == "priority" and moment.own]
    if changes and changes[0].at > ticket.created:
        return None
    return ticket.began.priority


def complexity_of(world: World, ticket: Ticket) -> str | None:
    """Return simple, medium or complex."""
    points = expected(world, ticket)
    return None if points is None else "simple" if points <= 2 else "medium" if points <= 5 else "complex"


def actual(world: World) -> dict[str, int]:
    """Return what solved tickets took, in points."""
    from tests.oracle.routing import is_escalated, stations

    told = tables()["actual"]
    if world.desk.states_alone:
        return {}
    solved = [ticket for ticket in world.tickets.values() if ticket.first_solve and ticket.has_history]
    kinds: dict[Any, list[float]] = defaultdict(list)
    for ticket in solved:
        kinds[_alike(world, ticket)].append(world.handling.seconds(ticket.key))
    usual = {alike: median(known) for alike, known in kinds.items() if alike[0] and len(known) >= LEAST_TO_COMPARE}
    points = {}
    for ticket in solved:
        teams = {team for team in stations(ticket) if not world.desk.teams.get(team, {}).get("is_triage")}
        found = told["begins_with"] + (told["escalated"] if is_escalated(world, ticket) else 0)
        found += _step(told["teams"], len(teams)) + _step(told["replies"], len(ticket.contacts))
        if compared := usual.get(_alike(world, ticket)):
            found += _step(told["handling"], world.handling.seconds(ticket.key) / compared)
        points[ticket.key] = min(MOST, found)
    return points


def _alike(world: World, ticket: Ticket) -> tuple[str | None, str | None]:
    return ticket.first_solve.after.category if ticket.first_solve else None, world.handling.kind(ticket.key)


def _step(steps: list[dict[str, float]], number: float) -> int:
    return int(max((step["points"] for step in steps if number >= step["from"]), default=0))
