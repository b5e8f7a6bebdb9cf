"""A Freshdesk in memory, read through API v2.

Quirks kept: without ``updated_since`` a listing goes back thirty days; pages have numbers, of tickets no more than 300,
and shift when a ticket is touched; deleted and spam tickets are in listings of their own; a merge is told by a private
note alone; activities are exported by day, the day after, for thirty days, in one file or several under addresses that
need no key; so many requests a minute, with what is left in ``X-RateLimit-Remaining`` and ``Retry-After`` on 429.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from etl.fakes.desk import Desk, Record, Ticket
from etl.fakes.freshdesk_instants import moment, stats, written
from etl.fakes.server import Answer

START = "/api/v2/"
STATUSES = {"new": 2, "open": 2, "pending": 3, "solved": 4, "closed": 5, "hold": 7}
NAMES = {2: "Open", 3: "Pending", 4: "Resolved", 5: "Closed", 7: "Waiting on Third Party"}
PRIORITIES = {None: 1, "low": 1, "normal": 2, "high": 3, "urgent": 4}
CHANNELS = {"email": 1, "web": 2, "phone": 3, "chat": 7}
MOST_PAGES = 300
USUAL_WINDOW = timedelta(days=30)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


@dataclass
class Freshdesk(Desk):
    """A desk that answers requests."""

    token: str = "token"
    page_rows: int = 100
    per_minute: int | None = None
    has_activities: bool = True
    files_a_day: int = 1  # of activities
    deepest: int | None = None  # page of any other listing, of a Freshdesk that gives no more
    logged: list[Record] = field(default_factory=list)
    _asked: list[float] = field(default_factory=list)

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Answer one request as the API does."""
        what = path.removeprefix(START)
        if what.startswith("files/"):  # stands for the storage, which knows no keys
            return Answer(self._file(what.removeprefix("files/")))
        if headers.get("Authorization") != f"Basic {base64.b64encode(f'{self.token}:X'.encode()).decode()}":
            return Answer({"code": "invalid_credentials", "message": "You have to be logged in"}, 401)
        limits = self._limits()
        if limits.get("Retry-After"):
            return Answer({"message": "You have exceeded the limit of requests per minute"}, 429, limits)
        found = self._answer(what, query, f"http://{headers.get('Host')}{START}files/")
        found.headers = {**limits, **found.headers}
        return found

    def _limits(self) -> dict[str, str]:
        if self.per_minute is None:
            return {}
        instant = time.monotonic()
        self._asked = [at for at in self._asked if at > instant - 60]
        left = self.per_minute - len(self._asked)
        if left <= 0:
            return {"Retry-After": str(int(self._asked[0] + 61 - instant))}
        self._asked.append(instant)
        return {"X-RateLimit-Total": str(self.per_minute), "X-RateLimit-Remaining": str(left - 1)}

    def _answer(self, what: str, query: Mapping[str, str], files: str) -> Answer:
        parts = what.split("/")
        fixed: dict[str, Any] = {
            "agents/me": {"id": 1, "contact": {"name": "Admin", "email": "admin@example.com"}},
            "business_hours": [self._hours()],
            "ticket_fields": [{"id": 1, "name": "cf_topic", "label": "Topic"}],
        }
        if what in fixed:
            return Answer(fixed[what])
        if what == "export/ticket_activities":
            return self._export(query["created_at"], files)
        listings: dict[str, Callable[[Mapping[str, str]], Iterable[Record]]] = {
            "groups": self._groups, "agents": self._agents, "companies": self._companies, "contacts": self._contacts,
            "tickets": self._tickets, "surveys/satisfaction_ratings": self._ratings, "time_entries": self._entries,
        }  # fmt: skip
        if what in listings:
            return self._paged(list(listings[what](query)), query, MOST_PAGES if what == "tickets" else self.deepest)
        if parts[0] == "tickets" and parts[-1] == "conversations":
            ticket = self.tickets.get(int(parts[1]))
            return self._paged(list(self._conversations(ticket)), query) if ticket else Answer(b"", 404)
        return Answer(b"", 404)

    def _paged(self, rows: list[Record], query: Mapping[str, str], deepest: int | None = None) -> Answer:
        page, size = int(query.get("page", 1)), min(int(query.get("per_page", 30)), self.page_rows)
        if deepest and page > deepest:
            says = f"You cannot access tickets beyond the {deepest}th page. Please provide a smaller page number."
            return Answer({"description": "Validation failed", "errors": [{"field": "page", "message": says}]}, 400)
        return Answer(rows[(page - 1) * size : page * size])

    def _groups(self, _: Mapping[str, str]) -> Iterator[Record]:
        for number, name in self.groups.items():
            members = [person.number for person in self.people.values() if person.team == number and person.is_agent]
            yield {"id": number, "name": name, "agent_ids": members, "created_at": written(self.now)}

    def _agents(self, _: Mapping[str, str]) -> Iterator[Record]:
        for person in self.people.values():
            if person.is_agent:
                said = {"name": person.name, "email": f"{person.name.lower()}@example.com", "active": person.is_active}
                dates = {"created_at": written(person.created_at), "updated_at": written(person.updated_at)}
                yield {"id": person.number, "occasional": False, "contact": said, **dates}

    def _companies(self, _: Mapping[str, str]) -> Iterator[Record]:
        for company in self.organizations.values():
            told = {"id": company["id"], "name": company["name"], "account_tier": company["fields"].get("plan")}
            dates = {"created_at": written(company["at"]), "updated_at": written(company["at"])}
            yield {**told, "custom_fields": {"segment": company["fields"].get("segment")}, **dates}

    def _contacts(self, query: Mapping[str, str]) -> Iterator[Record]:
        for person in self.people.values():
            if not person.is_agent and written(person.updated_at) >= query.get("_updated_since", ""):
                said = {"name": person.name, "email": f"{person.name.lower()}@example.com", "phone": "030 123"}
                dates = {"created_at": written(person.created_at), "updated_at": written(person.updated_at)}
                yield {"id": person.number, "company_id": person.organization, "active": True, **said, **dates}

    def _tickets(self, query: Mapping[str, str]) -> list[Record]:
        since = query.get("updated_since", written(self.now - USUAL_WINDOW))
        is_deleted = query.get("filter") == "deleted"
        held = [t for t in self.tickets.values() if t.is_deleted == is_deleted and written(t.updated_at) >= since]
        if query.get("filter") == "spam":
            held = []
        descending = query.get("order_type", "desc") == "desc"
        held.sort(key=lambda t: (t.updated_at, t.number), reverse=descending)
        return [self._ticket(t, "stats" in query.get("include", "")) for t in held]

    def _ticket(self, ticket: Ticket, has_stats: bool) -> Record:
        traits = ticket.traits
        due = {p.metric: p.at + timedelta(minutes=p.minutes) for p in self.promises if p.ticket == ticket.number}
        organization = self.people[ticket.requester].organization if ticket.requester in self.people else None
        row = {
            "id": ticket.number, "subject": ticket.subject, "status": STATUSES[traits["status"]],
            "priority": PRIORITIES[traits["priority"]], "source": self._source(ticket), "type": None, "spam": False,
            "requester_id": ticket.requester, "responder_id": traits["agent"], "group_id": traits["team"],
            "company_id": organization, "product_id": None, "tags": ticket.tags,
            "custom_fields": {"cf_topic": traits["category"]},
            "created_at": written(ticket.created_at), "updated_at": written(ticket.updated_at),
            "fr_due_by": written(due.get("reply_time")), "due_by": written(due.get("resolution_time")),
            "to_emails": None, "cc_emails": [], "is_escalated": False,
        }  # fmt: skip
        row |= {"deleted": True} if ticket.is_deleted else {}
        return {**row, "stats": stats(ticket)} if has_stats else row

    def _source(self, ticket: Ticket) -> int:
        by_agent = ticket.submitter != ticket.requester
        return 10 if by_agent else CHANNELS.get(ticket.channel, 2)

    def _conversations(self, ticket: Ticket) -> Iterator[Record]:
        for change in ticket.changes:
            if change.what == "comment":
                by_asker = change.by is not None and not self._is_agent(change.by)
                says = "what somebody wrote"
                if ticket.merged_into and not change.is_public:
                    says = f"This ticket is closed and merged into ticket {ticket.merged_into}"
                yield {
                    "id": change.number, "ticket_id": ticket.number, "user_id": change.by, "incoming": by_asker,
                    "private": not change.is_public, "source": 0 if change.is_public else 2, "body": f"<p>{says}</p>",
                    "body_text": says, "created_at": written(change.at), "updated_at": written(change.at),
                }  # fmt: skip

    def _is_agent(self, number: int) -> bool:
        return number in self.people and self.people[number].is_agent

    def _ratings(self, query: Mapping[str, str]) -> Iterator[Record]:
        for rating in self.ratings.values():
            if rating.score in ("good", "bad") and written(rating.offered_at) >= query.get("created_since", ""):
                faces = {"default_question": 103 if rating.score == "good" else -103}
                dates = {"created_at": written(rating.offered_at), "updated_at": written(rating.updated_at)}
                told = {"id": rating.number, "survey_id": 1, "ticket_id": rating.ticket, "agent_id": rating.agent}
                yield {**told, "ratings": faces, "feedback": "what somebody wrote", **dates}

    def log(self, number: int, ticket: int, agent: int, at: datetime, minutes: int) -> None:
        """Log time worked on a ticket."""
        told = {
            "id": number,
            "ticket_id": ticket,
            "agent_id": agent,
            "executed_at": written(at),
            "note": "what was done",
        }
        self.logged.append({**told, "time_spent": f"{minutes // 60:02}:{minutes % 60:02}", "created_at": written(at)})

    def _entries(self, query: Mapping[str, str]) -> list[Record]:
        begin, end = query.get("executed_after", ""), query.get("executed_before", "9999")
        return [told for told in self.logged if begin <= told["executed_at"] <= end]

    def _hours(self) -> Record:
        hours = {day: {"start_time": "8:00 am", "end_time": "5:00 pm"} for day in DAYS}
        return {"id": 61, "name": "Office", "is_default": True, "time_zone": "Berlin", "business_hours": hours}

    def _export(self, day: str, files: str) -> Answer:
        if not self.has_activities:
            return Answer({"code": "require_feature", "message": "The Activities feature is not supported"}, 403)
        age = (self.now.date() - datetime.fromisoformat(day).date()).days
        if not 1 <= age <= 30:
            return Answer(b"", 404)
        parts = range(self.files_a_day)
        return Answer({"export": [{"created_at": day, "url": f"{files}{day}.{part}"} for part in parts]})

    def _file(self, name: str) -> Record:
        day, _, part = name.partition(".")
        length = timedelta(days=1) / self.files_a_day
        begin = datetime.fromisoformat(day).replace(tzinfo=UTC) + int(part) * length
        end = begin + length - timedelta(seconds=1)
        told = [
            {
                "performed_at": moment(at), "ticket_id": ticket.number, "activity": activity,
                "performer_type": "user" if by else "system", "performer_id": by,
            }
            for ticket in self.tickets.values()
            for at, by, activity in self._activities(ticket)
            if begin <= at <= end
        ]  # fmt: skip
        met = {"start_at": moment(begin), "end_at": moment(end), "activities_count": len(told)}
        return {"metadata": met, "activities_data": told}

    def _activities(self, ticket: Ticket) -> Iterator[tuple[datetime, int | None, Record]]:
        first = {c.what: c.before for c in reversed(ticket.changes)}
        came = {what: first.get(what, now) for what, now in ticket.traits.items()}
        told = {name: value for what, now in came.items() if now for name, value in self._said(what, now).items()}
        yield ticket.created_at, ticket.submitter, {"new_ticket": True, **told}
        for change in ticket.changes:
            if change.what == "comment":
                yield change.at, change.by, {"note": {"id": change.number, "type": 0}}
            else:
                yield change.at, change.by, self._said(change.what, change.after)

    def _said(self, what: str, value: object) -> Record:
        if what == "status":
            return {"status": NAMES[STATUSES[str(value)]]}
        if what == "team":
            return {"group": self.groups.get(int(str(value)))} if value else {"group": None}
        if what == "priority":
            return {"priority": PRIORITIES[str(value)]}
        return {"agent_id": value} if what == "agent" else {"cf_topic": value}
