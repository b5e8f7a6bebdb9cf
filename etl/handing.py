"""What every source hands over, as one ``raw``: files as they are, helpdesks through ``sql/staging/KIND/TABLE.sql``.

The canonical shape is the import format. Each SELECT under ``sql/staging/KIND`` turns the raw tables of one kind of
helpdesk into one table of it, so nothing behind this wall knows where a ticket came from. What helpdesks share has that
shape already, or becomes it in ``sql/staging/live``.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from config.errors import RunRefused
from etl.import_format import LOAD_COLUMNS, TABLES, Table, raw_schema
from etl.making import two_at_a_time
from etl.models import SQL
from etl.sources.catalog import connector
from etl.sources.files.raw import COUNTS
from etl.sources.files.relation import instant_literal, named, quoted
from etl.sources.files.screening import SQL_TYPES
from etl.sources.live.brought import lacking
from etl.sources.live.shared import CHANGES, PREFIX
from etl.sources.live.store import SLICES

EXTRACT = "extract"
_IN_DATABASE = f"from duckdb_tables() where database_name = '{EXTRACT}' and schema_name = 'main'"


def attach_raw(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Attach the raw database at ``path`` as ``raw``; returns whether a live source is in it (``raw.live_source``).

    Raises ``RunRefused`` while a live source was never read to its end.
    """
    connection.execute(f"attach {quoted(str(path))} as {EXTRACT} (read_only)")
    there = {str(name) for (name,) in connection.execute(f"select table_name {_IN_DATABASE}").fetchall()}
    kinds = _kinds(connection) if SLICES in there else []
    connection.execute("attach ':memory:' as raw")
    connection.execute("create table raw.live_source (source varchar, lacks_fields boolean)")
    lacks = lacking(connection, f"{EXTRACT}.main.{SLICES}", connector) if kinds else {}
    for source, fields in lacks.items():
        connection.execute("insert into raw.live_source values (?, ?)", [source, bool(fields)])
    files = {f"files_{name}" for name in TABLES}
    for name in sorted(there - files):
        connection.execute(f"create view raw.{named(name)} as select * from {EXTRACT}.main.{named(name)}")
    for kind in kinds:
        _complete(connection, kind, there)
    parts: dict[str, list[str]] = {name: [] for name in TABLES}
    for name, table in TABLES.items():
        alike = {f"files_{name}"} if _model(PREFIX, name).exists() else {f"files_{name}", f"{PREFIX}_{name}"}
        for as_it_is in sorted(alike & there):
            columns = ", ".join(named(field.name) for field in raw_schema(table))
            parts[name].append(f"select {columns} from {EXTRACT}.main.{as_it_is}")
    staged = [*kinds, PREFIX] if f"{PREFIX}_{CHANGES.name}" in there else kinds
    with two_at_a_time(connection) as hand_over:  # none reads another
        told = [
            (model.stem, hand_over(partial(_handed, kind=kind, model=model)))
            for kind in staged
            for model in sorted(_model(kind, "*").parent.glob("*.sql"))
        ]
        for name, select in told:
            parts[name].append(select.result())
    for name, table in TABLES.items():
        union = " union all ".join(parts[name] or [_empty(table)])
        connection.execute(f"create view raw.files_{name} as {union}")
    return bool(kinds)


def _model(kind: str, table: str) -> Path:
    return SQL / "staging" / kind / f"{table}.sql"


def _kinds(connection: duckdb.DuckDBPyConnection) -> list[str]:
    unfinished = connection.execute(
        f"select distinct source from {EXTRACT}.main.{SLICES} except select source from {EXTRACT}.main.{COUNTS}"
    ).fetchall()
    if unfinished:
        name = unfinished[0][0]
        raise RunRefused(
            f"{name} was not yet read to its end; finish it: python -m etl run --source {name}; or: etl forget {name}"
        )
    return [
        str(kind)
        for (kind,) in connection.execute(f"select distinct kind from {EXTRACT}.main.{SLICES} order by kind").fetchall()
    ]


def _handed(connection: duckdb.DuckDBPyConnection, kind: str, model: Path) -> str:
    """Make one table of the import format out of a kind's raw tables; returns the SELECT of it as raw has it."""
    made = f"raw.{kind}__{model.stem}"
    connection.execute(f"create table {made} as {model.read_text(encoding='utf-8')}")
    described = {str(row[0]) for row in connection.execute(f"describe {made}").fetchall()}
    newest = connection.execute(
        f"select max(loaded_at) from {EXTRACT}.main.{SLICES} where kind = $kind or $kind = '{PREFIX}'", {"kind": kind}
    ).fetchone()
    columns = [
        f"cast({named(c.name) if c.name in described else 'null'} as {SQL_TYPES[c.kind]}) as {named(c.name)}"
        for c in TABLES[model.stem].columns
    ]
    # A staging SELECT gives every row once: there are no versions to choose from.
    loaded_at = instant_literal(newest[0]) if newest else "null"
    return f"select {', '.join(columns)}, source, cast(0 as bigint) as _row_hash, {loaded_at} as _loaded_at from {made}"


def _complete(connection: duckdb.DuckDBPyConnection, kind: str, there: set[str]) -> None:
    """Show the raw tables of a kind with every table and column it has by now, whenever it was last read."""
    vendor = connector(kind)
    for table in vendor.tables:
        name, schema = vendor.raw_name(table.name), raw_schema(table)
        if name not in there:
            connection.execute(f"create or replace view raw.{named(name)} as {_empty(table)}")
            continue
        held = {str(row[0]) for row in connection.execute(f"describe {EXTRACT}.main.{named(name)}").fetchall()}
        types = {c.name: SQL_TYPES[c.kind] for c in table.columns}
        if new := [f"cast(null as {types[f.name]}) as {named(f.name)}" for f in schema if f.name not in held]:
            told = f"select *, {', '.join(new)} from {EXTRACT}.main.{named(name)}"
            connection.execute(f"create or replace view raw.{named(name)} as {told}")


def _empty(table: Table) -> str:
    types = {"string": "varchar", "int64": "bigint", "timestamp[us]": "timestamp"}
    columns = [f"cast(null as {SQL_TYPES[c.kind]}) as {named(c.name)}" for c in table.columns]
    columns += [f"cast(null as {types[str(type_)]}) as {named(name)}" for name, type_ in LOAD_COLUMNS]
    return f"select {', '.join(columns)} where false"
