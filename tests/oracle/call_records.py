"""Calls and chats that are no ticket's: an answered one is a ticket of its own, solved when it ends."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def tickets_of_calls(contacts: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the tickets and events that answered contacts without a ticket amount to."""
    tickets, events = [], []
    for row in contacts:
        if row.get("ticket_id") or not row.get("answered_at"):
            continue
        key = row["contact_id"]
        about = {name: row.get(name) for name in ("channel", "requester_id", "category", "team_id")}
        tickets.append(about | {"ticket_id": key, "created_at": row["offered_at"]})
        by_agent = {"ticket_id": key, "actor_type": "agent", "actor_id": row.get("agent_id"), "to_value": None}
        by_requester = by_agent | {"actor_type": "requester", "actor_id": row.get("requester_id")}
        kind = "call" if row["channel"] == "phone" else "chat"
        told = [by_requester | {"occurred_at": row["offered_at"], "event_type": "created"}]
        told.append(by_agent | {"occurred_at": row["answered_at"], "event_type": kind})
        if row.get("agent_id"):
            told.insert(
                1, by_agent | {"occurred_at": row["answered_at"], "event_type": "agent", "to_value": row["agent_id"]}
            )
        if row.get("ended_at") and row.get("is_resolved") is not False:
            told.append(by_agent | {"occurred_at": row["ended_at"], "event_type": "status", "to_value": "solved"})
        events += [event | {"position": number} for number, event in enumerate(told, start=1)]
    return tickets, events
