"""Telling good rows from bad ones: one table of the import format out of one or several files, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from etl.import_format import Table
from etl.sources.files.expressions import Given, Typed
from etl.sources.files.relation import Relation, named, quoted
from etl.sources.files.values import staged, typed

IN_ORDER = {  # what cannot come before what; anything else may
    "tickets": (("created_at", "solved_at"), ("created_at", "closed_at")),
    "contacts": (("offered_at", "answered_at"), ("offered_at", "ended_at")),
    "rosters": (("starts_at", "ends_at"),),
    "calendar_events": (("starts_on", "ends_on"),),
}
PLANS = ("rosters",)  # tables that speak of the future
ALWAYS = "1900-01-01"  # what an empty valid_from in a key stands for: from the beginning


@dataclass(frozen=True)
class Part:
    """One file's share of a table: its relation and where each column comes from."""

    relation: Relation
    given: tuple[Given, ...]
    url_template: str = ""


@dataclass(frozen=True)
class Screen:
    """The typed rows of a table over all its files.

    ``rows``: SELECT of ``file_no, line, bad`` and the table's columns. ``faulty``: per file, SELECT of
    ``line, reason, row_json`` for its bad rows.
    """

    table: Table
    rows: str
    faulty: tuple[str, ...]
    row_json: tuple[str, ...]  # per file, SELECT of line, row_json of every row


def screen(table: Table, parts: Sequence[Part], now: datetime, count_position: bool) -> Screen:
    """Return the SQL that types and judges ``table``; ``now`` is naive UTC.

    With ``count_position`` a row's position is its place among its ticket's rows, bad ones included, so
    that mending a bad row moves no other. Raises ``BadInput`` for a Parquet type that cannot be meant.
    """
    rows, faulty, row_json = [], [], []
    for number, part in enumerate(parts):
        columns = {g.column.name: typed(g, part.relation.label) for g in part.given}
        faults = [fault for c in columns.values() for fault in c.faults]
        faults += _table_faults(table, set(columns), now)
        base = part.relation.sql
        if part.relation.has_nul:
            faults.append((_holds_nul(part.relation), quoted("holds a NUL byte")))
        sql = staged(base, _with_url(part, columns))
        bad = " or ".join(f"({condition}) is true" for condition, _ in faults) or "false"
        rows.append(
            f"select {number} as file_no, line, {bad} as bad, {_selected(table, set(columns), part)} from ({sql})"
        )
        messages = ", ".join(f"case when {condition} then {message} end" for condition, message in faults) or "null"
        as_json = _as_json(part.relation)
        faulty.append(
            f"select line, concat_ws('; ', {messages}) as reason, {as_json} as row_json from ({sql}) where {bad}"
        )
        row_json.append(f"select line, {as_json} as row_json from ({base})")
    union = " union all ".join(rows)
    if count_position:
        place = "row_number() over (partition by ticket_id order by file_no, line)"
        union = f"select * replace ({place} as position) from ({union})"
    return Screen(table, union, tuple(faulty), tuple(row_json))


def _table_faults(table: Table, present: set[str], now: datetime) -> list[tuple[str, str]]:
    faults = []
    latest = quoted((now + timedelta(days=1)).isoformat(sep=" "))
    for column in table.columns:
        if column.kind == "instant" and column.name in present and table.name not in PLANS:
            says = (
                f"concat({quoted(column.name + ' ')}, strftime({column.name}, '%Y-%m-%d %H:%M'), ' lies in the future')"
            )
            faults.append((f"{column.name} > timestamp {latest}", says))
    for earlier, later in IN_ORDER.get(table.name, ()):
        if {earlier, later} <= present:
            says = f"concat('{later} ', {later}, ' lies before {earlier} ', {earlier})"
            faults.append((f"{later} < {earlier}", says))
    return faults


def _selected(table: Table, present: set[str], part: Part) -> str:
    types = {
        "text": "varchar",
        "instant": "timestamp",
        "date": "date",
        "integer": "bigint",
        "number": "double",
        "boolean": "boolean",
    }
    expressions = []
    for column in table.columns:
        name = named(column.name)
        sql = (
            name
            if column.name in present or (column.name == "url" and part.url_template)
            else f"null::{types[column.kind]}"
        )
        if column.name in table.key and column.kind == "date" and not column.required:
            sql = f"coalesce({sql}, date '{ALWAYS}')"
        expressions.append(f"{sql} as {name}")
    return ", ".join(expressions)


def _with_url(part: Part, columns: dict[str, Typed]) -> list[Typed]:
    """Add the link made from the mapping's template, empty where a column it needs is."""
    everything = list(columns.values())
    if not part.url_template or "url" in columns:
        return everything
    pieces = []
    for index, piece in enumerate(part.url_template.replace("}", "{").split("{")):
        pieces.append(f"url_encode({named(piece)})" if index % 2 else quoted(piece))
    depth = max(len(c.stages) for c in everything)
    padding = [(f"url_{i}", "null") for i in range(depth)]  # computed after every other column
    return [*everything, Typed(stages=[*padding, ("url", " || ".join(pieces))])]


def _holds_nul(relation: Relation) -> str:
    return " or ".join(f"contains(c{i}, '␀')" for i in range(len(relation.headers)))


def _as_json(relation: Relation) -> str:
    """Return SQL for a row as it stood in the file, as JSON under its headers (``category#2`` where one repeats)."""
    seen: dict[str, int] = {}
    fields = []
    for index, header in enumerate(relation.headers):
        seen[header] = seen.get(header, 0) + 1
        name = header if seen[header] == 1 else f"{header}#{seen[header]}"
        fields.append(f"{quoted(name)}, c{index}")
    return f"json_object({', '.join(fields)})::varchar"


def judged(connection: duckdb.DuckDBPyConnection, screened: Screen, parts: Sequence[Part]) -> None:
    """Fill ``quarantined(file_no, line, reason, row_json)`` and ``good(file_no, line, kh, row_hash)`` in ``connection``.

    ``kh`` hashes key and version, ``row_hash`` every documented column.
    """
    table = screened.table
    connection.execute(
        "create or replace table quarantined (file_no integer, line bigint, reason varchar, row_json varchar)"
    )
    for number, part in enumerate(parts):
        connection.execute(f"insert into quarantined select {number}, * from ({screened.faulty[number]})")
        rejects = [(number, r.line, r.reason, r.text) for r in part.relation.rejects]
        if rejects:
            connection.executemany("insert into quarantined values (?, ?, ?, json_object('text', ?)::varchar)", rejects)
    connection.execute(
        f"create or replace table good as select file_no, line, {key_hash(table)} as kh, {row_hash(table)} as row_hash from ({screened.rows}) where not bad"
    )


def key_hash(table: Table) -> str:
    """Return SQL for the hash of a row's key and version."""
    columns = (*table.key, *((table.version,) if table.version else ()))
    return f"hash({', '.join(named(c) for c in columns)})"


def row_hash(table: Table) -> str:
    """Return SQL for the hash of a whole row, a positive BIGINT."""
    return f"(hash({', '.join(named(c.name) for c in table.columns)}) >> 1)::bigint"
