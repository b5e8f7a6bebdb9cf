"""Telling good rows from bad ones: one table of the import format out of one or several files, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
SQL_TYPES = {
    "text": "varchar",
    "instant": "timestamp",
    "date": "date",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
}
# What an empty part of a key stands for, as no key may be null: from the beginning; nobody in particular.
EMPTY_IN_KEY = {"date": "date '1900-01-01'", "text": "''"}


@dataclass(frozen=True)
class Part:
    """One file's share of a table: its relation and where each column comes from."""

    relation: Relation
    given: tuple[Given, ...]
    url_template: str = ""


@dataclass(frozen=True)
class Screen:
    """The typed rows of a table over all its files, as SQL."""

    table: Table
    rows: str  # SELECT of file_no, line, bad and the table's columns
    faulty: tuple[str, ...]  # per file, SELECT of line, reason and row_json
    row_json: tuple[str, ...]  # the same without the reason


def screen(table: Table, parts: Sequence[Part], now: datetime, count_position: bool) -> Screen:
    """Return the SQL that types and judges ``table``; ``now`` is naive UTC.

    With ``count_position`` a row's position is its place among its ticket's rows, bad ones included, so
    that mending a bad row moves no other. Raises ``BadInput`` for a Parquet type that cannot be meant.
    """
    rows, faulty, row_json = [], [], []
    for number, part in enumerate(parts):
        columns = {g.column.name: typed(g, part.relation.label) for g in part.given}
        faults = [fault for c in columns.values() for fault in c.faults] + _table_faults(table, set(columns), now)
        if part.relation.nul_sign:
            faults.append((_holds_nul(part.relation), quoted("holds a NUL byte")))
        if part.url_template:
            columns.setdefault("url", _link(part.url_template, columns))
        sql, as_json = staged(part.relation.sql, list(columns.values())), _as_json(part.relation)
        bad = " or ".join(f"({condition}) is true" for condition, _ in faults) or "false"
        messages = ", ".join(f"case when {condition} then {message} end" for condition, message in faults) or "null"
        rows.append(f"select {number} as file_no, line, {bad} as bad, {_selected(table, set(columns))} from ({sql})")
        faulty.append(f"select line, concat_ws('; ', {messages}) as reason, {as_json} as row_json from ({sql})")
        row_json.append(f"select line, {as_json} as row_json from ({part.relation.sql})")
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


def _selected(table: Table, present: set[str]) -> str:
    expressions = []
    for column in table.columns:
        name = named(column.name)
        sql = name if column.name in present else f"null::{SQL_TYPES[column.kind]}"
        if column.name in table.key and column.kind in EMPTY_IN_KEY and not column.required:
            sql = f"coalesce({sql}, {EMPTY_IN_KEY[column.kind]})"
        expressions.append(f"{sql} as {name}")
    return ", ".join(expressions)


def _link(template: str, columns: Mapping[str, Typed]) -> Typed:
    """Return the link a template makes, empty where a column it needs is; computed after every other column."""
    pieces = template.replace("}", "{").split("{")
    text = " || ".join(f"url_encode({named(p)})" if i % 2 else quoted(p) for i, p in enumerate(pieces))
    depth = max(len(c.stages) for c in columns.values())
    return Typed(stages=[*((f"url_{i}", "null") for i in range(depth)), ("url", text)])


def _holds_nul(relation: Relation) -> str:
    texts = [f"c{i}" for i, type_ in enumerate(relation.types) if type_ == "VARCHAR"]
    return " or ".join(f"contains({text}, {relation.nul_sign})" for text in texts) or "false"


def _as_json(relation: Relation) -> str:
    """Return SQL for a row as it stood in the file, as JSON under its headers (``category#2`` where one repeats)."""
    seen: dict[str, int] = {}
    fields = []
    for index, header in enumerate(relation.headers):
        seen[header] = seen.get(header, 0) + 1
        name = header if seen[header] == 1 else f"{header}#{seen[header]}"
        fields.append(f"{quoted(name)}, c{index}")
    return f"json_object({', '.join(fields)})::varchar"
