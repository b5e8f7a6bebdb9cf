"""What Zendesk counts of a ticket itself (its metric set), worked out from its audits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from etl.fakes.zendesk_desk import Record

DONE = ("solved", "closed")


def metric_set(ticket: Record, audits: Iterable[Record], agents: set[int]) -> Record:
    """Return the counts and minutes of a ticket, up to its last change; business hours it does not tell."""
    created = int(datetime.fromisoformat(ticket["created_at"]).timestamp())
    status, since, counts, spent = "new", created, Counter[str](), Counter[str]()
    replied, solved = list[int](), list[int]()
    for audit in audits:
        at = audit["timestamp"]
        for child in audit["child_events"]:
            is_creation = child["event_type"] == "Create" or at == created
            if child["event_type"] == "Comment" and child["comment_public"] and audit["updater_id"] in agents:
                replied += [] if is_creation else [at]
            counts["groups"] += child.get("group_id") is not None
            if "status" in child:
                after = child["status"]
                counts["reopens"] += status == "solved" and after not in DONE
                solved += [at] if after == "solved" else []
                spent[status] += at - since
                status, since = after, at
    waited = {
        "requester": spent["new"] + spent["open"] + spent["hold"],
        "agent": spent["pending"],
        "hold": spent["hold"],
    }
    return {
        "id": ticket["id"] + 10**9, "ticket_id": ticket["id"], "reopens": counts["reopens"], "replies": len(replied),
        "group_stations": counts["groups"], "assignee_stations": 1, "created_at": ticket["created_at"],
        "reply_time_in_minutes": _minutes(replied[0] - created if replied else None),
        "first_resolution_time_in_minutes": _minutes(solved[0] - created if solved else None),
        "full_resolution_time_in_minutes": _minutes(solved[-1] - created if solved and status in DONE else None),
        "requester_wait_time_in_minutes": _minutes(waited["requester"]),
        "agent_wait_time_in_minutes": _minutes(waited["agent"]),
        "on_hold_time_in_minutes": _minutes(waited["hold"]),
    }  # fmt: skip


def _minutes(seconds: int | None) -> Record:
    return {"calendar": None if seconds is None else seconds // 60, "business": None}
