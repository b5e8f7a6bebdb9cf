"""What an export says, row by row, as docs/import-format.md promises to read it: a reader of its own.

The rules (columns, types, keys, versions, listed values) are taken from that page itself. A ``Desk`` holds, per table,
a list of dictionaries: instants as naive UTC, missing values as ``None``, one row a key (surveys keep all versions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from config.settings import ROOT, Settings
from tests.oracle.call_records import tickets_of_calls

Row = dict[str, Any]
FIRST = datetime(1990, 1, 1)  # noqa: DTZ001 - instants are naive UTC
EARLIEST, LATEST = datetime.min, datetime.max  # noqa: DTZ901
PAGE = ROOT / "docs" / "import-format.md"
SPANS = {
    "tickets": ("created_at", "solved_at"),
    "contacts": ("offered_at", "ended_at"),
    "rosters": ("starts_at", "ends_at"),
}
STAMPS = {"tickets": "created_at", "events": "occurred_at", "snapshots": "occurred_at", "contacts": "offered_at"}
STAMPS |= {"surveys": "answered_at", "help_sessions": "started_at"}


@dataclass(frozen=True)
class Layout:
    """A table of the import format: key columns, version column, and per column its type, need and listed values."""

    key: tuple[str, ...]
    version: str | None
    kinds: dict[str, str]
    needed: frozenset[str]
    listed: dict[str, frozenset[str]]


@dataclass
class Desk:
    """A helpdesk's records, the settings they are read with and the instant everything is judged at."""

    tables: dict[str, list[Row]]
    as_of: datetime
    settings: Settings
    source: str
    states_alone: bool = False  # a log of states: its order is the file's, not the clock's, and nobody says anything

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table, none where the export has no such file."""
        return self.tables.get(table, [])

    @cached_property
    def teams(self) -> dict[str, Row]:
        return {row["team_id"]: row for row in self.rows("teams")}

    @cached_property
    def bots(self) -> frozenset[str]:
        return frozenset(row["agent_id"] for row in self.rows("agents") if row.get("role") == "bot")


def layouts() -> dict[str, Layout]:
    """Read every table's layout from the documentation."""
    return {
        name: _layout(text)
        for name, text in re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE.read_text(), re.M | re.S)
    }


def _layout(text: str) -> Layout:
    key = re.search(r"Key: (.+?)\.(?:\s|$)", text)
    version = re.search(r"Version: `(\w+)`", text)
    lines = re.findall(r"^\| `(\w+)` \| (\w+)(, \*needed\*)? \| (.*) \|$", text, re.M)
    listed = {}
    for name, _, _, meaning in lines:
        if choice := re.search(r"One of ((?:`\w+`(?:, )?)+)", meaning):
            listed[name] = frozenset(re.findall(r"`(\w+)`", choice[1]))
    return Layout(
        tuple(re.findall(r"`(\w+)`", key[1])) if key else (),
        version[1] if version else None,
        {name: kind for name, kind, _, _ in lines},
        frozenset(name for name, _, needed, _ in lines if needed),
        listed,
    )


def read_folder(folder: Path, now: datetime, settings: Settings, source: str) -> Desk:
    """Read a folder of Parquet files in the import format, as a run at ``now`` (naive UTC) would."""
    tables = {}
    for name, layout in layouts().items():
        if (path := folder / f"{name}.parquet").exists():
            tables[name] = accepted(name, layout, _plain(pd.read_parquet(path), layout), now)
    return desk_of(tables, newest(tables), settings, source)


def desk_of(tables: dict[str, list[Row]], as_of: datetime, settings: Settings, source: str) -> Desk:
    """Return a desk, calls that are no ticket's counted as tickets."""
    tickets, events = tickets_of_calls(tables.get("contacts", []))
    more = {"tickets": [*tables.get("tickets", []), *tickets], "events": [*tables.get("events", []), *events]}
    return Desk(tables | more, as_of, settings, source)


def newest(tables: dict[str, list[Row]]) -> datetime:
    """Return the newest instant anything happened, was answered or looked for: the end of what the records know."""
    stamps: Iterator[datetime | None] = (row.get(STAMPS[name]) for name in STAMPS for row in tables.get(name, []))
    return max(stamp for stamp in stamps if stamp is not None)


def _plain(frame: pd.DataFrame, layout: Layout) -> list[Row]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): _value(layout.kinds[str(name)], value) for name, value in row.items()} for row in rows]


def _value(kind: str, value: Any) -> Any:  # noqa: PLR0911 - a line a type
    if value is None or value == "":
        return None
    match kind:
        case "instant":
            stamp = pd.Timestamp(value)
            return (stamp.tz_convert("UTC").tz_localize(None) if stamp.tzinfo else stamp).to_pydatetime()
        case "date":
            return value if type(value) is date else pd.Timestamp(value).date()
        case "integer":
            return int(value)
        case "number":
            return float(value)
        case "boolean":
            return bool(value)
    return str(value).strip() or None


def accepted(name: str, layout: Layout, rows: list[Row], now: datetime) -> list[Row]:
    """Return one row a key: usable ones, the newest version of each (surveys: every version, oldest first)."""
    usable = [row for row in rows if _is_usable(name, layout, row, now)]
    kept: dict[tuple[Any, ...], list[Row]] = {}
    for row in usable:
        versions = kept.setdefault(tuple(row.get(column) for column in layout.key), [])
        version = layout.version and row.get(layout.version)
        if not any((layout.version and other.get(layout.version)) == version for other in versions):
            versions.append(row)
    for versions in kept.values():
        versions.sort(key=lambda row: (layout.version and row.get(layout.version)) or EARLIEST)
    if name == "surveys":
        return [row for versions in kept.values() for row in versions]
    return [versions[-1] for versions in kept.values()]


def _is_usable(name: str, layout: Layout, row: Row, now: datetime) -> bool:
    if any(row.get(column) is None for column in layout.needed):
        return False
    if any(row.get(column) is not None and row[column] not in values for column, values in layout.listed.items()):
        return False
    stamps = [row.get(column) for column, kind in layout.kinds.items() if kind == "instant"]
    latest = LATEST if name == "rosters" else now + timedelta(days=1)
    if any(stamp is not None and not FIRST <= stamp <= latest for stamp in stamps):
        return False
    begins, ends = (row.get(column) for column in SPANS.get(name, ("", "")))
    return begins is None or ends is None or begins <= ends
