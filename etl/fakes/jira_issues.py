"""Issues of a Jira as its interface shows them; ``jira`` answers requests for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from etl.fakes.desk import Change, Desk, Record, Ticket

ZONE = "America/New_York"
CATEGORY = "customfield_10050"
STATUSES = {
    "new": ("10000", "Waiting for support", "new"),
    "open": ("3", "In Progress", "indeterminate"),
    "pending": ("10001", "Waiting for customer", "indeterminate"),
    "hold": ("10002", "On hold", "indeterminate"),
    "solved": ("5", "Resolved", "done"),
    "closed": ("6", "Closed", "done"),
}
PRIORITIES = {None: "Medium", "low": "Low", "normal": "Medium", "high": "High", "urgent": "Highest"}
SCORES = {"good": 5, "bad": 1}
FIELDS = {
    "customfield_10010": ("Request Type", "com.atlassian.servicedesk:vp-origin"),
    "customfield_10002": ("Organizations", "com.atlassian.servicedesk:sd-customer-organizations"),
    "customfield_10020": ("Request participants", "com.atlassian.servicedesk:sd-request-participants"),
    "customfield_10031": ("Satisfaction date", "com.atlassian.servicedesk:sd-request-feedback-date"),
    CATEGORY: ("Topic", "com.atlassian.jira.plugin.system.customfieldtypes:select"),
}
SLAS = {"reply_time": "Time to first response", "resolution_time": "Time to resolution"}


@dataclass
class Issues(Desk):
    """A desk whose tickets are issues and whose groups are projects."""

    page_rows: int = 100

    def _project(self, team: int | None) -> int:
        return team or next(iter(self.groups))

    def project_of(self, ticket: Ticket) -> int:
        """Return the project an issue is in."""
        return self._project(ticket.traits["team"])

    def issue_key(self, ticket: Ticket) -> str:
        """Return the key of an issue."""
        return f"{project_key(self.project_of(ticket))}-{ticket.number}"

    def shown(self, number: int | None) -> Record | None:
        """Return somebody as shown; a rule is an app."""
        person = self.people.get(number or 0)
        if number is None or person is None:
            return {
                "accountId": "557058:rule",
                "accountType": "app",
                "displayName": "Automation for Jira",
                "active": True,
            }
        kind = "atlassian" if person.is_agent else "customer"
        told = {
            "accountId": f"5b10-{number}",
            "accountType": kind,
            "displayName": person.name,
            "active": person.is_active,
        }
        return {**told, "emailAddress": f"{person.name.lower()}@example.com", "timeZone": ZONE}

    def fields_of(self, ticket: Ticket) -> Record:
        """Return an issue's fields."""
        traits = ticket.traits
        number, name, category = STATUSES[traits["status"]]
        asker = self.people.get(ticket.requester)
        company = self.organizations.get(asker.organization or 0) if asker else None
        is_done = category == "done"
        rated = next((r for r in self.ratings.values() if r.ticket == ticket.number and r.score in SCORES), None)
        into, done_at = ticket.merged_into, ticket.last("status", "solved", "closed")
        survivor = {"id": str(into), "key": f"X-{into}"}
        kind = {"name": "Duplicate", "inward": "is duplicated by", "outward": "duplicates"}
        comments = list(self.comments(ticket))
        return {
            "summary": ticket.subject, "created": _told(ticket.created_at), "updated": _told(ticket.updated_at),
            "status": {"id": number, "name": name, "statusCategory": {"key": category}},
            "priority": {"name": PRIORITIES[traits["priority"]]},
            "project": {"id": str(self._project(traits["team"])), "key": project_key(self._project(traits["team"]))},
            "reporter": self.shown(ticket.requester), "creator": self.shown(ticket.submitter), "labels": ticket.tags,
            "assignee": self.shown(traits["agent"]) if traits["agent"] else None,
            "resolution": {"name": "Duplicate" if into else "Done"} if is_done else None,
            "resolutiondate": _told(done_at) if is_done and done_at else None,
            "issuelinks": [{"id": "1", "type": kind, "outwardIssue": survivor}] if into else [],
            "customfield_10010": {"requestType": {"id": "1", "name": "Get help"}},
            "customfield_10002": [{"id": str(company["id"]), "name": company["name"]}] if company else [],
            "customfield_10020": [], CATEGORY: {"value": traits["category"]} if traits["category"] else None,
            "customfield_10031": _told(rated.updated_at) if rated else None,
            "comment": {"comments": comments[: self.page_rows], "total": len(comments), "startAt": 0},
            "worklog": {"worklogs": [], "total": 0, "startAt": 0, "maxResults": 20},
        }  # fmt: skip

    def comments(self, ticket: Ticket) -> Iterator[Record]:
        """Give an issue's comments."""
        for change in ticket.changes:
            if change.what == "comment":
                told = {"id": str(change.number), "author": self.shown(change.by), "created": _told(change.at)}
                yield {**told, "updated": _told(change.at), "jsdPublic": change.is_public, "body": {"type": "doc"}}

    def histories(self, ticket: Ticket) -> Iterator[Record]:
        """Give what changed of an issue."""
        changes = [change for change in ticket.changes if change.what != "comment"]
        for (at, by), together in groupby(changes, key=lambda change: (change.at, change.by)):
            done = list(together)
            items = [self._item(change) for change in done]
            yield {"id": str(done[0].number), "author": self.shown(by), "created": _told(at), "items": items}

    def _item(self, change: Change) -> Record:
        before, after = change.before, change.after
        if change.what == "status":
            (a, x, _), (b, y, _) = STATUSES[before], STATUSES[after]
            return {"field": "status", "fieldId": "status", "from": a, "fromString": x, "to": b, "toString": y}
        if change.what == "agent":
            told = {"from": f"5b10-{before}" if before else None, "to": f"5b10-{after}" if after else None}
            return {"field": "assignee", "fieldId": "assignee", **told, "fromString": None, "toString": None}
        if change.what == "team":
            told = {"from": str(self._project(before)), "to": str(self._project(after))}
            return {"field": "project", "fieldId": "project", **told, "fromString": "a", "toString": "b"}
        if change.what == "priority":
            named = {"fromString": PRIORITIES[before], "toString": PRIORITIES[after]}
            return {"field": "priority", "fieldId": "priority", "from": "1", "to": "2", **named}
        return {
            "field": "Topic",
            "fieldId": CATEGORY,
            "from": None,
            "to": None,
            "fromString": before,
            "toString": after,
        }

    def targets(self, ticket: Ticket) -> Iterator[Record]:
        """Give an issue's service targets."""
        for promise in self.promises:
            if promise.ticket == ticket.number and promise.metric in SLAS:
                due = promise.at + timedelta(minutes=promise.minutes)
                goal = {"millis": promise.minutes * 60_000, "friendly": f"{promise.minutes}m"}
                cycle = {"startTime": _instant(promise.at), "breachTime": _instant(due), "goalDuration": goal}
                replied = next((c.at for c in ticket.changes if c.what == "comment" and c.by != ticket.requester), None)
                told: Record = {"id": "10", "name": SLAS[promise.metric], "completedCycles": []}
                if replied:
                    stopped = {**cycle, "stopTime": _instant(replied), "breached": replied > due}
                    yield {**told, "completedCycles": [stopped]}
                else:
                    yield {**told, "ongoingCycle": {**cycle, "breached": self.now > due, "paused": False}}


def project_key(project: int) -> str:
    """Return the key of a project."""
    return f"P{project}"


def _told(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M:%S.000%z}"


def _instant(at: datetime) -> Record:
    return {"epochMillis": int(at.timestamp() * 1000), "iso8601": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S+0000}"}
