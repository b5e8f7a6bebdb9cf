"""A Jira Service Management cloud in memory, read through REST 3 and the service desk's API.

Quirks kept: ``updated`` in JQL is a minute in the zone of who asks; search gives a token and no total, shifts when an
issue is touched, and knows no project that may not be browsed; a page of assignable users may be shorter than asked and
not the last; an issue that is deleted is gone without a word; merging there is none, a duplicate is linked and resolved
as one; a rating that was not given is a 404; what is left of a limit stands in ``X-RateLimit-Remaining``, its reset in
ISO 8601.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from etl.fakes.desk import Record, Ticket
from etl.fakes.jira_issues import FIELDS, SCORES, STATUSES, ZONE, Issues, project_key
from etl.fakes.server import Answer


@dataclass
class Jira(Issues):
    """A desk that answers requests."""

    token: str = "token"
    user: str = "admin@example.com"
    per_minute: int | None = None
    unseen: set[int] = field(default_factory=set)  # projects the account may not browse
    _asked: list[float] = field(default_factory=list)

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Answer one request as the API does."""
        return self._admitted(headers, lambda: self._plain(path, query))

    def posted(self, path: str, told: Any, headers: Mapping[str, str]) -> Answer:
        """Answer a search."""
        return self._admitted(headers, lambda: self._search(told) if path.endswith("/search/jql") else Answer({}, 404))

    def _admitted(self, headers: Mapping[str, str], answer: Callable[[], Answer]) -> Answer:
        expected = base64.b64encode(f"{self.user}:{self.token}".encode()).decode()
        if headers.get("Authorization") != f"Basic {expected}":
            return Answer({"errorMessages": ["Client must be authenticated"]}, 401)
        if self.per_minute is None:
            return answer()
        instant = time.time()
        self._asked = [at for at in self._asked if at > instant - 60]
        reset = datetime.fromtimestamp(instant + 60, UTC).isoformat(timespec="minutes")
        limits = {"X-RateLimit-Limit": str(self.per_minute), "X-RateLimit-Reset": reset}
        left = self.per_minute - len(self._asked)
        if left <= 0:
            return Answer({}, 429, {**limits, "X-RateLimit-Remaining": "0", "Retry-After": "60"})
        self._asked.append(instant)
        found = answer()
        found.headers = {**limits, "X-RateLimit-Remaining": str(left - 1)}
        return found

    def _plain(self, path: str, query: Mapping[str, str]) -> Answer:
        fixed: dict[str, Any] = {
            "/rest/api/3/myself": {"accountId": "5b10-1", "displayName": "Admin", "timeZone": ZONE},
            "/rest/api/3/field": [{"id": n, "name": t, "schema": {"custom": c}} for n, (t, c) in FIELDS.items()],
            "/rest/api/3/status": [
                {"id": number, "name": name, "statusCategory": {"key": key}} for number, name, key in STATUSES.values()
            ],
        }
        if path in fixed:
            return Answer(fixed[path])
        if path == "/rest/servicedeskapi/servicedesk":
            desks = [
                {"id": str(n), "projectId": str(n), "projectKey": project_key(n), "projectName": name}
                for n, name in self.groups.items()
                if n not in self.unseen
            ]
            return self._sliced("values", desks, query)
        if path == "/rest/servicedeskapi/organization":
            told = [{"id": str(o["id"]), "name": o["name"]} for o in self.organizations.values()]
            return self._sliced("values", told, query)
        if path == "/rest/api/3/user/assignable/multiProjectSearch":
            begin, size = int(query["startAt"]), int(query["maxResults"])
            ranged = list(self.people.values())[begin : begin + size]  # those who cannot be assigned are left out after
            return Answer([self.shown(person.number) for person in ranged if person.is_agent])
        found = re.fullmatch(r"/rest/(?:api/3/issue|servicedeskapi/request)/(\d+)/(\w+)", path)
        ticket = self.tickets.get(int(found.group(1))) if found else None
        if not found or ticket is None or ticket.is_deleted or self.project_of(ticket) in self.unseen:
            return Answer({"errorMessages": ["Issue does not exist or you do not have permission to see it."]}, 404)
        return self._of_issue(ticket, found.group(2), query)

    def _of_issue(self, ticket: Ticket, what: str, query: Mapping[str, str]) -> Answer:
        if what == "feedback":
            rated = next((r for r in self.ratings.values() if r.ticket == ticket.number and r.score in SCORES), None)
            told = (
                {"type": "csat", "rating": SCORES[rated.score], "comment": {"body": "what somebody wrote"}}
                if rated
                else {}
            )
            return Answer(told or {"errorMessage": "No feedback"}, 200 if rated else 404)
        rows = {"changelog": self.histories, "sla": self.targets, "comment": self.comments}.get(what)
        listed = list(rows(ticket)) if rows else []
        name = {"changelog": "values", "sla": "values", "comment": "comments"}.get(what, "worklogs")
        return self._sliced(name, listed, query)

    def _sliced(self, name: str, rows: list[Record], query: Mapping[str, str]) -> Answer:
        begin = int(query.get("startAt", query.get("start", 0)))
        size = min(int(query.get("maxResults", query.get("limit", 50))), self.page_rows)
        is_last = begin + size >= len(rows)
        more = {"startAt": begin, "maxResults": size, "total": len(rows), "isLast": is_last}
        if "limit" in query or "start" in query:
            more = {"start": begin, "limit": size, "size": len(rows[begin : begin + size]), "isLastPage": is_last}
        return Answer({name: rows[begin : begin + size], **more})

    def _search(self, told: Record) -> Answer:
        numbers_of = {project_key(number): number for number in self.groups if number not in self.unseen}
        keys = re.findall(r'"([^"]+)"', told["jql"].partition(")")[0])
        if unknown := [key for key in keys if key not in numbers_of]:
            return Answer({"errorMessages": [f"The value '{unknown[0]}' does not exist for the field 'project'."]}, 400)
        projects = {numbers_of[key] for key in keys}
        held = [t for t in self.tickets.values() if not t.is_deleted and self.project_of(t) in projects]
        for operator, minute in re.findall(r'updated (>=|<) "([^"]+)"', told["jql"]):
            at = datetime.fromisoformat(minute).replace(tzinfo=ZoneInfo(ZONE))
            held = [t for t in held if (t.updated_at >= at) == (operator == ">=")]
        if numbers := re.search(r"id in \(([\d, ]+)\)", told["jql"]):
            held = [t for t in held if t.number in map(int, numbers.group(1).split(","))]
        held.sort(key=lambda t: (t.updated_at, t.number))
        size = min(int(told.get("maxResults", 50)), self.page_rows if told["fields"] != ["id"] else 5000)
        begin = int(base64.b64decode(told["nextPageToken"])) if told.get("nextPageToken") else 0
        cut = held[begin : begin + size]
        if told["fields"] == ["id"]:
            issues: list[Record] = [{"id": str(t.number), "key": self.issue_key(t)} for t in cut]
        else:
            issues = [{"id": str(t.number), "key": self.issue_key(t), "fields": self.fields_of(t)} for t in cut]
        if begin + size >= len(held):
            return Answer({"issues": issues, "isLast": True})
        token = base64.b64encode(str(begin + size).encode()).decode()
        return Answer({"issues": issues, "isLast": False, "nextPageToken": token})
