"""Freshdesk's people, ratings, logged time and hours to rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, instant, text
from etl.sources.live.zones import iana

Row = dict[str, Any]
NEUTRAL = 100  # ratings go from -103 to 103
ALWAYS = date(1900, 1, 1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def agent(source: LiveSource, teams: dict[str, str]) -> Callable[[Record], Row]:
    """Return how an agent becomes a row; ``teams`` are the agents' first groups."""
    bots = {str(number) for number in source.option("bots", [])}

    def row(record: Record) -> Row:
        made = instant(record["created_at"])
        return {
            "agent_id": text(record["id"]),
            "name": text(record["contact"]["name"]),
            "team_id": teams.get(str(record["id"])),
            "is_bot": str(record["id"]) in bots,
            "joined_on": made.date() if made else None,
            "is_deleted": not record["contact"]["active"],
        }

    return row


def team(source: LiveSource, schedule: str | None) -> Callable[[Record], Row]:
    """Return how a group becomes a row; all keep the usual ``schedule``."""
    return lambda record: {
        "team_id": text(record["id"]),
        "name": text(record["name"]),
        "schedule_id": schedule,
        **source.team(record["name"]),
    }


def contact(record: Record) -> Row:
    """Return a contact as a row: its number, and no name or address."""
    made = instant(record["created_at"])
    return {
        "requester_id": text(record["id"]),
        "updated_at": instant(record["updated_at"]),
        "organization_id": text(record["company_id"]),
        "created_on": made.date() if made else None,
    }


def company(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a company becomes a row."""
    segment = source.option("segment_field")

    def row(record: Record) -> Row:
        made = instant(record["created_at"])
        fields = {**(record.get("custom_fields") or {}), **record}
        return {
            "organization_id": text(record["id"]),
            "updated_at": instant(record["updated_at"]),
            "name": text(record["name"]),
            "segment": text(fields.get(segment)) if segment else None,
            "plan": text(record.get("account_tier")),
            "created_on": made.date() if made else None,
        }

    return row


def rating(record: Record) -> Row:
    """Return a satisfaction rating as a row: of seven faces the three happy ones are good."""
    at = instant(record["updated_at"])
    return {
        "survey_id": text(record["id"]),
        "ticket_id": text(record["ticket_id"]),
        "updated_at": at,
        "survey_type": "csat",
        "scale": "good_bad",
        "sent_at": instant(record["created_at"]),
        "answered_at": at,
        "score": 1.0 if record["ratings"]["default_question"] > NEUTRAL else 0.0,
        "agent_id": text(record["agent_id"]),
    }


def time_entry(record: Record) -> Row:
    """Return logged time as a row; Freshdesk writes it as hours and minutes."""
    hours, minutes = str(record["time_spent"]).split(":")
    return {
        "time_entry_id": text(record["id"]),
        "ticket_id": text(record["ticket_id"]),
        "agent_id": text(record["agent_id"]),
        "started_at": instant(record["executed_at"]),
        "seconds": int(hours) * 3600 + int(minutes) * 60,
        "activity": "timer",
    }


def schedule(record: Record) -> list[Row]:
    """Return business hours as one row a weekday."""
    zone = iana(record["time_zone"])
    return [
        {
            "schedule_id": text(record["id"]),
            "time_zone": zone,
            "weekday": WEEKDAYS.index(day) + 1,
            "opens": _clock(spell["start_time"], "00:00"),
            "closes": _clock(spell["end_time"], "24:00"),
            "valid_from": ALWAYS,
        }
        for day, spell in (record["business_hours"] or {}).items()
    ]


def _clock(told: str, midnight: str) -> str:
    at = time.strftime("%H:%M", time.strptime(told.strip().upper(), "%I:%M %p"))
    return midnight if at == "00:00" else at
