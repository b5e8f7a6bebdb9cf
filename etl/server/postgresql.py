"""A build on PostgreSQL: carried over as Arrow, made in one transaction, renamed when it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from config.errors import BadSetting, RunRefused, ServerAway
from config.settings import Settings, utc_naive
from etl.build import BuildStamp
from etl.models import SQL, Model, models
from etl.server import ANOTHER_RUN, RAW, Progress, tables_to_land
from etl.server.readers import let_in
from metrics.server import BUILD, HOUSE, Held, connected, schema_name
from metrics.servers import postgresql as server_kind

if TYPE_CHECKING:
    from adbc_driver_postgresql import dbapi

ONE_AT_A_TIME = 4_257_701  # the lock runs of all machines take turns by
# Tables are made of tables that were made a moment ago: compiling each statement costs more than running it.
SESSION = ("set jit = off", "set work_mem = '256MB'", "set synchronous_commit = off", "set timezone = 'UTC'")


@dataclass(frozen=True)
class PostgreSQL:
    """How a build is made there (``etl.server.Maker``)."""

    settings: Settings

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the server's lock for builds; the server frees it when the connection ends, however it ends."""
        with connected(self.settings.warehouse) as connection:
            if not connection.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME}):
                raise RunRefused(ANOTHER_RUN)
            yield

    def begin(self, stamp: BuildStamp) -> str:
        """Clear up and make a schema for a build."""
        unfinished = schema_name(self.settings.warehouse, server_kind.UNFINISHED.rstrip("_"), stamp.build_id)
        with connected(self.settings.warehouse) as server:
            server_kind.prepare(server)
            server_kind.forget_unfinished(server, BUILD)
            server.exec_driver_sql(f"create schema {unfinished}")
        return unfinished

    def land(self, local: duckdb.DuckDBPyConnection, schema: str, progress: Progress) -> None:
        """Copy every raw table into the server's schema ``raw`` and every ``cfg_`` table into ``schema``.

        Either all of it lands or nothing. Raises ``ServerAway``, and ``BadSetting`` without the driver.
        """
        url = make_url(self.settings.warehouse).set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(_driver_connection(url)) as server:
            with server.cursor() as cursor:  # what is not handed over any more is not left lying there either
                cursor.execute(f"drop schema if exists {RAW} cascade")
                cursor.execute(f"create schema {RAW}")
            for catalog, table in tables_to_land(local):
                progress(f"land {table}")
                _land(local, server, f'{catalog}."{table}"', RAW if catalog == RAW else schema, table)
            server.commit()

    def make(self, schema: str, models: Sequence[Model], also: Mapping[str, str], progress: Progress) -> None:
        """Make every model, and what else is told, in one transaction."""
        with self._session(schema) as server:
            for model in models:
                progress(f"build {model.name}")
                try:
                    server.exec_driver_sql(f"create {_kind(model)} {model.name} as {model.sql}")
                    if not model.is_view:
                        server.exec_driver_sql(f"analyze {model.name}")
                except DBAPIError as error:
                    error.add_note(f"while making {model.name}")
                    raise
            for table, select in also.items():
                server.exec_driver_sql(f"create table {table} as {select}")

    def broken(self, schema: str, checks: Sequence[str]) -> list[int]:
        """Return how many rows each SELECT of broken rows finds."""
        with self._session(schema) as server:
            counts = [server.exec_driver_sql(f"select count(*) from ({sql}) as broken").scalar_one() for sql in checks]
        return [int(count) for count in counts]

    def finish(self, schema: str, stamp: BuildStamp) -> str:
        """Index a checked build, let its readers in, name it and let it hold, in one transaction."""
        finished = schema_name(self.settings.warehouse, BUILD, stamp.build_id)
        with connected(self.settings.warehouse) as server:
            for model in models():  # what published tables are joined by and looked up with
                if model.key and not model.is_working:
                    server.exec_driver_sql(f"create index on {schema}.{model.name} ({', '.join(model.key)})")
            let_in(server, schema, self.settings.warehouse_readers)
            server.exec_driver_sql(f"alter schema {schema} rename to {finished}")
            server_kind.hold(server, BUILD, Held(finished, stamp.build_id, utc_naive(stamp.built_at)))
        return finished

    @contextmanager
    def _session(self, schema: str) -> Iterator[Connection]:
        with connected(self.settings.warehouse) as connection:
            server = connection.execution_options(no_parameters=True)
            for choice in SESSION:
                server.exec_driver_sql(choice.replace("set ", "set local ", 1))
            server.exec_driver_sql(f"set local search_path = {HOUSE}")
            server.exec_driver_sql((SQL / "functions" / "postgresql.sql").read_text(encoding="utf-8"))
            server.exec_driver_sql(f"set local search_path = {schema}, {HOUSE}")
            yield server


def _kind(model: Model) -> str:
    if model.is_view:
        return "view"
    return "unlogged table" if model.is_working else "table"


def _driver_connection(url: str) -> dbapi.Connection:
    try:
        from adbc_driver_postgresql import dbapi
    except ModuleNotFoundError as error:
        raise BadSetting("warehouse: a PostgreSQL server needs requirements-postgresql.txt") from error
    try:
        return dbapi.connect(url)
    except dbapi.Error as error:
        raise ServerAway(f"the warehouse cannot be reached: {str(error).splitlines()[0]}") from error


def _land(local: duckdb.DuckDBPyConnection, server: dbapi.Connection, read: str, schema: str, table: str) -> None:
    from adbc_driver_postgresql import dbapi

    try:
        with server.cursor() as cursor:
            cursor.adbc_ingest(
                table, local.sql(f"from {read}").to_arrow_reader(100_000), "create", db_schema_name=schema
            )
    except dbapi.OperationalError as error:
        raise ServerAway(f"the warehouse went away while {table} landed: {str(error).splitlines()[0]}") from error
