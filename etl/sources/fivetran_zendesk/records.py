"""Rows of Fivetran's tables to rows of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from etl.sources.live.database import Database
from etl.sources.live.rows import Record, text
from etl.sources.zendesk import records as zendesk

Row = dict[str, Any]
STATUSES = {"on-hold": "hold"}  # as the history calls it
PRIORITIES = {"low": "low", "normal": "normal", "medium": "normal", "high": "high", "urgent": "urgent"}
TRAITS = {"status": "status", "assignee_id": "agent", "group_id": "team", "priority": "priority"}
RATING = "satisfaction_score"
CHANNELS = {
    **{"native_messaging": "chat", "messaging": "chat", "voice": "phone", "mobile_sdk": "app", "help_center": "web"},
    **{"web_widget": "web", "web_form": "web"},
}
TARGETS = {
    **{"first_reply_time": "first_reply", "next_reply_time": "next_reply"},
    **{"requester_wait_time": "requester_wait", "total_resolution_time": "resolution"},
}
ALWAYS = date(1900, 1, 1)


def ticket(base: Database, survivors: dict[str, str]) -> Callable[[Record], Row]:
    """Return how a ticket becomes a row; ``survivors`` say which ticket was merged into which."""
    link, field = str(base.source.option("url", "")).rstrip("/"), base.source.option("category_field")

    def row(record: Record) -> Row:
        status = STATUSES.get(record["status"], record["status"])
        submitter, requester = text(record["submitter_id"]), text(record["requester_id"])
        is_by_agent = submitter != requester and record["submitter_role"] not in (None, "end-user")
        return {
            "ticket_id": text(record["id"]),
            "updated_at": base.instant(record["updated_at"]),
            "created_at": base.instant(record["created_at"]),
            "requester_id": requester,
            "organization_id": text(record["organization_id"]),
            "channel": CHANNELS.get(record["via_channel"], record["via_channel"]),
            "category": text(record["category"]) if field else None,
            "priority": PRIORITIES[record["priority"]] if record["priority"] else None,
            "subject": text(record["subject"]),
            "brand": text(record["brand_id"]),
            "initiated_by": "agent" if is_by_agent else "requester",
            "status": None if status == "deleted" else status,
            "team_id": text(record["group_id"]),
            "agent_id": text(record["assignee_id"]),
            "is_deleted": status == "deleted",
            "merged_into_ticket_id": survivors.get(str(record["id"])),
            "url": f"{link}/agent/tickets/{record['id']}" if link else None,
        }

    return row


def created(base: Database) -> Callable[[Record], Row]:
    """Return how the creation of a ticket becomes a change."""
    return lambda record: {
        "ticket_id": text(record["id"]),
        "change_id": "created",
        "position": 0,
        "occurred_at": base.instant(record["created_at"]),
        "what": "created",
        "actor_id": text(record["submitter_id"]),
        "actor_is": "requester" if record["submitter_id"] == record["requester_id"] else None,
        "is_public": True,
    }


def comment(base: Database) -> Callable[[Record], Row]:
    """Return how a comment becomes a change; what it says stays where it is."""
    return lambda record: {
        "ticket_id": text(record["ticket_id"]),
        "change_id": f"comment-{record['id']}",
        "position": 1,
        "occurred_at": base.instant(record["created"]),
        "what": "message",
        "actor_id": text(record["user_id"]),
        "is_public": bool(record["public"]),
    }


def field_change(base: Database) -> Callable[[Record], list[Row]]:
    """Return how a row of the field history becomes changes: none where it says nothing of a ticket's life."""
    traits = {
        **TRAITS,
        **({base.source.option("category_field"): "category"} if base.source.option("category_field") else {}),
    }

    def rows(record: Record) -> list[Row]:
        if record["field_name"] not in traits:
            return []
        at, what, value = base.instant(record["updated"]), traits[record["field_name"]], text(record["value"])
        if what == "status":
            value = STATUSES.get(value or "", value)
        if what == "priority":
            value = PRIORITIES.get(value or "")
        came_in = record["ticket_created_at"] is not None and base.instant(record["ticket_created_at"]) == at
        says_nothing = value in (None, "deleted") if what in ("status", "priority") else False
        if says_nothing or (came_in and value in ("new", None)):
            return []
        user = None if came_in else text(record["user_id"])  # what a ticket came in with is nobody's work
        return [
            {
                "ticket_id": text(record["ticket_id"]),
                "change_id": f"{record['field_name']}-{at:%Y%m%dT%H%M%S%f}",
                "position": 2,
                "occurred_at": at,
                "what": what,
                "actor_id": user,
                "actor_is": None if user else "system",
                "is_public": True,
                "to_value": value or "",
            }
        ]

    return rows


def rating(base: Database) -> Callable[[Record], list[Row]]:
    """Return how a row of the field history becomes a version of a rating: none where it is of another field."""

    def rows(record: Record) -> list[Row]:
        said = str(record["value"]).removesuffix("_with_comment")
        if record["field_name"] != RATING or said not in ("offered", "good", "bad"):
            return []
        at, sent = base.instant(record["updated"]), record["offered_at"]
        answered = None if said == "offered" else at
        return [
            {
                "survey_id": text(record["ticket_id"]),
                "ticket_id": text(record["ticket_id"]),
                "updated_at": at,
                "survey_type": "csat",
                "scale": "good_bad",
                "sent_at": base.instant(sent) if sent else None,
                "answered_at": answered,
                "score": None if said == "offered" else float(said == "good"),
                "agent_id": text(record["assignee_id"]),
            }
        ]

    return rows


def agent(base: Database) -> Callable[[Record], list[Row]]:
    """Return how a user becomes an agent's row; end users are none."""
    bots = {str(number) for number in base.source.option("bots", [])}

    def rows(record: Record) -> list[Row]:
        if record["role"] == "end-user":
            return []
        told = {"agent_id": text(record["id"]), "name": text(record["name"]), "is_bot": str(record["id"]) in bots}
        joined = base.instant(record["created_at"]).date()
        return [{**told, "joined_on": joined, "is_deleted": not record["active"]}]

    return rows


def requester(base: Database) -> Callable[[Record], list[Row]]:
    """Return how a user becomes a requester's row, without name or address; agents are none."""

    def rows(record: Record) -> list[Row]:
        if record["role"] != "end-user":
            return []
        told = {"requester_id": text(record["id"]), "organization_id": text(record["organization_id"])}
        made, changed = base.instant(record["created_at"]), base.instant(record["updated_at"])
        return [{**told, "updated_at": changed, "created_on": made.date()}]

    return rows


def organization(base: Database) -> Callable[[Record], Row]:
    """Return how an organization becomes a row."""
    return lambda record: {
        "organization_id": text(record["id"]),
        "updated_at": base.instant(record["updated_at"]),
        "name": text(record["name"]),
        "segment": text(record["segment"]),
        "plan": text(record["plan"]),
        "created_on": base.instant(record["created_at"]).date(),
    }


def targets(base: Database, policies: list[Record]) -> Callable[[Record], list[Row]]:
    """Return how a policy applied to a ticket becomes targets: those of the priority and policy as they were then."""
    told = [{**row, "at": base.instant(row["sla_policy_updated_at"])} for row in policies]

    def rows(record: Record) -> list[Row]:
        at, priority = base.instant(record["policy_applied_at"]), record["priority"]
        newest: dict[str, tuple[datetime, Record]] = {}
        for row in told:
            is_its = str(row["sla_policy_id"]) == str(record["sla_policy_id"]) and row["priority"] == priority
            kind = TARGETS.get(row["metric"])
            if is_its and kind and row["at"] <= at and row["at"] >= newest.get(kind, (row["at"], row))[0]:
                newest[kind] = (row["at"], row)
        return [
            {
                "ticket_id": text(record["ticket_id"]),
                "target_type": kind,
                "applied_at": at,
                "target_seconds": int(row["target"]) * 60,
                "is_business_clock": bool(row["business_hours"]),
                "policy": text(record["sla_policy_id"]),
            }
            for kind, (_, row) in newest.items()
        ]

    return rows


def schedule(record: Record) -> list[Row]:
    """Return an opening spell as rows, one a weekday."""
    spell = {"start_time": int(record["start_time"]), "end_time": int(record["end_time"])}
    told = {"id": record["id"], "time_zone": record["time_zone"], "intervals": [spell]}
    rows = zendesk.schedule(told, False)
    return [{**{k: v for k, v in row.items() if k != "is_default"}, "valid_from": ALWAYS} for row in rows]


def holiday(record: Record) -> Row:
    """Return a holiday as a row."""
    return {
        "calendar_event_id": text(record["id"]),
        "kind": "holiday",
        "title": text(record["name"]),
        "starts_on": _day(record["start_date"]),
        "ends_on": _day(record["end_date"]),
        "schedule_id": text(record["schedule_id"]),
    }


def _day(told: Any) -> date:
    if isinstance(told, datetime):
        return told.date()
    return told if isinstance(told, date) else date.fromisoformat(str(told)[:10])
