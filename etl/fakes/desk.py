"""The life of a desk in memory, told through methods; the fakes beside answer of it as each vendor's API does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Record = dict[str, Any]
TRAITS = {
    "status": "status",
    "assignee_id": "agent",
    "group_id": "team",
    "priority": "priority",
    "category": "category",
}


@dataclass(frozen=True)
class Change:
    """Something that happened to a ticket: a comment, or a trait that changed."""

    number: int
    at: datetime
    by: int | None  # none: a rule
    what: str  # comment, or one of TRAITS' words
    before: Any = None
    after: Any = None
    is_public: bool = True


@dataclass
class Person:
    """Somebody at the desk, or somebody who asks."""

    number: int
    role: str  # agent, admin, end-user
    name: str
    created_at: datetime
    updated_at: datetime
    team: int | None = None
    organization: int | None = None
    is_active: bool = True

    @property
    def is_agent(self) -> bool:
        """Whether the person answers."""
        return self.role != "end-user"


@dataclass
class Ticket:
    """A ticket and what happened to it."""

    number: int
    requester: int
    submitter: int
    created_at: datetime
    updated_at: datetime
    subject: str
    channel: str
    tags: list[str]
    traits: dict[str, Any]
    changes: list[Change] = field(default_factory=list)
    merged_into: int | None = None
    is_deleted: bool = False

    def last(self, what: str, *values: Any) -> datetime | None:
        """Return when a trait last became one of these values."""
        return next((c.at for c in reversed(self.changes) if c.what == what and c.after in values), None)


@dataclass
class Rating:
    """What somebody thought of how a ticket went: offered, bad or good."""

    number: int
    ticket: int
    score: str
    offered_at: datetime
    updated_at: datetime
    agent: int | None


@dataclass
class Promise:
    """A target applied to a ticket."""

    ticket: int
    at: datetime
    metric: str
    minutes: int


@dataclass
class Desk:
    """Everything a desk holds; ``now`` is its clock."""

    now: datetime
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    organizations: dict[int, Record] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    ratings: dict[int, Rating] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    _ids: int = 1000

    def next_id(self) -> int:
        """Return a number nobody has."""
        self._ids += 1
        return self._ids

    def group(self, number: int, name: str) -> None:
        """Add or rename a group."""
        self.groups[number] = name

    def organization(self, number: int, name: str, at: datetime, **fields: str) -> None:
        """Add or change an organization."""
        self.organizations[number] = {"id": number, "name": name, "at": at, "fields": fields}

    def person(self, number: int, role: str, name: str, at: datetime, **more: Any) -> int:
        """Add or change a person."""
        created = self.people[number].created_at if number in self.people else at
        team, organization = more.get("default_group_id"), more.get("organization_id")
        self.people[number] = Person(number, role, name, created, at, team, organization, more.get("active", True))
        return number

    def ticket(self, number: int, requester: int, at: datetime, *, submitter: int | None = None, **more: Any) -> int:
        """Create a ticket with a description."""
        traits = {what: more.get(name) for name, what in TRAITS.items()}
        traits["status"] = traits["status"] or "new"
        subject, channel = more.get("subject", f"Subject {number}"), more.get("channel", "email")
        told = (requester, submitter or requester, at, at, subject, channel, more.get("tags", []), traits)
        self.tickets[number] = Ticket(number, *told)
        return number

    def act(
        self,
        number: int,
        at: datetime,
        by: int | None,
        *,
        comment: bool | None = None,
        quietly: bool = False,  # of vendors whose automations leave updated_at alone; these have none
        **changes: Any,
    ) -> None:
        """Comment (public or not) on a ticket, or change it."""
        ticket = self.tickets[number]
        if comment is not None:
            ticket.changes.append(Change(self.next_id(), at, by, "comment", is_public=comment))
        for name, after in changes.items():
            if name in TRAITS:
                what = TRAITS[name]
                ticket.changes.append(Change(self.next_id(), at, by, what, ticket.traits[what], after))
                ticket.traits[what] = after
        ticket.updated_at = max(ticket.updated_at, at)

    def merge(self, number: int, into: int, at: datetime, by: int) -> None:
        """Merge a ticket into another: it is closed."""
        self.act(number, at, by, comment=False, status="closed")
        self.tickets[number].merged_into = into
        self.act(into, at, by, comment=False)

    def delete(self, number: int, at: datetime) -> None:
        """Delete a ticket."""
        self.tickets[number].is_deleted = True
        self.tickets[number].updated_at = at

    def restore(self, number: int, at: datetime) -> None:
        """Bring a deleted ticket back."""
        self.tickets[number].is_deleted = False
        self.tickets[number].updated_at = at

    def rate(self, rating: int, ticket: int, at: datetime, score: str) -> None:
        """Offer, give or change a rating."""
        offered = self.ratings[rating].offered_at if rating in self.ratings else at
        said = score.removesuffix("_with_comment")
        self.ratings[rating] = Rating(rating, ticket, said, offered, at, self.tickets[ticket].traits["agent"])
        self.tickets[ticket].updated_at = max(self.tickets[ticket].updated_at, at)

    def promise(self, ticket: int, at: datetime, metric: str, minutes: int) -> None:
        """Apply a service target to a ticket."""
        self.promises.append(Promise(ticket, at, metric, minutes))
