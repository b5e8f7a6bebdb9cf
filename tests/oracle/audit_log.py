"""Event logs whose rows repeat the whole state of a ticket: told as tickets and events, in the file's order."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from config.settings import Settings
from tests.oracle.records import Desk, Row, layouts, newest

CHANGES = ("team_id", "agent_id", "category", "priority", "status")
HOLDERS = ("team_id", "agent_id")  # told by every row: an empty one says that nobody holds the ticket
STANDING = ("requester_id", "organization_id", "channel", "category", "priority", "url", "subject")


def read_log(path: Path, mapping: Path, now: datetime, settings: Settings, source: str) -> Desk:
    """Read a mapped CSV event log as docs/mapping.md says: a row is known by its ticket and its place in the file."""
    told = tomllib.loads(mapping.read_text(encoding="utf-8"))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame = frame.apply(lambda column: column.str.strip())
    frame = frame.mask(frame.isin([*told["file"]["missing"], ""]))
    columns = {name: frame[header.removesuffix("#1")] for name, header in told["columns"].items()}
    bad = pd.Series(False, index=frame.index)
    for name in ("occurred_at", "created_at"):
        given = columns[name].notna()
        columns[name] = pd.to_datetime(columns[name], format=told["time"]["format"], errors="coerce")
        bad |= given & (columns[name].isna() | (columns[name] > now + timedelta(days=1)))
    for name, listed in layouts()["snapshots"].listed.items() | {"channel": frozenset[str]()}.items():
        translated = columns[name].map(told[name])
        bad |= columns[name].notna() & (translated.isna() | (bool(listed) & ~translated.isin(listed)))
        columns[name] = translated
    rows = pd.DataFrame(columns)
    rows["position"] = rows.groupby("ticket_id").cumcount() + 1
    rows = rows[~bad].astype(object)
    snapshots = [_plain(row) for row in rows.where(rows.notna(), None).to_dict("records")]
    return with_log({"snapshots": snapshots}, settings, source)


def _plain(row: dict[Any, Any]) -> Row:
    return {name: value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for name, value in row.items()}


def with_log(tables: dict[str, list[Row]], settings: Settings, source: str, as_of: datetime | None = None) -> Desk:
    """Return a desk whose snapshots are told as tickets and events."""
    by_ticket: dict[str, list[Row]] = defaultdict(list)
    for row in tables["snapshots"]:
        by_ticket[row["ticket_id"]].append(row)
    as_of = as_of or newest(tables)
    tickets, events = [], []
    for rows in by_ticket.values():
        rows.sort(key=lambda row: row["position"])
        tickets.append(_ticket(rows))
        events += _events(rows)
    return Desk(tables | {"tickets": tickets, "events": events}, as_of, settings, source, states_alone=True)


def _ticket(rows: list[Row]) -> Row:
    """Return a ticket as its last rows leave it."""
    standing = {name: _known(name, reversed(rows)) for name in STANDING}
    return standing | {"ticket_id": rows[0]["ticket_id"], "created_at": _opened(rows)}


def _opened(rows: list[Row]) -> Any:
    return next((row["created_at"] for row in rows if row.get("created_at")), rows[0]["occurred_at"])


def _known(name: str, rows: Iterable[Row]) -> Any:
    return next((row[name] for row in rows if row.get(name) is not None), None)


def _events(rows: list[Row]) -> list[Row]:
    """Return an event a change. Order is the truth: nothing happened before what precedes it, or the opening."""
    known: dict[str, Any] = {}
    events: list[Row] = []
    at = _opened(rows)
    for row in rows:
        at = max(at, row["occurred_at"])
        said = {name: row.get(name) for name in CHANGES}
        said = {
            name: known.get(name) if value is None and name not in HOLDERS else value for name, value in said.items()
        }
        event = {"ticket_id": row["ticket_id"], "occurred_at": at, "actor_type": "agent"}
        event |= {"actor_id": row.get("actor_id"), "position": len(events) + 1}
        if not known:
            events.append(event | {"event_type": "created", "to_value": None})
        changed = [name for name in CHANGES if said[name] != known.get(name)]
        events += [event | {"event_type": name.removesuffix("_id"), "to_value": said[name]} for name in changed]
        if known and not changed:
            events.append(event | {"event_type": "other", "to_value": None})
        known = said
    for position, one in enumerate(events, start=1):
        one["position"] = position
    return events
