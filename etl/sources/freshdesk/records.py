"""Freshdesk's records to rows: its quirks end here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, instant, text

Row = dict[str, Any]
STATUSES = {
    **{"2": "open", "3": "pending", "4": "solved", "5": "closed", "6": "pending", "7": "hold"},
    **{"open": "open", "pending": "pending", "resolved": "solved", "closed": "closed"},
    **{"waiting on customer": "pending", "waiting on third party": "hold"},
}
PRIORITIES = {"1": "low", "2": "normal", "3": "high", "4": "urgent"}
PRIORITIES |= {"low": "low", "medium": "normal", "high": "high", "urgent": "urgent"}
CHANNELS = {1: "email", 2: "web", 3: "phone", 7: "chat", 9: "web", 10: "email", 15: "chat"}
OUTBOUND = 10  # an e-mail an agent wrote first
SURVEY_FEEDBACK = 6  # kept as a conversation, and said already by the rating
MERGE_NOTE = "closed and merged into ticket"


def status(source: LiveSource, told: Any) -> str:
    """Return what a status, by number or name, means here; raises ``ValueError`` for one of the desk's own."""
    known = {**STATUSES, **{str(k).lower(): v for k, v in source.option("statuses", {}).items()}}
    if str(told).lower() not in known:
        raise ValueError(f"status {told!r} is not known; add it under statuses")
    return str(known[str(told).lower()])


def ticket(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a ticket becomes a row."""
    field, base = source.option("category_field"), str(source.option("url")).rstrip("/")

    def row(record: Record) -> Row:
        custom = record["custom_fields"] or {}
        return {
            "ticket_id": text(record["id"]),
            "updated_at": instant(record["updated_at"]),
            "created_at": instant(record["created_at"]),
            "requester_id": text(record["requester_id"]),
            "organization_id": text(record["company_id"]),
            "channel": CHANNELS.get(record["source"], f"source_{record['source']}"),
            "category": text(custom[field] if field else record["type"]),
            "priority": PRIORITIES[str(record["priority"])],
            "subject": text(record["subject"]),
            "brand": text(record.get("product_id")),
            "tags": ",".join(record["tags"] or []) or None,
            "initiated_by": "agent" if record["source"] == OUTBOUND else "requester",
            "status": status(source, record["status"]),
            "team_id": text(record["group_id"]),
            "agent_id": text(record["responder_id"]),
            "is_spam": bool(record["spam"]),
            "is_deleted": bool(record.get("deleted", False)),
            "merged_into_ticket_id": record.get("merged_into"),
            "url": f"{base}/a/tickets/{record['id']}",
        }

    return row


def stats(record: Record) -> Row:
    """Return the instants of a ticket as a row."""
    told = record["stats"] or {}
    names = ("status_updated_at", "pending_since", "resolved_at", "closed_at", "reopened_at")
    instants = {name: instant(told[name]) for name in names}
    return {"ticket_id": text(record["id"]), "updated_at": instant(record["updated_at"]), **instants}


def figures(record: Record) -> list[Row]:
    """Return how long Freshdesk says a ticket took, as rows: to the first answer, and until it was resolved."""
    told, begun = record["stats"] or {}, instant(record["created_at"])
    until = {"first_reply": instant(told["first_responded_at"]), "full_resolution": instant(told["resolved_at"])}
    return [
        {
            "ticket_id": text(record["id"]),
            "figure": f"{name}_minutes_calendar",
            "value": (at - begun).total_seconds() / 60 if at and begun else None,
        }
        for name, at in until.items()
    ]


def targets(record: Record) -> list[Row]:
    """Return when a ticket is due as calendar targets: Freshdesk has counted its business hours already."""
    created = instant(record["created_at"])
    due = {"first_reply": instant(record["fr_due_by"]), "resolution": instant(record["due_by"])}
    return [
        {
            "ticket_id": text(record["id"]),
            "target_type": kind,
            "applied_at": created,
            "target_seconds": int((at - created).total_seconds()),
            "is_business_clock": False,
        }
        for kind, at in due.items()
        if at and created and at > created
    ]


def created(record: Record) -> Row:
    """Return the creation of a ticket as a change."""
    is_outbound = record["source"] == OUTBOUND
    return {
        "ticket_id": text(record["id"]),
        "change_id": "created",
        "position": 0,
        "occurred_at": instant(record["created_at"]),
        "what": "created",
        "actor_id": None if is_outbound else text(record["requester_id"]),
        "actor_is": "agent" if is_outbound else "requester",
        "is_public": True,
    }


def survivor(source: LiveSource, conversations: list[Record]) -> str | None:
    """Return the ticket another one was merged into, which only a note on it tells."""
    said = re.compile(re.escape(source.option("merge_note", MERGE_NOTE)) + r"\D{0,3}(\d+)", re.IGNORECASE)
    for record in reversed(conversations):
        found = said.search(record.get("body_text") or "") if record["private"] else None
        if found:
            return found.group(1)
    return None


def conversation(source: LiveSource) -> Callable[[Record], list[Row]]:
    """Return how a conversation becomes a change."""
    note = source.option("merge_note", MERGE_NOTE).lower()

    def rows(record: Record) -> list[Row]:
        if record["source"] == SURVEY_FEEDBACK:
            return []
        is_merge = record["private"] and note in (record.get("body_text") or "").lower()
        return [
            {
                "ticket_id": text(record["ticket_id"]),
                "change_id": f"conversation-{record['id']}",
                "position": 1,
                "occurred_at": instant(record["created_at"]),
                "what": "other" if is_merge else "message",
                "actor_id": text(record["user_id"]),
                "actor_is": "requester" if record["incoming"] else None,
                "is_public": not record["private"],
            }
        ]

    return rows


def moment(told: str) -> datetime:
    """Return the naive UTC instant of an export, written ``31-01-2026 09:00:00 +0000``; raises ``ValueError``."""
    return datetime.strptime(told, "%d-%m-%Y %H:%M:%S %z").astimezone(UTC).replace(tzinfo=None)


def activity(source: LiveSource, groups: dict[str, str]) -> Callable[[Record], list[Row]]:
    """Return how an exported activity becomes changes; ``groups`` are numbers by name, for it names them."""

    def rows(record: Record) -> list[Row]:
        is_person = record["performer_type"] == "user" and record["performer_id"]
        mark = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]  # they have no numbers
        shared = {
            "ticket_id": text(record["ticket_id"]),
            "position": 2,
            "occurred_at": moment(record["performed_at"]),
            "actor_id": text(record["performer_id"]) if is_person else None,
            "actor_is": None if is_person else "system",
            "is_public": True,
        }
        return [
            {**shared, "change_id": f"activity-{mark}-{what}", "what": what, "to_value": value}
            for what, value in _said(source, groups, record["activity"])
        ]

    return rows


def _said(source: LiveSource, groups: dict[str, str], told: Record) -> Iterator[tuple[str, str]]:
    if told.get("status") is not None:
        yield "status", status(source, told["status"])
    if "agent_id" in told:
        yield "agent", text(told["agent_id"]) or ""
    if "group" in told:
        yield "team", groups.get(str(told["group"]), str(told["group"] or ""))
    if told.get("priority") is not None:
        yield "priority", PRIORITIES[str(told["priority"]).lower()]
    field = source.option("category_field") or "ticket_type"
    if field in told:
        yield "category", text(told[field]) or ""
