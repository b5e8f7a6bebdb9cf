"""Calls and chats offered to the desk."""

from __future__ import annotations

from typing import Any

from tests.oracle.dimensions import organization
from tests.oracle.world import World

Fact = dict[str, Any]


def offered(world: World) -> list[Fact]:
    """Return every call and chat offered, with how long it waited for an answer."""
    settings = world.desk.settings
    facts = []
    for row in world.desk.rows("contacts"):
        at, answered, ended = row["offered_at"], row.get("answered_at"), row.get("ended_at")
        if at > world.desk.as_of:
            continue
        waited = (answered - at).total_seconds() if answered else 0.0
        now = world.desk.as_of
        if not answered and (ended > now if ended else (now - at).days < 1):
            continue  # it waits
        left_at_once = (
            not answered and ended is not None and (ended - at).total_seconds() < settings.short_abandon_seconds
        )
        key = world.survivors.get(row.get("ticket_id") or "")
        if row.get("ticket_id") and key not in world.tickets:
            continue
        about = world.tickets[key].row if key in world.tickets else row
        who = {name: organization(world, row | about, name) for name in ("organization", "segment", "plan")}
        facts.append(
            {"at": at, "team": row.get("team_id"), "agent": row.get("agent_id"), "category": row.get("category"), **who}
            | {"channel": row["channel"], "offered": 1, "abandoned": not answered and not left_at_once}
            | {
                "answered": answered is not None,
                "waited": waited,
                "in_time": answered is not None and waited <= settings.service_level_seconds,
            }
            | {"stayed": not left_at_once, "seconds": waited, "observed": answered is not None, "ticket": key}
        )
    return facts
