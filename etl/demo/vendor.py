"""What the helpdesk tells of its own tickets: figures of some of one category, by the helpdesk's own rules."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import ticket_ids
from etl.demo.desk import CATEGORY
from etl.demo.lives import Desk
from etl.demo.log import AGENT, STATUS, TYPE, Events
from etl.demo.window import DAY, MINUTE

FIGURES_CATEGORY: Final = "Refund request"
MOST_TICKETS: Final = 300  # the newest: enough to see, and a large demo pays no more than a small one
DONE: Final = (STATUS["solved"], STATUS["closed"])


def figure_columns(desk: Desk, events: Events) -> tuple[dict[str, pa.Array], dict[str, Any]]:
    """Return the columns of ``vendor_figures`` and what of them differs from ours by the helpdesk's rules.

    Its replies are public comments and chats (a call is none), and a merge into a ticket counts as a reopening of it.
    """
    t = desk.tickets
    is_there = (t.category == CATEGORY[FIGURES_CATEGORY]) & t.is_human & (t.created < desk.window.until - 3 * DAY)
    rows = np.flatnonzero(is_there)
    chosen = np.sort(rows[np.argsort(-t.created[rows], kind="stable")][:MOST_TICKETS])
    reopens, replies, first = _counted(events.take(np.isin(events.ticket, chosen) & (events.at <= desk.window.until)))
    merged = Counter(t.parent[t.is_merged].tolist())
    told: list[tuple[int, str, float]] = []
    for row in chosen.tolist():
        told.append((row, "reopens", reopens[row] + merged[row]))
        told.append((row, "replies", replies[row]))
        if row in first:
            minutes = (first[row] - int(t.created[row])) // MINUTE
            told.append((row, "first_reply_minutes_calendar", minutes))
    columns = {
        "ticket_id": ticket_ids(np.array([row for row, _, _ in told], dtype=np.int64)),
        "figure": pa.array([figure for _, figure, _ in told], pa.string()),
        "value": pa.array([float(value) for _, _, value in told], pa.float64()),
    }
    reopened = sum(merged[row] for row in chosen.tolist())
    return columns, {"category": FIGURES_CATEGORY, "tickets": len(chosen), "reopens_by_merging": reopened}


def _counted(events: Events) -> tuple[Counter[int], Counter[int], dict[int, int]]:
    """Return by ticket how often it came back from solved, people's comments and chats, and when the first was made."""
    reopens: Counter[int] = Counter()
    replies: Counter[int] = Counter()
    first: dict[int, int] = {}
    status: dict[int, int] = {}
    columns = (events.ticket, events.at, events.type, events.by, events.public, events.value)
    for ticket, at, what, by, public, value in zip(*(column.tolist() for column in columns), strict=True):
        if what == TYPE["status"]:
            reopens[ticket] += status.get(ticket) in DONE and value not in DONE
            status[ticket] = value
        elif by == AGENT and (what == TYPE["chat"] or (what == TYPE["message"] and public == 1)):
            replies[ticket] += 1
            first.setdefault(ticket, at)
    return reopens, replies, first
