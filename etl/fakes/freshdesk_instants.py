"""Instants of a Freshdesk's tickets, as it keeps and writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from etl.fakes.desk import Change, Record, Ticket


def stats(ticket: Ticket) -> Record:
    """Return the instants Freshdesk keeps of a ticket."""
    first = next(
        (c.at for c in ticket.changes if c.what == "comment" and c.is_public and c.by != ticket.requester), None
    )
    reopened = [c.at for c in ticket.changes if _is_reopen(c)]
    changed = [c.at for c in ticket.changes if c.what == "status"]
    solved, closed = ticket.last("status", "solved", "closed"), ticket.last("status", "closed")
    return {
        "first_responded_at": written(first), "agent_responded_at": written(first), "requester_responded_at": None,
        "status_updated_at": written(changed[-1] if changed else ticket.created_at), "resolved_at": written(solved),
        "closed_at": written(closed), "reopened_at": written(reopened[-1] if reopened else None),
        "pending_since": written(ticket.last("status", "pending")),
    }  # fmt: skip


def _is_reopen(change: Change) -> bool:
    return (
        change.what == "status" and change.before in ("solved", "closed") and change.after not in ("solved", "closed")
    )


def written(at: datetime | None) -> str:
    """Return an instant as the API writes it, nothing of none."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else None  # type: ignore[return-value]


def moment(at: datetime) -> str:
    """Return an instant as exports write it."""
    return f"{at.astimezone(UTC):%d-%m-%Y %H:%M:%S +0000}"
