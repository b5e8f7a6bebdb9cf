"""The Deskpulse import format: every table and column a helpdesk can be handed over in.

This is the one description of the format. The file reader validates with it, the demo helpdesk
writes it, raw tables are created from it, the golden stories are told in it, and
``docs/import-format.md`` is generated from it.

A folder in the import format holds one file a table, named as the table (``tickets.parquet``,
``events.csv`` …). Every table but ``tickets`` may be missing. Instants are ISO 8601 with an offset
(``2026-03-02T09:00:00Z``) or Parquet timestamps; an instant without an offset is read as UTC.
"""

from __future__ import annotations

import pyarrow as pa

from etl.import_format.desk import AGENT_STATUSES, AGENTS, CALENDAR_EVENTS, CATEGORIES, ROSTERS, SCHEDULES, TEAMS
from etl.import_format.kinds import ARROW, Column, Kind, Table
from etl.import_format.service import (
    ACTIVITY,
    ARTICLES,
    HELP_SESSIONS,
    ORGANIZATIONS,
    REQUESTERS,
    SLA_TARGETS,
    SURVEYS,
    TIME_ENTRIES,
    VENDOR_FIGURES,
)
from etl.import_format.tickets import (
    ACTOR_TYPES,
    CONTACTS,
    EVENT_TYPES,
    EVENTS,
    PRIORITIES,
    SNAPSHOTS,
    STATUSES,
    TICKETS,
)

__all__ = [
    "ACTOR_TYPES",
    "ARROW",
    "CONTACTS",
    "EVENTS",
    "EVENT_TYPES",
    "LOAD_COLUMNS",
    "PRIORITIES",
    "SNAPSHOTS",
    "STATUSES",
    "TABLES",
    "TICKETS",
    "Column",
    "Kind",
    "Table",
    "raw_schema",
]

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        TICKETS, EVENTS, SNAPSHOTS, CONTACTS, AGENTS, TEAMS, SCHEDULES, CALENDAR_EVENTS, CATEGORIES,
        REQUESTERS, ORGANIZATIONS, SURVEYS, TIME_ENTRIES, ROSTERS, AGENT_STATUSES, HELP_SESSIONS, ARTICLES, SLA_TARGETS,
        ACTIVITY, VENDOR_FIGURES,
    )
}  # fmt: skip

# Every raw table also carries these, written by the loader.
LOAD_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("source", pa.string()),  # the name of the source that was run
    ("_row_hash", pa.int64()),  # hash of the whole row: the same row read twice is the same row
    ("_loaded_at", pa.timestamp("us")),
)


def raw_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of ``raw.files_<table>``: documented columns, then the loader's."""
    return pa.schema([*table.arrow_schema(), *(pa.field(n, t) for n, t in LOAD_COLUMNS)])
