"""Jira's records to rows: its quirks end here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record, instant, text, unix

Row = dict[str, Any]
CATEGORIES = {"new": "new", "indeterminate": "open", "done": "solved", "undefined": "open"}
STATUSES = {
    **{"waiting for customer": "pending", "pending": "pending", "on hold": "hold"},
    **{"closed": "closed", "canceled": "closed", "cancelled": "closed"},
}
PRIORITIES = {"highest": "urgent", "high": "high", "medium": "normal", "low": "low", "lowest": "low"}
TARGETS = {"time to first response": "first_reply", "time to resolution": "resolution"}
DUPLICATE = "Duplicate"
FIELD_KINDS = {
    "request_type": "com.atlassian.servicedesk:vp-origin",
    "organizations": "com.atlassian.servicedesk:sd-customer-organizations",
    "participants": "com.atlassian.servicedesk:sd-request-participants",
    "rated_at": "com.atlassian.servicedesk:sd-request-feedback-date",
}


@dataclass(frozen=True)
class Site:
    """What has to be known of a Jira to read its issues."""

    source: LiveSource
    fields: Mapping[str, str]  # which field is what, by FIELD_KINDS
    categories: Mapping[str, str]  # of statuses, by number

    def status(self, number: Any, name: Any) -> str:
        """Return what a status means here: as the settings say, by its name, or by its category."""
        own = {str(told).lower(): meant for told, meant in self.source.option("statuses", {}).items()}
        known = {**STATUSES, **own}.get(str(name).lower())
        return str(known or CATEGORIES.get(self.categories.get(str(number), ""), "open"))

    def priority(self, name: Any) -> str | None:
        """Return what a priority means here; raises ``ValueError`` for one of the desk's own."""
        own = {str(told).lower(): meant for told, meant in self.source.option("priorities", {}).items()}
        known = {**PRIORITIES, **own}
        if name is None:
            return None
        if str(name).lower() not in known:
            raise ValueError(f"priority {name!r} is not known; add it under priorities")
        return str(known[str(name).lower()])

    def category(self, fields: Record) -> str | None:
        """Return the category: the configured field's value, or the request type."""
        if field := self.source.option("category_field"):
            return _value(fields[field])
        told = fields.get(self.fields.get("request_type", "")) or {}
        return text((told.get("requestType") or {}).get("name"))

    def ticket(self, record: Record) -> Row:
        """Return an issue as a ticket's row."""
        fields, base = record["fields"], str(self.source.option("url")).rstrip("/")
        reporter, creator = fields["reporter"] or {}, fields["creator"] or {}
        companies = fields.get(self.fields.get("organizations", "")) or []
        is_own = creator.get("accountId") == reporter.get("accountId")
        return {
            "ticket_id": text(record["id"]),
            "updated_at": instant(fields["updated"]),
            "created_at": instant(fields["created"]),
            "requester_id": text(reporter.get("accountId")),
            "organization_id": text(companies[0]["id"]) if companies else None,
            "channel": "web",
            "category": self.category(fields),
            "priority": self.priority((fields["priority"] or {}).get("name")),
            "subject": text(fields["summary"]),
            "brand": text(fields["project"]["key"]),
            "tags": ",".join(fields["labels"] or []) or None,
            "initiated_by": "agent" if not is_own and creator.get("accountType") == "atlassian" else "requester",
            "status": self.status(fields["status"]["id"], fields["status"]["name"]),
            "team_id": text(fields["project"]["id"]),
            "agent_id": text((fields["assignee"] or {}).get("accountId")),
            "merged_into_ticket_id": self._survivor(fields),
            "url": f"{base}/browse/{record['key']}",
        }

    def _survivor(self, fields: Record) -> str | None:
        """Return the issue another one repeats: linked to it, and resolved as a duplicate."""
        kind = self.source.option("duplicate_link", DUPLICATE)
        if (fields["resolution"] or {}).get("name") != kind:
            return None
        links = [link for link in fields["issuelinks"] or [] if link["type"]["name"] == kind and "outwardIssue" in link]
        return text(links[0]["outwardIssue"]["id"]) if links else None

    def changes(self, record: Record) -> list[Row]:
        """Return what happened to an issue; its ``histories`` and ``comments`` were fetched."""
        fields, number = record["fields"], text(record["id"])
        asking = {(fields["reporter"] or {}).get("accountId")}
        asking |= {one["accountId"] for one in fields.get(self.fields.get("participants", "")) or []}
        creator = fields["creator"]
        told = [
            {
                "change_id": "created",
                "position": 0,
                "occurred_at": instant(fields["created"]),
                "what": "created",
                **self._who(creator, asking, "requester"),
            }
        ]
        for comment in record["comments"]:
            shared = {"change_id": f"comment-{comment['id']}", "position": 1, "what": "message"}
            who = self._who(comment["author"], asking, "bot")
            public = bool(comment.get("jsdPublic", True))
            told.append({**shared, "occurred_at": instant(comment["created"]), "is_public": public, **who})
        for history in record["histories"]:
            who = self._who(history.get("author"), asking, "system")
            shared = {"position": 2, "occurred_at": instant(history["created"]), **who}
            for order, item in enumerate(history["items"]):
                for said in self._said(item):
                    told.append({**shared, "change_id": f"history-{history['id']}-{order}", **said})
        return [{"ticket_id": number, "is_public": True, **row} for row in told]

    def _who(self, author: Record | None, asking: set[Any], program: str) -> Row:
        """Return who did something; apps are programs, and who is no agent asks."""
        told = author or {}
        number = text(told.get("accountId"))
        if number is None or told.get("accountType") == "app":
            return {"actor_id": number, "actor_is": program if number else "system"}
        return {"actor_id": number, "actor_is": "requester" if number in asking else None}

    def _said(self, item: Record) -> Iterator[Row]:
        field, before, after = item.get("fieldId"), item["from"], item["to"]
        if field == "status":
            was, now = self.status(before, item["fromString"]), self.status(after, item["toString"])
            if was != now:
                yield {"what": "status", "from_value": was, "to_value": now}
        elif field == "assignee":
            yield {"what": "agent", "from_value": before or "", "to_value": after or ""}
        elif field == "project":
            yield {"what": "team", "from_value": str(before), "to_value": str(after)}
        elif field == "priority":
            was_priority, priority = self.priority(item["fromString"] or None), self.priority(item["toString"] or None)
            yield {"what": "priority", "from_value": was_priority or "", "to_value": priority or ""}
        elif field and field == self.source.option("category_field"):
            yield {"what": "category", "from_value": item["fromString"] or "", "to_value": item["toString"] or ""}

    def targets(self, record: Record) -> list[Row]:
        """Return when an issue is due as calendar targets: Jira has counted hours and pauses already."""
        own = {str(told).lower(): meant for told, meant in self.source.option("targets", {}).items()}
        known = {**TARGETS, **own}
        rows = []
        for sla in record["slas"]:
            kind = known.get(str(sla["name"]).lower())
            cycles = [*sla["completedCycles"], *([sla["ongoingCycle"]] if sla.get("ongoingCycle") else [])]
            for cycle in cycles if kind else []:
                began = cycle["startTime"]["epochMillis"]
                due = (cycle.get("breachTime") or {}).get("epochMillis", began + cycle["goalDuration"]["millis"])
                rows.append(
                    {
                        "ticket_id": text(record["id"]),
                        "target_type": kind,
                        "applied_at": unix(began / 1000),
                        "target_seconds": (due - began) // 1000,
                        "is_business_clock": False,
                        "policy": text(sla["name"]),
                    }
                )
        return rows

    def rating(self, record: Record) -> list[Row]:
        """Return the rating of an issue as rows: one where it was given."""
        fields, told = record["fields"], record["feedback"]
        if not told:
            return []
        at = instant(fields.get(self.fields.get("rated_at", "")) or fields["resolutiondate"] or fields["updated"])
        return [
            {
                "survey_id": text(record["id"]),
                "ticket_id": text(record["id"]),
                "updated_at": at,
                "survey_type": "csat",
                "scale": "1_to_5",
                "answered_at": at,
                "score": float(told["rating"]),
            }
        ]

    def agent(self, record: Record) -> Row:
        """Return somebody issues can be assigned to as an agent's row."""
        return {
            "agent_id": text(record["accountId"]),
            "name": text(record["displayName"]),
            "is_bot": record["accountType"] == "app" or record["accountId"] in self.source.option("bots", []),
            "is_deleted": not record["active"],
        }


def _value(told: Any) -> str | None:
    """Return what a field holds: a text, an option, or the first of several."""
    if isinstance(told, list):
        told = told[0] if told else None
    return text(told.get("value") or told.get("name")) if isinstance(told, dict) else text(told)


def worklog(record: Record) -> Row:
    """Return logged work as a row."""
    return {
        "time_entry_id": text(record["id"]),
        "ticket_id": text(record["issueId"]),
        "agent_id": text((record["author"] or {}).get("accountId")),
        "started_at": instant(record["started"]),
        "seconds": record["timeSpentSeconds"],
        "activity": "timer",
    }


def team(source: LiveSource) -> Callable[[Record], Row]:
    """Return how a service desk becomes a team's row."""
    return lambda record: {
        "team_id": text(record["projectId"]),
        "name": text(record["projectName"]),
        **source.team(record["projectName"]),
    }


def organization(record: Record) -> Row:
    """Return an organization as a row."""
    return {"organization_id": text(record["id"]), "name": text(record["name"])}
