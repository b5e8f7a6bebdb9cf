"""Tickets and transactions of RT as rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from etl.sources.live.http import Client
from etl.sources.live.kinds import Reading
from etl.sources.live.rows import Record, instant, text
from etl.sources.request_tracker.people import NOBODY, ROOM, People

STATUSES = {"new": "new", "open": "open", "stalled": "pending", "resolved": "solved", "rejected": "closed"}
STATUSES["deleted"] = "deleted"
NOTHING_SAID = ("EmailRecord", "CommentEmailRecord", "SystemError", "SetWatcher")  # SetWatcher doubles Set Owner
_TICKET = re.compile(r"/ticket/(\d+)$")


def _status(reading: Reading, told: str) -> str:
    known = {**STATUSES, **reading.source.option("statuses", {})}
    if told not in known:
        raise ValueError(f"status {told!r} is not known; add it under statuses")
    return str(known[told])


def ticket_row(reading: Reading, people: People) -> Callable[[Record], Record]:
    """Return how a ticket becomes a row."""
    source, field = reading.source, reading.source.option("category_field")
    base = str(source.option("url")).rstrip("/")

    def row(ticket: Record) -> Record:
        custom = {told["name"]: told["values"] for told in ticket["CustomFields"] or []} if field else {}
        requestors = [one["id"] for one in ticket["Requestor"]]
        return {
            "ticket_id": text(str(ticket["id"])),
            "updated_at": instant(ticket["LastUpdated"]),
            "created_at": instant(ticket["Created"]),
            "status": _status(reading, ticket["Status"]),
            "queue_id": text(str(ticket["Queue"]["id"])),
            "owner": None if ticket["Owner"]["id"] == NOBODY else text(ticket["Owner"]["id"]),
            "requester_key": source.pseudonyms.of(requestors[0]) if requestors else None,
            "subject": text(ticket["Subject"]),
            "category": text(custom[field][0]) if custom.get(field) else None,
            "priority": _priority(ticket["Priority"]),
            "url": f"{base}/Ticket/Display.html?id={ticket['id']}",
        }

    return row


def _priority(told: Any) -> str:
    number = int(told or 0)
    return "high" if number >= 100 else "normal" if number >= 50 else "low"


def transaction_rows(api: Client, reading: Reading, people: People) -> Callable[[Record], list[Record]]:
    """Return how a transaction becomes rows: none where it says nothing."""
    field = reading.source.option("category_field")
    category = ""
    if field:
        found = api.post(f"{ROOM}/customfields", [{"field": "Name", "value": field}], {"fields": "Name"})
        category = next((str(one["id"]) for one in found.get("items", [])), "")

    def rows(told: Record) -> list[Record]:
        if told["Type"] in NOTHING_SAID:
            return []
        what, old, new = _said(told, category, reading, people)
        actor_type, actor = people.actor(told["Creator"]["id"])
        row = {
            "transaction_id": int(told["id"]),
            "ticket_id": text(str(told["ObjectId"])),
            "occurred_at": instant(told["Created"]),
            "what": what,
            "is_public": told["Type"] != "Comment",
            "actor_type": actor_type,
            "actor_id": actor,
            "old_value": old,
            "new_value": new,
            "seconds": int(told["TimeTaken"] or 0) * 60 or None,
        }
        return [row]

    return rows


def _said(told: Record, category: str, reading: Reading, people: People) -> tuple[str, str | None, str | None]:
    """Return what a transaction says, from what, to what."""
    kind, field, old, new = told["Type"], told["Field"], told["OldValue"], told["NewValue"]
    if kind in ("Create", "Correspond", "Comment"):
        return ("created" if kind == "Create" else "message"), None, None
    if kind == "AddLink" and field == "MergedInto":
        into = _TICKET.search(new)
        target = into.group(1) if into else None
        return ("merged", None, target) if target and target != str(told["ObjectId"]) else ("other", None, None)
    match field:
        case "Status":
            said = "status", _status(reading, old), _status(reading, new)
        case "Owner":
            said = "agent", people.owner(old), people.owner(new)
        case "Queue":
            said = "team", str(old), str(new)
        case "Priority":
            said = "priority", _priority(old), _priority(new)
        case _ if category and field == category:
            said = "category", str(old), str(new)
        case _:
            return "other", None, None
    return said
