"""A build on Spark: raw handed over as Parquet in a folder both sides see, made in a database of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter

import duckdb
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError

from config.errors import BadSetting, RunRefused, ServerAway
from config.settings import Settings, utc_naive
from etl.build import BuildStamp
from etl.models import SQL, Model
from etl.server import ANOTHER_RUN, RAW, Progress, tables_to_land
from metrics.server import BUILD, Held, connected, engine_of, schema_name
from metrics.servers import spark as server_kind
from metrics.servers.files import as_spark_writes, folders, forget_folder, write_parts
from metrics.servers.spark import said
from metrics.servers.thrift import literal

AT_ONCE = 2  # statements: one alone leaves the cluster waiting at its beginning and its end
CHECKS_AT_ONCE = 12  # of one statement
LOCK = "deskpulse_building"  # a database: only one can be made under a name
GIVEN_UP = timedelta(hours=12)  # whose run began longer ago on another machine is taken for dead
OURS = "Deskpulse: raw tables as they landed"
_holding: set[str] = set()  # addresses this process builds at now: any other lock of its own is left over


@dataclass(frozen=True)
class Spark:
    """How a build is made there (``etl.server.Maker``)."""

    settings: Settings

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock for builds: a database that says who runs since when."""
        url = self.settings.warehouse
        with connected(url) as server:
            _take_lock(server, url)
        _holding.add(url)
        try:
            yield
        finally:
            _holding.discard(url)
            with suppress(ServerAway), connected(url) as server:
                said(server, f"drop database if exists {LOCK}")

    def begin(self, stamp: BuildStamp) -> str:
        """Clear up and make a database for a build."""
        schema = schema_name(self.settings.warehouse, BUILD, stamp.build_id)
        with connected(self.settings.warehouse) as server:
            server_kind.prepare(server)
            server_kind.let_whole_desk_in(server, schema, self.settings.warehouse_readers)
            server_kind.forget_unfinished(server, BUILD)
            said(server, f"create database {schema}")
        return schema

    def land(self, local: duckdb.DuckDBPyConnection, schema: str, progress: Progress) -> None:
        """Write every raw table as Parquet and let the tables of ``raw`` be those files; ``cfg_`` tables are copied."""
        files, tables = self.settings.warehouse_files, tables_to_land(local)
        older = [folder for folder in folders(files) if folder.startswith(server_kind.BEGINS + BUILD)]
        forget_folder(files, schema)
        for catalog, table in tables:
            progress(f"land {table}")
            write_parts(files, f"{schema}/{table}", local.sql(f'from {catalog}."{table}"').to_arrow_reader(100_000))
        with connected(self.settings.warehouse) as server:
            _make_raw_ours(server)
            for catalog, table in tables:
                where = as_spark_writes(files, f"{schema}/{table}")
                if catalog == RAW:
                    said(server, f"create table {RAW}.{table} using parquet location {literal(where)}")
                else:
                    said(server, f"create table {schema}.{table} using parquet as select * from parquet.`{where}`")
        for folder in set(older) - {schema}:  # nothing reads them any more
            forget_folder(files, folder)

    def make(self, schema: str, models: Sequence[Model], also: Mapping[str, str], progress: Progress) -> None:
        """Make every model as soon as what it reads is there, two at a time; then what else is told."""
        with self._session(schema) as server:
            for function in (SQL / "functions" / "spark.sql").read_text(encoding="utf-8").split(";\n"):
                said(server, function.rstrip(";\n")) if function.strip() else None
        waiting = TopologicalSorter({model.name: model.reads & {one.name for one in models} for model in models})
        waiting.prepare()
        known = {model.name: model for model in models}
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while waiting.is_active():
                for name in waiting.get_ready():
                    running[pool.submit(self._create, schema, known[name], progress)] = name
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    done.result()
                    waiting.done(running.pop(done))
        with self._session(schema) as server:
            for table, select in also.items():
                said(server, f"create table {table} using parquet as {select}")

    def _create(self, schema: str, model: Model, progress: Progress) -> None:
        progress(f"build {model.name}")
        kind = f"view {model.name}" if model.is_view else f"table {model.name} using parquet"
        with self._session(schema) as server:
            try:
                said(server, f"create {kind} as {model.sql}")
            except DBAPIError as error:
                error.add_note(f"while making {model.name}")
                raise

    def broken(self, schema: str, checks: Sequence[str]) -> list[int]:
        """Return how many rows each SELECT of broken rows finds; several are asked in one."""
        numbered = list(enumerate(checks))
        statements = [
            " union all ".join(f"select {nth} as nth, count(*) as broken from ({sql}) as broken" for nth, sql in part)
            for part in (numbered[at : at + CHECKS_AT_ONCE] for at in range(0, len(numbered), CHECKS_AT_ONCE))
        ]

        def counted(statement: str) -> list[tuple[int, int]]:
            with self._session(schema) as server:
                return [(int(nth), int(count)) for nth, count in said(server, statement)]

        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(row for rows in pool.map(counted, statements) for row in rows)
        return [found[nth] for nth, _ in numbered]

    def finish(self, schema: str, stamp: BuildStamp) -> str:
        """Let a checked build hold."""
        with connected(self.settings.warehouse) as server:
            server_kind.hold(server, BUILD, Held(schema, stamp.build_id, utc_naive(stamp.built_at)))
        return schema

    @contextmanager
    def _session(self, schema: str) -> Iterator[Connection]:
        with engine_of(self.settings.warehouse, schema).connect() as connection:
            yield connection


def _make_raw_ours(server: Connection) -> None:
    """Make the database of raw tables anew; raises ``BadSetting`` where somebody else's has its name."""
    said(server, f"create database if not exists {RAW} comment {literal(OURS)}")
    told = {str(name): str(value) for name, value, *_ in said(server, f"describe database {RAW}")}
    if told.get("Comment") != OURS:
        raise BadSetting(f"warehouse: the cluster has a database {RAW} that is not Deskpulse's")
    for _, table, *_ in said(server, f"show tables in {RAW}").all():
        said(server, f"drop table {RAW}.{table}")


def _take_lock(server: Connection, url: str) -> None:
    me = f"{socket.gethostname()} {os.getpid()} {datetime.now(UTC).isoformat()}"
    try:
        said(server, f"create database {LOCK} comment {literal(me)}")
    except ProgrammingError as error:
        if "ALREADY_EXISTS" not in str(error.orig):
            raise
        if not _is_left_behind(server, url):
            raise RunRefused(ANOTHER_RUN) from error
        said(server, f"drop database {LOCK}")
        said(server, f"create database {LOCK} comment {literal(me)}")


def _is_left_behind(server: Connection, url: str) -> bool:
    """Tell whether the run that holds the lock is over: its process gone, or its day."""
    told = {str(name): str(value) for name, value, *_ in said(server, f"describe database {LOCK}")}
    host, pid, began = told["Comment"].split()
    if host == socket.gethostname():
        return url not in _holding if int(pid) == os.getpid() else not _lives(int(pid))
    return datetime.now(UTC) - datetime.fromisoformat(began) > GIVEN_UP


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
