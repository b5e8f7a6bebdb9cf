"""Input of many millions of tickets: one demo helpdesk of a million, as often as it takes, side by side in one folder.

A demo of ten million at once would take more memory than the build it is there to measure. Each copy has people, teams,
customers and tickets of its own; what they share is what companies of a kind share: categories, articles, calendars.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import ascii_lowercase

import duckdb

from etl.demo import write_demo
from etl.import_format import TABLES, Table

DESK = 1_000_000  # tickets of one
SHARED = frozenset({"categories", "articles", "calendar_events", "schedules", "activity"})
OWN = frozenset(
    {
        *("ticket_id", "merged_into_ticket_id", "requester_id", "organization_id", "agent_id", "team_id", "actor_id"),
        *("contact_id", "survey_id", "help_session_id", "time_entry_id"),
    }
)
NAMES_SOMEBODY = "event_type in ('agent', 'team', 'merged') and to_value <> ''"
EVENTS_ALONE = frozenset({"tickets", "events", "agents", "teams", "schedules", "categories", "requesters"})


def write_desks(folder: Path, tickets: int, until: datetime, events_alone: bool = False) -> Path:
    """Write helpdesks of together about ``tickets`` in the import format under ``folder``; returns where they stand.

    With ``events_alone`` there is nothing beside tickets, their events, and whom and what these name.
    """
    size = min(tickets, DESK)
    one = folder / f"demo-{size}"
    if not (one / "truth.json").exists():
        write_demo(one, tickets=size, until=until)
    copies = round(tickets / size)
    if copies == 1 and not events_alone:
        return one
    many = folder / f"demo-{size}-by-{copies}{'-events' if events_alone else ''}"
    many.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        for file in sorted(one.glob("*.parquet")):
            if not events_alone or file.stem in EVENTS_ALONE:
                rows = _rows(connection, TABLES[file.stem], file, 1 if file.stem in SHARED else copies)
                connection.execute(f"copy ({rows}) to '{many / file.name}' (format parquet)")
    return many


def _rows(connection: duckdb.DuckDBPyConnection, table: Table, file: Path, copies: int) -> str:
    """Return a SELECT of a table's rows, each copy with ids of its own."""
    there = {name for name, *_ in connection.execute(f"describe from '{file}'").fetchall()}
    said = {name: f"copy || {name}" for name in OWN & there} if copies > 1 else {}
    if "to_value" in there and copies > 1:
        said["to_value"] = f"case when {NAMES_SOMEBODY} then copy || to_value else to_value end"
    columns = ", ".join(f"{said.get(c.name, c.name)} as {c.name}" for c in table.columns if c.name in there)
    one = f"select {columns} from '{file}'"
    return " union all ".join(one.replace("copy ||", f"'{letter}' ||") for letter in ascii_lowercase[:copies])
