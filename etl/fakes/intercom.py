"""An Intercom in memory, read through its API 2.14.

Quirks kept: searches by POST, pages by a cursor in no order one may rely on; of contacts a search counts whole days,
so that ``>`` begins with the next one; instants are seconds; a reply may close or open, and is then no comment; deleted
conversations are gone without a word, merging there is none; no more than the last 500 parts; a version has to be
named; what is left of a limit stands in ``X-RateLimit-Remaining``, its reset in Unix time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from etl.fakes.desk import Change, Desk, Record, Ticket
from etl.fakes.server import Answer

STATES = {
    "new": "open",
    "open": "open",
    "pending": "snoozed",
    "hold": "snoozed",
    "solved": "closed",
    "closed": "closed",
}
CHANNELS = {"chat": "conversation", "phone": "phone_call", "web": "conversation"}
SCORES = {"good": 5, "bad": 1, "offered": None}
MOST_PARTS = 500
DAY = 86_400


@dataclass
class Intercom(Desk):
    """A desk that answers requests."""

    token: str = "token"
    page_rows: int = 150
    per_window: int | None = None  # requests in ten seconds
    _asked: list[float] = field(default_factory=list)

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Answer one request as the API does."""
        return self._admitted(headers, lambda: self._plain(path, query))

    def posted(self, path: str, told: Any, headers: Mapping[str, str]) -> Answer:
        """Answer a search."""
        rows = {"/conversations/search": self._found, "/contacts/search": self._contacts}.get(path)
        if rows is None:
            return Answer(_errors("not_found"), 404)
        name = "conversations" if "conversations" in path else "data"
        return self._admitted(headers, lambda: self._page(name, list(rows()), told, by_day="contacts" in path))

    def _admitted(self, headers: Mapping[str, str], answer: Callable[[], Answer]) -> Answer:
        if headers.get("Authorization") != f"Bearer {self.token}":
            return Answer(_errors("unauthorized"), 401)
        if headers.get("Intercom-Version") != "2.14":
            return Answer(_errors("intercom_version_invalid"), 400)
        if self.per_window is None:
            return answer()
        instant = time.time()
        self._asked = [at for at in self._asked if at > instant - 10]
        left = self.per_window - len(self._asked)
        limits = {"X-RateLimit-Limit": str(self.per_window), "X-RateLimit-Reset": str(int(instant) + 10)}
        if left <= 0:
            return Answer(_errors("rate_limit_exceeded"), 429, {**limits, "X-RateLimit-Remaining": "0"})
        self._asked.append(instant)
        found = answer()
        found.headers = {**limits, "X-RateLimit-Remaining": str(left - 1)}
        return found

    def _plain(self, path: str, query: Mapping[str, str]) -> Answer:
        parts = path.strip("/").split("/")
        if path == "/me":
            app = {"type": "app", "id_code": "abc123", "name": "Desk", "timezone": "UTC"}
            return Answer({"type": "admin", "id": "1", "name": "Admin", "email": "admin@example.com", "app": app})
        if path == "/teams":
            return Answer({"type": "team.list", "teams": [self._team(n, name) for n, name in self.groups.items()]})
        if path == "/admins":
            return Answer({"type": "admin.list", "admins": list(self._admins())})
        if path == "/companies/scroll":
            companies = [] if query.get("scroll_param") else [self._company(c) for c in self.organizations.values()]
            return Answer({"type": "list", "data": companies, "pages": None, "scroll_param": "end"})
        ticket = self.tickets.get(int(parts[1])) if parts[0] == "conversations" and len(parts) == 2 else None
        if ticket is None or ticket.is_deleted:
            return Answer(_errors("not_found"), 404)
        return Answer(self._conversation(ticket))

    def _page(self, name: str, rows: list[Record], told: Record, *, by_day: bool) -> Answer:
        for one in told["query"]["value"]:
            at = int(one["value"])
            if by_day:  # a whole day: after it, or before it
                at -= at % DAY
                at += DAY if one["operator"] == ">" else 0
            rows = [r for r in rows if (r["updated_at"] >= at if one["operator"] == ">" else r["updated_at"] < at)]
        rows.sort(key=lambda row: (-row["updated_at"], row["id"]))
        pages = told.get("pagination") or {}
        size = min(int(pages.get("per_page", 20)), self.page_rows)
        begin = int(str(pages.get("starting_after") or "after-0").removeprefix("after-"))
        cut, end = rows[begin : begin + size], begin + size
        paged: Record = {
            "type": "pages",
            "page": 1 + begin // size,
            "per_page": size,
            "total_pages": -(-len(rows) // size),
        }
        if end < len(rows):
            paged["next"] = {"per_page": size, "starting_after": f"after-{end}"}
        kind = "conversation.list" if name == "conversations" else "list"
        return Answer({"type": kind, name: cut, "total_count": len(rows), "pages": paged})

    def _found(self) -> Iterator[Record]:
        for ticket in self.tickets.values():
            if not ticket.is_deleted:
                whole = self._conversation(ticket)
                yield {name: value for name, value in whole.items() if name != "conversation_parts"}

    def _contacts(self) -> Iterator[Record]:
        for person in self.people.values():
            if not person.is_agent:
                number = str(person.organization) if person.organization else None
                companies = (
                    [{"type": "company", "id": number, "url": f"https://api.intercom.io/companies/{number}"}]
                    if number
                    else []
                )
                said = {"name": person.name, "email": f"{person.name.lower()}@example.com", "phone": "030 123"}
                dates = {"created_at": _second(person.created_at), "updated_at": _second(person.updated_at)}
                listed = {"type": "list", "data": companies, "total_count": len(companies), "has_more": False}
                yield {
                    "type": "contact",
                    "id": str(person.number),
                    "role": "user",
                    **said,
                    **dates,
                    "companies": listed,
                }

    def _team(self, number: int, name: str) -> Record:
        members = [p.number for p in self.people.values() if p.is_agent and p.team == number]
        return {"type": "team", "id": str(number), "name": name, "admin_ids": members}

    def _admins(self) -> Iterator[Record]:
        for person in self.people.values():
            if person.is_agent:
                said = {"name": person.name, "email": f"{person.name.lower()}@example.com", "has_inbox_seat": True}
                teams = [person.team] if person.team else []
                yield {"type": "admin", "id": str(person.number), **said, "team_ids": teams}

    def _company(self, company: Record) -> Record:
        fields, at = company["fields"], _second(company["at"])
        told = {
            "type": "company",
            "id": str(company["id"]),
            "name": company["name"],
            "created_at": at,
            "updated_at": at,
        }
        plan = {"type": "plan", "id": "1", "name": fields.get("plan")}
        return {**told, "plan": plan, "custom_attributes": {"segment": fields.get("segment")}}

    def _author(self, number: int | None) -> Record:
        person = self.people.get(number or 0)
        if number is None or person is None:
            return {"type": "bot", "id": "278", "name": "Operator", "email": "operator+abc123@intercom.io"}
        kind = "admin" if person.is_agent else "user"
        return {"type": kind, "id": str(number), "name": person.name, "email": f"{person.name.lower()}@example.com"}

    def _conversation(self, ticket: Ticket) -> Record:
        traits, at = ticket.traits, _second(ticket.created_at)
        rated = next((r for r in self.ratings.values() if r.ticket == ticket.number), None)
        parts = list(self._parts(ticket))[-MOST_PARTS:]
        begun: Record = {"type": CHANNELS.get(ticket.channel, ticket.channel), "id": f"9{ticket.number}", "subject": ""}
        by_agent = ticket.submitter != ticket.requester
        begun |= {"delivered_as": "admin_initiated" if by_agent else "customer_initiated", "url": None}
        begun |= {"body": "<p>what somebody wrote</p>", "author": self._author(ticket.submitter), "redacted": False}
        asking = {"type": "contact", "id": str(ticket.requester), "external_id": None}
        replies = [p for p in parts if p["author"]["type"] == "admin" and p["body"] and p["part_type"] != "note"]
        return {
            "type": "conversation", "id": str(ticket.number), "title": ticket.subject, "created_at": at,
            "updated_at": _second(ticket.updated_at), "waiting_since": None, "snoozed_until": None, "source": begun,
            "contacts": {"type": "contact.list", "contacts": [asking]}, "admin_assignee_id": traits["agent"],
            "team_assignee_id": traits["team"], "open": STATES[traits["status"]] != "closed", "read": True,
            "state": STATES[traits["status"]], "tags": {"type": "tag.list", "tags": []}, "sla_applied": None,
            "priority": "priority" if traits["priority"] in ("high", "urgent") else "not_priority",
            "statistics": _statistics(at, parts, replies),
            "conversation_rating": self._rating(rated) if rated else None, "teammates": None,
            "custom_attributes": {"Topic": traits["category"]} if traits["category"] else {},
            "conversation_parts": {
                "type": "conversation_part.list", "conversation_parts": parts, "total_count": len(parts),
            },
        }  # fmt: skip

    def _rating(self, rated: Any) -> Record:
        told: Record = {
            "rating": SCORES[rated.score],
            "remark": "what somebody wrote",
            "created_at": _second(rated.offered_at),
        }
        teammate = {"type": "admin", "id": str(rated.agent)} if rated.agent else None
        return {**told, "updated_at": _second(rated.updated_at), "teammate": teammate}

    def _parts(self, ticket: Ticket) -> Iterator[Record]:
        """Give parts: what one person did in one go is one, a reply that closes is called a close."""
        for (at, by), together in groupby(ticket.changes, key=lambda change: (change.at, change.by)):
            done = list(together)
            said = next((c for c in done if c.what == "comment"), None)
            state = next((c for c in done if c.what == "status" and _moved(c)), None)
            kind = {"closed": "close", "snoozed": "snoozed", "open": "open"}.get(STATES[state.after]) if state else None
            kind = kind or (("comment" if said.is_public else "note") if said else None)
            body = "<p>what somebody wrote</p>" if said and (said.is_public or kind == "note") else None
            shared: Record = {
                "type": "conversation_part", "created_at": _second(at), "updated_at": _second(at), "notified_at": None,
                "author": self._author(by), "attachments": [], "external_id": None, "redacted": False, "state": "open",
                "assigned_to": None, "event_details": None, "metadata": None, "tags": [], "app_package_code": None,
            }  # fmt: skip
            for change in done:
                if change.what in ("agent", "team"):
                    to: Record = {"type": "admin" if change.what == "agent" else "team", "id": str(change.after)}
                    to = to if change.after else {"type": "nobody_admin", "id": None}
                    told = {"part_type": "assignment", "body": None, "assigned_to": to}
                    yield {**shared, "id": str(change.number), **told}
            if kind:
                yield {**shared, "id": str((said or state or done[0]).number), "part_type": kind, "body": body}


def _statistics(begun: int, parts: list[Record], replies: list[Record]) -> Record:
    closed = [part["created_at"] for part in parts if part["part_type"] == "close"]
    opened = [part for part in parts if part["part_type"] == "open" and closed and part["created_at"] > closed[0]]
    told = {
        "first_admin_reply_at": replies[0]["created_at"] if replies else None,
        "time_to_admin_reply": replies[0]["created_at"] - begun if replies else None,
        "time_to_first_close": closed[0] - begun if closed else None,
        "time_to_last_close": closed[-1] - begun if closed else None,
    }
    return {**{name: value for name, value in told.items() if value is not None}, "count_reopens": len(opened)}


def _moved(change: Change) -> bool:
    return STATES[str(change.before)] != STATES[str(change.after)]


def _errors(code: str) -> Record:
    return {
        "type": "error.list",
        "request_id": "7f6a2e0c-4a51-4e0c-9f0e-1f2a3b4c5d6e",
        "errors": [{"code": code, "message": code}],
    }


def _second(at: datetime) -> int:
    return int(at.timestamp())
