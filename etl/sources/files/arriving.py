"""New rows on their way into raw: a view over the files they stand in, and the statement by which dlt takes them in.

What a view says is computed while its rows are inserted, so that no row is written down in between.
"""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from etl.import_format import Table, raw_schema
from etl.sources.files.relation import named, quoted

DATABASE = "arriving"


def attach_arriving(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
    """Give ``connection`` a database of its own under ``work``, in which views outlive the connection."""
    connection.execute(f"attach {quoted(str(_file(work)))} as {DATABASE}")


def kept(connection: duckdb.DuckDBPyConnection, name: str, rows: str) -> str:
    """Write a SELECT of ``rows`` into the database, where the views may read it; returns the name to read it by."""
    connection.execute(f"create table {DATABASE}.main.{named(name)} as {rows}")
    return f"{DATABASE}.main.{named(name)}"


def offer(connection: duckdb.DuckDBPyConnection, table: Table, rows: str, work: Path) -> None:
    """Make ``rows`` what is to be loaded into ``table``: a SELECT over files and the database only."""
    connection.execute(f"create view {arriving(table)} as {rows}")
    statement(work, table).write_text(_model(work, table), encoding="utf-8")


def arriving(table: Table) -> str:
    """Return the name of the view of the rows to load into a table."""
    return f"{DATABASE}.main.files_{table.name}"


def statement(work: Path, table: Table) -> Path:
    """Return where the statement that loads a table's new rows is written, if there are any."""
    return work / f"{table.name}.model"


def _file(work: Path) -> Path:
    return work / f"{DATABASE}.duckdb"


def _model(work: Path, table: Table) -> str:
    """Return the statement as dlt reads it; in plain text, for dlt cannot be imported by two threads at once."""
    columns = ", ".join(f"{named(field.name)} as {named(field.name)}" for field in raw_schema(table))
    attach = f"attach if not exists {quoted(str(_file(work)))} as {DATABASE} (read_only)"
    statements = [{"sql": attach, "secret": False, "key": attach}]
    attached = [{"attach_type": "duckdb", "alias": DATABASE, "statements": statements}]
    return f"dialect: duckdb\nattach: {json.dumps(attached)}\nselect {columns} from {arriving(table)}\n"
