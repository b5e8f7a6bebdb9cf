"""Spark: a build is a database, and a view of one row each says what stands on a shelf and which of it holds.

Spark's tables know no transaction, but a view is altered in one step of the metastore: readers see the shelf before or
after. A database cannot be renamed, so it carries its name from the start, and holds nothing until the view says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import ProgrammingError

from config.errors import BadSetting
from metrics.servers import HOUSE, Held
from metrics.servers.files import as_spark_writes, forget_folder, write_parts
from metrics.servers.thrift import literal

BEGINS = "deskpulse_"  # one metastore serves many a house
NOT_THERE = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND")
COLUMNS = "schema_name, build_id, computed_at, holds"


def engine(url: URL, schema: str) -> Engine:
    """Return an engine whose sessions stand in a database; a session the server dropped is opened anew."""
    if url.database:
        raise BadSetting("warehouse: a sparksql:// address names no database; builds have databases of their own")
    return create_engine(url.set(database=schema or "default"), pool_pre_ping=True)


def prepare(connection: Connection) -> None:
    """Make what all builds share, where it is not there yet."""
    said(connection, f"create database if not exists {HOUSE}")


def said(connection: Connection, statement: str) -> Any:
    """Run a statement as it is written and return its result."""
    return connection.execution_options(no_parameters=True).exec_driver_sql(statement)


def standing(connection: Connection, shelf: str) -> list[tuple[Held, bool]]:
    """Return what stands on a shelf, newest first, and which of it holds; nothing where nothing is prepared."""
    rows = _read(connection, f"select {COLUMNS} from {HOUSE}.shelf_{shelf}")
    stands = [(Held(*told), holds) for *told, holds in rows]
    return sorted(stands, key=lambda one: one[0].computed_at, reverse=True)


def _read(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    try:
        return [tuple(row) for row in said(connection, query)]
    except ProgrammingError as error:
        if any(reason in str(error.orig) for reason in NOT_THERE):
            return []
        raise


def _put(connection: Connection, shelf: str, rows: list[tuple[Held, bool]]) -> None:
    view = f"{HOUSE}.shelf_{shelf}"
    if not rows:
        said(connection, f"drop view if exists {view}")
        return
    told = ", ".join(
        f"({', '.join(map(literal, (one.schema, one.build_id, one.computed_at, holds)))})" for one, holds in rows
    )
    _show(connection, view, f"select * from values {told} as shelf ({COLUMNS})")


def _show(connection: Connection, view: str, query: str) -> None:
    """Let a view show something else, in one step; ``create or replace`` drops it first, and readers fall between."""
    try:
        said(connection, f"alter view {view} as {query}")
    except ProgrammingError as error:
        if not any(reason in str(error.orig) for reason in NOT_THERE):
            raise
        said(connection, f"create view {view} as {query}")


def hold(connection: Connection, shelf: str, told: Held) -> None:
    """Let a schema hold, on the shelf already or new there, in one step."""
    others = [(one, False) for one, _ in standing(connection, shelf) if one.schema != told.schema]
    _put(connection, shelf, [(told, True), *others])


def forget(connection: Connection, shelf: str, told: Held) -> None:
    """Take a schema off its shelf, and drop it."""
    _put(connection, shelf, [(one, holds) for one, holds in standing(connection, shelf) if one != told])
    said(connection, f"drop database if exists `{told.schema}` cascade")


def forget_unfinished(connection: Connection, shelf: str) -> None:
    """Drop what killed runs left behind: databases made for a shelf that do not stand on it."""
    stand = {one.schema for one, _ in standing(connection, shelf)}
    for schema, *_ in said(connection, f"show databases like '{BEGINS}{shelf}_*'").all():
        if schema not in stand:
            said(connection, f"drop database `{schema}` cascade")


def write(connection: Connection, schema: str, table: str, rows: pa.Table, files: str) -> None:
    """Make a table of a schema: its rows go by way of the folder both sides see."""
    folder = f"{schema}/{table}"
    write_parts(files, folder, rows.to_reader())
    said(
        connection,
        f"create table `{schema}`.`{table}` using parquet as select * from parquet.`{as_spark_writes(files, folder)}`",
    )
    forget_folder(files, folder)


def let_whole_desk_in(connection: Connection, schema: str, readers: Mapping[str, Any]) -> None:
    """Refuse readers by role: the server knows none (docs/deploy.md). Raises ``BadSetting``."""
    if readers:
        raise BadSetting("warehouse_readers: a Spark Thrift Server knows no roles; say there who may connect to it")


def attempt(connection: Connection, step: str) -> str | None:
    """Return how a step's newest attempt went, as it was noted."""
    rows = _read(connection, f"select told from {HOUSE}.attempt_{step}")
    return str(rows[0][0]) if rows else None


def note_attempt(connection: Connection, step: str, told: str) -> None:
    """Remember how a step's newest attempt went."""
    _show(connection, f"{HOUSE}.attempt_{step}", f"select {literal(told)} as told")
