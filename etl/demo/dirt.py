"""Dirt as real exports have it, every speck counted: test tickets, doubled, late, future and broken rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import FIRST_TICKET
from etl.demo.lives import Desk
from etl.demo.log import Events
from etl.demo.window import DAY, Bools, Ints, iso
from etl.import_format import EVENTS, TICKETS

DOUBLED: Final = 0.001  # of events
LATE: Final = 0.002
TEST: Final = 0.0003  # of tickets
DELETED: Final = 0.0008
FUTURE: Final = 365 * DAY
UNKNOWN_TYPE: Final = "teleported"


@dataclass(frozen=True)
class Dirt:
    """Flags by ticket; ``order`` is the events file's order of rows, doubled ones twice, late ones last."""

    is_test: Bools
    is_deleted: Bools
    order: Ints
    future: int
    bad_events: pa.Table
    bad_tickets: pa.Table


def soil(desk: Desk, events: Events, rng: np.random.Generator) -> tuple[Dirt, Events, dict[str, Any]]:
    """Return the dirt, the events with one stamp moved a year ahead, and the counts for the truth."""
    t, size = desk.tickets, len(events)
    linked = np.zeros(len(t), dtype=bool)
    linked[t.parent[t.parent >= 0]] = True
    plain = rng.permutation(np.flatnonzero(t.is_human & (t.parent < 0) & ~linked))
    tests, gone = max(2, round(TEST * len(t))), max(2, round(DELETED * len(t)))
    is_test, is_deleted = np.zeros(len(t), dtype=bool), np.zeros(len(t), dtype=bool)
    is_test[plain[:tests]] = True
    is_deleted[plain[tests : tests + gone]] = True
    doubled = np.sort(rng.choice(size, max(3, round(DOUBLED * size)), replace=False))
    late = np.sort(rng.choice(size, max(3, round(LATE * size)), replace=False))
    on_time = np.ones(size, dtype=bool)
    on_time[late] = False
    future = _note_to_move(events, plain[tests + gone :])
    moved = events.moved_to(np.where(np.arange(size) == future, events.at + FUTURE, events.at))
    order = np.concatenate([np.flatnonzero(on_time), late, doubled])
    counts = _counts(desk, moved, future, len(doubled), len(late))
    counts |= {"test_tickets": tests, "deleted_tickets": gone}
    bad_tickets, bad_events = _broken(desk, rng)
    counts["quarantine"] = {
        "tickets": bad_tickets["ticket_id"].to_pylist(),
        "events": [
            list(pair) for pair in zip(*(bad_events[c].to_pylist() for c in ("ticket_id", "event_id")), strict=True)
        ],
    }
    return Dirt(is_test, is_deleted, order, future, bad_events, bad_tickets), moved, counts


def _note_to_move(events: Events, plain: Ints) -> int:
    """Return the row of an internal note on an ordinary ticket: its stamp will lie a year ahead."""
    notes = np.flatnonzero((events.public == 0) & np.isin(events.ticket, plain))
    return int(notes[-1]) if len(notes) else len(events) - 1  # among the newest: a year later is after now


def _counts(desk: Desk, events: Events, future: int, doubled: int, late: int) -> dict[str, Any]:
    t = desk.tickets
    return {
        "spam_tickets": int(t.is_spam.sum()),
        "merged_tickets": int(t.is_merged.sum()),
        "tickets_without_requester": int((t.requester < 0).sum()),
        "duplicate_event_rows": doubled,
        "late_event_rows": late,
        "future_event": {
            "ticket_id": str(int(events.ticket[future]) + FIRST_TICKET),
            "event_id": str(int(events.position()[future])),
            "occurred_at": iso(int(events.at[future])),
        },
    }


def _broken(desk: Desk, rng: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """Return a ticket without a creation time, and events of an unknown type or without an instant."""
    tickets = pa.Table.from_pylist(
        [{"ticket_id": str(FIRST_TICKET + len(desk.tickets)), "subject": "Imported without a date"}],
        TICKETS.arrow_schema(),
    )
    rows = rng.integers(0, len(desk.tickets), 3)
    at = np.datetime64(desk.window.until - DAY, "s").astype("datetime64[us]").item()
    events = [
        {
            "ticket_id": str(FIRST_TICKET + int(row)),
            "event_id": f"broken-{i + 1}",
            "occurred_at": None if i == 2 else at,
            "event_type": "message" if i == 2 else UNKNOWN_TYPE,
            "actor_type": "system",
        }
        for i, row in enumerate(rows)
    ]
    return tickets, pa.Table.from_pylist(events, EVENTS.arrow_schema())
