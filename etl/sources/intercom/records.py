"""Intercom's records to rows: its quirks end here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, text, unix

Row = dict[str, Any]
STATUSES = {"open": "open", "snoozed": "pending", "closed": "solved"}  # what is closed may be opened again
CHANNELS = {"conversation": "chat", "phone_call": "phone", "phone_switch": "phone"}
ASKING = ("user", "lead", "contact")
MINUTES = {
    "first_reply_minutes_business": "time_to_admin_reply",
    "first_resolution_minutes_business": "time_to_first_close",
    "full_resolution_minutes_business": "time_to_last_close",
}
NOBODY = ("nobody_admin", "nobody")
INBOX = "https://app.intercom.com/a/inbox"


def moment(told: int | None) -> datetime | None:
    """Return the naive UTC instant of a Unix time, None of none."""
    return None if told is None else unix(told)


def _actor(source: LiveSource, author: Record | None) -> tuple[str | None, str | None]:
    """Return who somebody is, and what."""
    told = author or {}
    number, kind = text(told.get("id")), told.get("type")
    if kind in ASKING:
        return number, "requester"
    bots = {str(one) for one in source.option("bots", [])}
    if kind == "bot" or told.get("from_ai_agent") or number in bots:
        return number, "bot"
    return number, "agent" if kind in ("admin", "team") else "system"


def ticket(source: LiveSource, workspace: str) -> Callable[[Record], Row]:
    """Return how a conversation becomes a ticket's row."""
    field = source.option("category_field")

    def row(record: Record) -> Row:
        begun, statistics = record["source"], record["statistics"] or {}
        asking = (record["contacts"] or {}).get("contacts") or []
        _, opened_by = _actor(source, begun["author"])
        return {
            "ticket_id": text(record["id"]),
            "updated_at": moment(record["updated_at"]),
            "created_at": moment(record["created_at"]),
            "requester_id": text(asking[0]["id"]) if asking else None,
            "channel": CHANNELS.get(begun["type"], begun["type"]),
            "category": text((record["custom_attributes"] or {}).get(field)) if field else None,
            "priority": "high" if record["priority"] == "priority" else "normal",
            "subject": text(record["title"]) or text(begun.get("subject")),
            "tags": ",".join(tag["name"] for tag in (record["tags"] or {}).get("tags") or []) or None,
            "initiated_by": {"agent": "agent", "requester": "requester"}.get(opened_by or "", "system"),
            "status": STATUSES[record["state"]],
            "team_id": text(record["team_assignee_id"]),
            "agent_id": text(record["admin_assignee_id"]),
            "first_assigned_at": moment(statistics.get("first_assignment_at")),
            "first_replied_at": moment(statistics.get("first_admin_reply_at")),
            "url": f"{INBOX}/{workspace}/inbox/conversation/{record['id']}",
        }

    return row


def changes(source: LiveSource) -> Callable[[Record], list[Row]]:
    """Return how a conversation becomes what happened to it."""

    def rows(record: Record) -> list[Row]:
        number = text(record["id"])
        actor, what = _actor(source, record["source"]["author"])
        begun = {"change_id": "created", "what": "created", "actor_id": actor, "actor_is": what, "is_public": True}
        told = [{"ticket_id": number, "position": 0, "occurred_at": moment(record["created_at"]), **begun}]
        for position, part in enumerate(record["conversation_parts"]["conversation_parts"], start=1):
            actor, what = _actor(source, part["author"])
            shared = {"ticket_id": number, "position": position, "occurred_at": moment(part["created_at"])}
            shared |= {"actor_id": actor, "actor_is": what}
            for said in _said(source, part, what):
                told.append({"is_public": True, **shared, "change_id": f"part-{part['id']}-{said['what']}", **said})
        return told

    return rows


def _said(source: LiveSource, part: Record, by: str | None) -> Iterator[Row]:
    """Return what a part says: a message, a change, or both, as of a reply that closes."""
    kind, assigned = part["part_type"], part["assigned_to"] or {}
    is_note = "note" in kind
    if part["body"] is not None or (kind == "quick_reply" and by == "requester"):
        yield {"what": "message", "is_public": not is_note}
    if kind == "close":
        yield {"what": "status", "to_value": "solved"}
    elif kind == "snoozed":
        yield {"what": "status", "to_value": "pending"}
    elif kind == "open" or "reopen" in kind or "unsnooze" in kind:
        yield {"what": "status", "to_value": "open"}
    if assigned.get("type") == "admin":
        yield {"what": "agent", "to_value": text(assigned["id"]) or ""}
    elif assigned.get("type") == "team":
        yield {"what": "team", "to_value": text(assigned["id"]) or ""}
    elif assigned.get("type") in NOBODY:
        yield {"what": "agent", "to_value": ""}
    event, field = part["event_details"] or {}, source.option("category_field")
    if field and (event.get("attribute") or {}).get("name") == field:
        yield {"what": "category", "to_value": text((event.get("value") or {}).get("name")) or ""}


def figures(record: Record) -> list[Row]:
    """Return Intercom's own figures of a conversation as rows; its times leave out closed hours."""
    told = record["statistics"] or {}
    minutes = {name: _minutes(told.get(field)) for name, field in MINUTES.items()}
    reopens = told.get("count_reopens")
    values = {"reopens": None if reopens is None else float(reopens), **minutes}
    return [{"ticket_id": text(record["id"]), "figure": name, "value": value} for name, value in values.items()]


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60


def rating(record: Record) -> list[Row]:
    """Return the rating of a conversation as rows: one where it was asked for."""
    told = record["conversation_rating"]
    if not told:
        return []
    at, rater = moment(told.get("updated_at") or told["created_at"]), told.get("teammate") or {}
    return [
        {
            "survey_id": text(record["id"]),
            "ticket_id": text(record["id"]),
            "updated_at": at,
            "survey_type": "csat",
            "scale": "1_to_5",
            "sent_at": moment(told["created_at"]),
            "answered_at": at if told["rating"] is not None else None,
            "score": None if told["rating"] is None else float(told["rating"]),
            "agent_id": text(rater.get("id")) if rater.get("type") in ("admin", "teammate") else None,
        }
    ]


def admin(source: LiveSource) -> Callable[[Record], Row]:
    """Return how an admin becomes an agent's row."""
    bots = {str(one) for one in source.option("bots", [])}
    return lambda record: {
        "agent_id": text(record["id"]),
        "name": text(record["name"]),
        "team_id": text(min(record["team_ids"])) if record["team_ids"] else None,
        "is_bot": str(record["id"]) in bots,
        "joined_on": None,
        "is_deleted": False,
    }


def team(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a team becomes a row."""
    return lambda record: {
        "team_id": text(record["id"]),
        "name": text(record["name"]),
        **source.team(record["name"]),
    }


def contact(record: Record) -> Row:
    """Return a contact as a row: its number and company, and no name or address."""
    companies = (record["companies"] or {}).get("data") or []
    made = moment(record["created_at"])
    return {
        "requester_id": text(record["id"]),
        "updated_at": moment(record["updated_at"]),
        "organization_id": text(companies[0]["id"]) if companies else None,
        "created_on": made.date() if made else None,
    }


def company(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a company becomes a row."""
    segment = source.option("segment_field")

    def row(record: Record) -> Row:
        own, made = record.get("custom_attributes") or {}, moment(record["created_at"])
        return {
            "organization_id": text(record["id"]),
            "updated_at": moment(record["updated_at"]),
            "name": text(record["name"]),
            "segment": text(own.get(segment)) if segment else None,
            "plan": text((record.get("plan") or {}).get("name")),
            "created_on": made.replace(tzinfo=UTC).date() if made else None,
        }

    return row
