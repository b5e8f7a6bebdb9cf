"""Zendesk's records to rows of ``tables``: its quirks end here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, instant, text, unix
from etl.sources.live.zones import iana
from etl.sources.zendesk.tables import COUNTS, TIMES

Row = dict[str, Any]
MERGED = "closed_by_merge"  # the tag Zendesk gives a ticket that was merged into another
CHANGES = {"status": "status", "assignee_id": "agent", "group_id": "team", "priority": "priority"}
DAY = 24 * 60


def tickets(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a ticket becomes a row."""
    field, base = source.option("category_field"), str(source.option("url")).rstrip("/")

    def row(record: Record) -> Row:
        tags = record["tags"] or []
        custom = {str(told["id"]): told["value"] for told in record["custom_fields"] or []} if field else {}
        return {
            "ticket_id": text(record["id"]),
            "generated_at": unix(record["generated_timestamp"]),
            "created_at": instant(record["created_at"]),
            "status": record["status"],
            "requester_id": text(record["requester_id"]),
            "submitter_id": text(record["submitter_id"]),
            "organization_id": text(record["organization_id"]),
            "group_id": text(record["group_id"]),
            "assignee_id": text(record["assignee_id"]),
            "brand_id": text(record.get("brand_id")),
            "channel": text(record["via"]["channel"]),
            "category": text(custom.get(str(field))),
            "priority": text(record["priority"]),
            "subject": text(record["subject"]),
            "tags": ",".join(tags) or None,
            "merged_into_ticket_id": record.get("merged_into"),
            "is_merged": MERGED in tags,
            "url": f"{base}/agent/tickets/{record['id']}",
        }

    return row


def metric_set(record: Record) -> list[Row]:
    """Return Zendesk's own figures of a ticket as rows: one, or none of a deleted ticket, of which it tells none."""
    told = record.get("metric_set")
    if not told:
        return []
    row = {"ticket_id": text(record["id"]), "generated_at": unix(record["generated_timestamp"])}
    row |= {name: told[name] for name in COUNTS}
    for name, field in TIMES.items():
        minutes = told[field] or {}
        row[f"{name}_minutes_calendar"], row[f"{name}_minutes_business"] = (
            minutes.get("calendar"),
            minutes.get("business"),
        )
    return [row]


def survivor(ticket: str, audits: list[Record]) -> str | None:
    """Return the ticket another one was merged into, by its audits; None where they do not tell."""
    for audit in audits:
        source = (audit.get("via") or {}).get("source") or {}
        if source.get("rel") == "merge":
            for end in (source.get("to") or {}, source.get("from") or {}):
                told = [end.get("ticket_id"), *(end.get("ticket_ids") or [])]
                others = [str(number) for number in told if number is not None and str(number) != ticket]
                if others:
                    return others[0]
    return None


def events(source: LiveSource) -> Callable[[Record], list[Row]]:
    """Return how an audit of the ticket event export becomes rows: one a change or comment."""
    field = str(source.option("category_field", ""))

    def rows(record: Record) -> list[Row]:
        updater = record["updater_id"]
        children = record["child_events"]
        shared = {
            "ticket_id": text(record["ticket_id"]),
            "occurred_at": instant(record["created_at"]),
            "updater_id": None if updater is None or updater <= 0 else str(updater),  # -1: a rule
            "is_creation": any(child["event_type"] == "Create" for child in children),
        }
        return [
            {**shared, "child_id": child["id"], "event_id": f"{child['id']}-{said['what']}", **said}
            for child in children
            for said in _said(child, field)
        ]

    return rows


def _said(child: Record, category_field: str) -> Iterator[Row]:
    kind = child["event_type"]
    if kind == "Comment" and child.get("comment_present", True):
        yield {"what": "comment", "is_public": bool(child["comment_public"]), "to_value": None}
    if kind in ("Create", "Change"):
        for name, what in CHANGES.items():
            if name in child:
                yield {"what": what, "is_public": True, "to_value": text(child[name]) or ""}
        custom = child.get("custom_ticket_fields") or {}
        if category_field and category_field in custom:
            yield {"what": "category", "is_public": True, "to_value": text(custom[category_field]) or ""}


def users(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a user becomes a row, without name or address where it is a requester."""
    bots = {str(number) for number in source.option("bots", [])}

    def row(record: Record) -> Row:
        return {
            "user_id": text(record["id"]),
            "updated_at": instant(record["updated_at"]),
            "created_at": instant(record["created_at"]),
            "role": record["role"],
            "name": None if record["role"] == "end-user" else text(record["name"]),
            "email_key": source.pseudonyms.of(record["email"]),
            "organization_id": text(record["organization_id"]),
            "default_group_id": text(record["default_group_id"]),
            "is_active": bool(record["active"]),
            "is_bot": str(record["id"]) in bots,
        }

    return row


def group(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a group becomes a row."""
    return lambda record: {
        "group_id": text(record["id"]),
        "name": text(record["name"]),
        "is_deleted": bool(record.get("deleted")),
        **source.team(record["name"]),
    }


def organizations(source: LiveSource) -> Callable[[Record], Row]:
    """Return how an organization becomes a row."""
    segment, plan = source.option("segment_field"), source.option("plan_field")

    def row(record: Record) -> Row:
        fields = record.get("organization_fields") or {}
        return {
            "organization_id": text(record["id"]),
            "updated_at": instant(record["updated_at"]),
            "created_at": instant(record["created_at"]),
            "name": text(record["name"]),
            "segment": text(fields.get(segment)) if segment else None,
            "plan": text(fields.get(plan)) if plan else None,
        }

    return row


def rating(record: Record) -> Row:
    """Return a satisfaction rating as a row."""
    return {
        "rating_id": text(record["id"]),
        "updated_at": instant(record["updated_at"]),
        "created_at": instant(record["created_at"]),
        "ticket_id": text(record["ticket_id"]),
        "assignee_id": text(record["assignee_id"]),
        "score": record["score"],
    }


def sla_event(record: Record) -> list[Row]:
    """Return a metric event as rows: one where it applies a target, none otherwise."""
    if record["type"] != "apply_sla" or record.get("deleted"):
        return []
    sla = record["sla"]
    if sla["target"] is None:
        return []
    return [
        {
            "sla_event_id": text(record["id"]),
            "ticket_id": text(record["ticket_id"]),
            "metric": text(record["metric"]),
            "instance_id": record["instance_id"],
            "occurred_at": instant(record["time"]),
            "target_seconds": int(sla["target"]) * 60,
            "is_business_clock": bool(sla["business_hours"]),
            "policy": text((sla.get("policy") or {}).get("title")),
        }
    ]


def schedule(record: Record, is_default: bool) -> list[Row]:
    """Return a schedule as one row a spell of a weekday; Zendesk counts minutes from Sunday's beginning."""
    zone = iana(record["time_zone"])
    rows = []
    for spell in record["intervals"]:
        start, end = spell["start_time"], spell["end_time"]
        while start < end:
            day = start // DAY
            stop = min(end, (day + 1) * DAY)
            rows.append(
                {
                    "schedule_id": text(record["id"]),
                    "time_zone": zone,
                    "weekday": 7 if day % 7 == 0 else day % 7,
                    "opens": _clock(start - day * DAY),
                    "closes": _clock(stop - day * DAY),
                    "is_default": is_default,
                }
            )
            start = stop
    return rows


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def holiday(schedule_id: Any) -> Callable[[Record], Row]:
    """Return how a holiday of a schedule becomes a row."""
    return lambda record: {
        "holiday_id": text(record["id"]),
        "schedule_id": text(schedule_id),
        "title": text(record["name"]),
        "starts_on": date.fromisoformat(record["start_date"]),
        "ends_on": date.fromisoformat(record["end_date"]),
    }
