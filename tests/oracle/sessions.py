"""Help sessions, and whether a contact followed them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.oracle.dimensions import organization
from tests.oracle.records import Row
from tests.oracle.world import World

Fact = dict[str, Any]
GONE_WITHIN = 10
COUNTED = ("articles_read", "searches", "bot_questions")


def has_intent(row: Row) -> bool:
    """Say whether somebody looked for help: opened or asked something, or searched for longer than a glance."""
    if not any(row.get(name) for name in COUNTED):
        return False
    left = row.get("duration_seconds") is not None and row["duration_seconds"] < GONE_WITHIN
    return not left or bool(row.get("articles_read") or row.get("bot_questions"))


def contacts_of_people(world: World) -> dict[str, list[datetime]]:
    """Return when each person came to us: tickets, merged ones too, calls and chats, answered or not."""
    found = defaultdict(list)
    asked_by = {row["ticket_id"]: row.get("requester_id") for row in world.desk.rows("tickets")}
    for row in world.desk.rows("tickets"):
        if (
            not any(row.get(flag) for flag in ("is_spam", "is_test", "is_deleted"))
            and row.get("initiated_by") != "agent"
        ):
            found[row.get("requester_id")].append(row["created_at"])
    for row in world.desk.rows("events"):
        if row["event_type"] in ("call", "chat"):
            found[asked_by.get(row["ticket_id"])].append(row["occurred_at"])
    for row in world.desk.rows("contacts"):
        found[row.get("requester_id")].append(row["offered_at"])
    return {person: sorted(at for at in times if at <= world.desk.as_of) for person, times in found.items() if person}


def demand(world: World) -> list[Fact]:
    """Return sessions with intent, the tickets people opened, and the calls and chats no ticket came of."""
    window = timedelta(hours=world.desk.settings.deflection_window_hours)
    came = contacts_of_people(world)
    has_self_service = bool(world.desk.rows("help_sessions"))
    facts = []
    for row in world.desk.rows("help_sessions"):
        at = row["started_at"]
        if at > world.desk.as_of or not has_intent(row):
            continue
        person = row.get("requester_id")
        followed = bool(row.get("ticket_id")) or any(at < other <= at + window for other in came.get(person or "", []))
        helped = not followed and row.get("was_helpful") is True
        about = _whose(world, row) | {"channel": row["session_type"], "category": row.get("category")}
        facts.append(about | _counted(at, session=True, kept=not followed, helped=helped, known=person is not None))
    for ticket in world.tickets.values():
        if not ticket.is_agent_initiated:
            about = _whose(world, ticket.row) | {"channel": ticket.row.get("channel"), "category": ticket.now.category}
            known = ticket.row.get("requester_id") is not None
            facts.append(
                about
                | _counted(
                    ticket.created, session=False, kept=False, helped=False, known=known, scored=has_self_service
                )
            )
    for row in world.desk.rows("contacts"):
        key = row.get("ticket_id")
        is_ticket = key in world.survivors or (row.get("answered_at") and not key)
        if not is_ticket and row["offered_at"] <= world.desk.as_of:
            about = _whose(world, row) | {"channel": row["channel"], "category": row.get("category")}
            known = row.get("requester_id") is not None
            facts.append(about | _counted(row["offered_at"], session=False, kept=False, helped=False, known=known))
    return facts


def _whose(world: World, row: Row) -> Fact:
    return {name: organization(world, row, name) for name in ("organization", "segment", "plan")}


def _counted(at: datetime, session: bool, kept: bool, helped: bool, known: bool, scored: bool = False) -> Fact:
    counted = {
        "kept": kept,
        "helped": helped,
        "demand": kept or not session,
        "session": session,
        "scored": scored,
    }
    return {"at": at, **counted, "known_kept": kept and known, "known_demand": known and (kept or not session)}
