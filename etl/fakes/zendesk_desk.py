"""The life of a Zendesk desk in memory, told through methods; ``zendesk`` answers as its API does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]
CATEGORY_FIELD = 360_000_000_001


def _told(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _second(at: datetime) -> int:
    return int(at.timestamp())


@dataclass
class Desk:
    """Everything a desk holds; ``now`` is its clock."""

    now: datetime
    tickets: dict[int, Record] = field(default_factory=dict)
    audits: list[Record] = field(default_factory=list)
    audits_of: dict[int, list[Record]] = field(default_factory=lambda: defaultdict(list))
    users: dict[int, Record] = field(default_factory=dict)
    groups: dict[int, Record] = field(default_factory=dict)
    organizations: dict[int, Record] = field(default_factory=dict)
    ratings: dict[int, Record] = field(default_factory=dict)
    metric_events: list[Record] = field(default_factory=list)
    schedules: list[Record] = field(default_factory=list)
    holidays: dict[int, list[Record]] = field(default_factory=dict)
    _ids: int = 1000

    def next_id(self) -> int:
        """Return a number nobody has."""
        self._ids += 1
        return self._ids

    def person(self, number: int, role: str, name: str, at: datetime, **more: Any) -> int:
        """Add or change a user."""
        before = self.users.get(number, {"created_at": _told(at)})
        self.users[number] = {
            **{"organization_id": None, "default_group_id": None, "active": True, "suspended": False},
            **before,
            **{"id": number, "role": role, "name": name, "email": f"{name.lower()}@example.com"},
            **{"updated_at": _told(at), "time_zone": "Berlin", "phone": "030 123"},
            **more,
        }
        return number

    def group(self, number: int, name: str) -> int:
        """Add or rename a group."""
        self.groups[number] = {"id": number, "name": name, "deleted": False, "created_at": _told(self.now)}
        return number

    def organization(self, number: int, name: str, at: datetime, **fields: str) -> int:
        """Add or change an organization."""
        created = self.organizations.get(number, {}).get("created_at", _told(at))
        self.organizations[number] = {
            **{"id": number, "name": name, "created_at": created, "updated_at": _told(at)},
            "organization_fields": fields,
        }
        return number

    def ticket(self, number: int, requester: int, at: datetime, *, submitter: int | None = None, **more: Any) -> int:
        """Create a ticket with a description and an audit."""
        category = more.pop("category", None)
        channel = more.pop("channel", "email")
        self.tickets[number] = {
            "id": number, "url": f"https://example.zendesk.com/api/v2/tickets/{number}.json", "external_id": None,
            "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": _told(at), "updated_at": _told(at), "generated_timestamp": _second(at), "type": None,
            "subject": f"Subject {number}", "description": "what somebody wrote", "priority": None, "status": "new",
            "requester_id": requester, "submitter_id": submitter or requester, "assignee_id": None, "group_id": None,
            "organization_id": self.users.get(requester, {}).get("organization_id"), "brand_id": 1, "tags": [],
            "custom_fields": [{"id": CATEGORY_FIELD, "value": category}], "satisfaction_rating": None, **more,
        }  # fmt: skip
        ticket = self.tickets[number]
        children = [{"event_type": "Comment", "comment_present": True, "comment_public": True}]
        for name in ("status", "priority", "group_id", "assignee_id"):
            if ticket[name] is not None:
                children.append({"event_type": "Create", name: _word(ticket[name])})
        children.append({"event_type": "Create", "subject": ticket["subject"]})
        if category is not None:
            children.append({"event_type": "Create", "custom_ticket_fields": {str(CATEGORY_FIELD): category}})
        self._audit(number, at, submitter or requester, children)
        return number

    def act(
        self,
        number: int,
        at: datetime,
        by: int | None,
        *,
        comment: bool | None = None,
        quietly: bool = False,
        **changes: Any,
    ) -> None:
        """Comment (public or not) on a ticket, or change it; ``quietly`` as automations do, leaving updated_at."""
        ticket = self.tickets[number]
        children: list[Record] = []
        if comment is not None:
            children.append({"event_type": "Comment", "comment_present": True, "comment_public": comment})
        if "category" in changes:
            told = changes.pop("category")
            ticket["custom_fields"] = [{"id": CATEGORY_FIELD, "value": told}]
            change = {"event_type": "Change", "custom_ticket_fields": {str(CATEGORY_FIELD): told}}
            children.append({**change, "previous_value": None})
        for name, value in changes.items():
            previous, ticket[name] = ticket.get(name), value
            if name != "tags":
                children.append({"event_type": "Change", name: _word(value), "previous_value": _word(previous)})
        self._touch(ticket, at, quietly)
        self._audit(number, at, -1 if by is None else by, children)

    def merge(self, number: int, into: int, at: datetime, by: int) -> None:
        """Merge a ticket into another: it is closed and tagged; its audits name the survivor."""
        tags = [*self.tickets[number]["tags"], "closed_by_merge"]
        self.act(number, at, by, comment=False, status="closed", tags=tags)
        self.audits[-1]["via_object"] = {
            "channel": "web",
            "source": {"from": {}, "to": {"ticket_id": into}, "rel": "merge"},
        }
        self.act(into, at, by, comment=False)

    def delete(self, number: int, at: datetime) -> None:
        """Delete a ticket; exports tell of it."""
        ticket = self.tickets[number]
        ticket["before_deletion"] = ticket["status"]
        ticket["status"] = "deleted"
        self._touch(ticket, at, False)

    def restore(self, number: int, at: datetime) -> None:
        """Bring a deleted ticket back."""
        ticket = self.tickets[number]
        ticket["status"] = ticket.pop("before_deletion")
        self._touch(ticket, at, False)

    def rate(self, rating: int, ticket: int, at: datetime, score: str) -> None:
        """Offer, give or change a rating."""
        created = self.ratings.get(rating, {}).get("created_at", _told(at))
        self.ratings[rating] = {
            **{"id": rating, "ticket_id": ticket, "score": score, "created_at": created, "updated_at": _told(at)},
            **{"assignee_id": self.tickets[ticket]["assignee_id"], "comment": "what somebody wrote"},
        }

    def promise(self, ticket: int, at: datetime, metric: str, minutes: int, instance: int = 1) -> None:
        """Apply a service target to a ticket."""
        self.metric_events.append(
            {
                **{"id": self.next_id(), "ticket_id": ticket, "metric": metric, "instance_id": instance},
                **{"type": "apply_sla", "time": _told(at)},
                "sla": {"target": minutes, "business_hours": False, "policy": {"id": 1, "title": "Standard"}},
            }
        )

    def _touch(self, ticket: Record, at: datetime, quietly: bool) -> None:
        ticket["generated_timestamp"] = max(ticket["generated_timestamp"], _second(at))
        if not quietly:
            ticket["updated_at"] = _told(at)

    def _audit(self, ticket: int, at: datetime, by: int, children: list[Record]) -> None:
        self.audits.append(
            {
                **{
                    "id": self.next_id(),
                    "ticket_id": ticket,
                    "updater_id": by,
                    "event_type": "Audit",
                    "via": "Web form",
                },
                **{"created_at": _told(at), "timestamp": _second(at), "system": {"client": "x"}},
                "child_events": [{"id": self.next_id(), "via": "Web form", **child} for child in children],
            }
        )
        self.audits_of[ticket].append(self.audits[-1])


def _word(value: Any) -> Any:
    return str(value) if isinstance(value, int) else value
