"""A fake Zendesk that has lived through the demo helpdesk's past: the same people, tickets, replies and ratings."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import duckdb

from etl.fakes.zendesk import Zendesk
from etl.fakes.zendesk_desk import CATEGORY_FIELD

Row = dict[str, Any]
CHANGES = {
    "status": "status",
    "agent": "assignee_id",
    "team": "group_id",
    "priority": "priority",
    "category": "category",
}


def _rows(folder: Path, table: str, order: str) -> list[Row]:
    file = folder / f"{table}.parquet"
    found = duckdb.sql(f"select * from read_parquet('{file}') order by {order}")  # a folder this house wrote
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


class _Numbers:
    """Numbers for the demo's names, of every kind their own."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, name: str | None) -> int | None:
        """Return the number of a name, None of none."""
        return self._known.setdefault(name, 1_000_000 + len(self._known)) if name else None


def filled(folder: Path, now: datetime) -> tuple[Zendesk, Row]:
    """Return a Zendesk whose past is the demo in ``folder`` (Parquet), clock at ``now``, and settings to read it."""
    desk, numbers = Zendesk(now=now), _Numbers()
    _people(desk, folder, numbers)
    tickets = {row["ticket_id"]: row for row in _rows(folder, "tickets", "updated_at")}
    for event in _rows(folder, "events", "occurred_at, position"):
        if event["ticket_id"] in tickets and event["occurred_at"]:  # the demo has some dirt in it
            _lives(desk, event, tickets[event["ticket_id"]], numbers)
    for ticket in tickets.values():
        if (ticket["is_deleted"] or ticket["is_spam"]) and int(ticket["ticket_id"]) in desk.tickets:
            desk.delete(int(ticket["ticket_id"]), _aware(ticket["updated_at"] or ticket["created_at"]))
    for rating, row in enumerate(_rows(folder, "surveys", "updated_at"), start=1):
        number = int(row["ticket_id"])
        at = row["updated_at"] or row["answered_at"] or row["sent_at"]
        if row["survey_type"] == "csat" and number in desk.tickets and at:
            score = "offered" if row["score"] is None else "good" if row["score"] >= 4 else "bad"
            desk.rate(rating, number, _aware(at), score)
    bots = [numbers.of(row["agent_id"]) for row in _rows(folder, "agents", "agent_id") if row["role"] == "bot"]
    fields = {"category_field": CATEGORY_FIELD, "segment_field": "segment", "plan_field": "plan"}
    return desk, {"user": desk.user, "bots": bots, **fields}


def _people(desk: Zendesk, folder: Path, numbers: _Numbers) -> None:
    for row in _rows(folder, "teams", "team_id"):
        desk.group(numbers.of(row["team_id"]) or 0, row["name"])
    for row in _rows(folder, "organizations", "organization_id"):
        at = datetime.combine(row["created_on"], time(), UTC)
        desk.organization(
            numbers.of(row["organization_id"]) or 0, row["name"], at, segment=row["segment"], plan=row["plan"]
        )
    for row in _rows(folder, "agents", "agent_id, valid_from"):
        at = datetime.combine(row["joined_on"] or row["valid_from"], time(), UTC)
        team = numbers.of(row["team_id"])
        desk.person(numbers.of(row["agent_id"]) or 0, "agent", row["name"], at, default_group_id=team)
    for row in _rows(folder, "requesters", "requester_id"):
        at = datetime.combine(row["created_on"], time(), UTC)
        organization = numbers.of(row["organization_id"])
        desk.person(
            numbers.of(row["requester_id"]) or 0, "end-user", row["requester_id"], at, organization_id=organization
        )


def _lives(desk: Zendesk, event: Row, ticket: Row, numbers: _Numbers) -> None:
    number, at = int(event["ticket_id"]), _aware(event["occurred_at"])
    by = numbers.of(event["actor_id"])
    kind = event["event_type"]
    if kind == "created":
        asker = numbers.of(ticket["requester_id"]) or 1
        more = {"channel": ticket["channel"], "subject": ticket["subject"], "priority": ticket["priority"]}
        told = {
            **more,
            "category": ticket["category"],
            "tags": (ticket["tags"] or "").split(",") if ticket["tags"] else [],
        }
        desk.ticket(number, asker, at, submitter=by if event["actor_type"] == "agent" else None, **told)
    elif number not in desk.tickets:
        return
    elif kind in ("message", "call", "chat"):
        desk.act(number, at, by, comment=event["is_public"] is not False)
    elif kind == "merged" and ticket["merged_into_ticket_id"] and int(ticket["merged_into_ticket_id"]) in desk.tickets:
        desk.merge(number, int(ticket["merged_into_ticket_id"]), at, by or 1)
    elif kind in CHANGES:
        value = numbers.of(event["to_value"]) if kind in ("agent", "team") else event["to_value"]
        change: Row = {CHANGES[kind]: value}
        desk.act(number, at, by, quietly=event["actor_type"] == "system", **change)
