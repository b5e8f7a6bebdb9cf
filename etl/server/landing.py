"""Raw tables and settings, carried from where extraction keeps them to the server, as Arrow and in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb

from config.errors import BadSetting, ServerAway

if TYPE_CHECKING:
    from adbc_driver_postgresql.dbapi import Connection

RAW = "raw"


def land(
    local: duckdb.DuckDBPyConnection, url: str, schema: str, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Copy every raw table into the server's schema ``raw`` and every ``cfg_`` table into ``schema``.

    ``local`` has both (``etl.build.open_raw``); ``url`` is libpq's own form of the address. Either all of it lands or
    nothing. Raises ``ServerAway``, and ``BadSetting`` without the driver.
    """
    with closing(_connect(url)) as server:
        with server.cursor() as cursor:  # what is not handed over any more is not left lying there either
            cursor.execute(f"drop schema if exists {RAW} cascade")
            cursor.execute(f"create schema {RAW}")
        for catalog, table in _tables(local):
            progress(f"land {table}")
            _land(local, server, f'{catalog}."{table}"', RAW if catalog == RAW else schema, table)
        server.commit()


def _connect(url: str) -> Connection:
    try:
        from adbc_driver_postgresql import dbapi
    except ModuleNotFoundError as error:
        raise BadSetting("warehouse: a PostgreSQL server needs requirements-postgresql.txt") from error
    try:
        return dbapi.connect(url)
    except dbapi.Error as error:
        raise ServerAway(f"the warehouse cannot be reached: {str(error).splitlines()[0]}") from error


def _tables(local: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    rows = local.execute(
        """
        select database_name, table_name
        from (
            select database_name, table_name from duckdb_tables()
            union all
            select database_name, view_name from duckdb_views() where not internal
        )
        where (database_name = 'raw' and (table_name like 'files_%' or table_name = 'live_source'))
            or table_name like 'cfg_%'
        order by all
        """
    ).fetchall()
    return [(str(catalog), str(table)) for catalog, table in rows]


def _land(local: duckdb.DuckDBPyConnection, server: Connection, read: str, schema: str, table: str) -> None:
    from adbc_driver_postgresql import dbapi

    try:
        with server.cursor() as cursor:
            cursor.adbc_ingest(
                table, local.sql(f"from {read}").to_arrow_reader(100_000), "create", db_schema_name=schema
            )
    except dbapi.OperationalError as error:
        raise ServerAway(f"the warehouse went away while {table} landed: {str(error).splitlines()[0]}") from error
