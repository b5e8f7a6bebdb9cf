"""A build on the server: the models of ``sql/`` made in a schema of their own, checked, and let hold in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from config.errors import RunRefused
from config.settings import Settings, utc_naive
from etl.build import BuildStamp, configure
from etl.checks import CheckResult, all_checks, refuse_broken
from etl.handing import attach_raw
from etl.models import SQL, Model, models
from etl.server.landing import RAW, land
from etl.server.readers import let_in
from metrics.server import (
    BUILD,
    HOUSE,
    UNFINISHED,
    Held,
    connected,
    forget_older,
    forget_unfinished,
    hold,
    prepare,
    said_in_a_line,
    schema_name,
)

Progress = Callable[[str], None]
ONE_AT_A_TIME = 4_257_701  # the lock runs of all machines take turns by
# Tables are made of tables that were made a moment ago: compiling each statement costs more than running it.
SESSION = ("set jit = off", "set work_mem = '256MB'", "set synchronous_commit = off", "set timezone = 'UTC'")


def build_and_publish_there(
    settings: Settings, stamp: BuildStamp, progress: Progress = lambda _: None
) -> tuple[str, list[CheckResult]]:
    """Build a warehouse on the server from raw, check it and let it hold; returns its schema and the checks.

    Raises ``RunRefused`` where a check fails or another run is under way there, ``ServerAway``; the build before then
    still holds.
    """
    with duckdb.connect() as local:
        if attach_raw(local, settings.raw_path) and stamp.as_of is None:
            stamp = replace(stamp, as_of=stamp.built_at)  # a helpdesk read live is told of as of now
        configure(local, settings, stamp)
        return build_from(local, settings, stamp, progress)


def build_from(
    local: duckdb.DuckDBPyConnection, settings: Settings, stamp: BuildStamp, progress: Progress = lambda _: None
) -> tuple[str, list[CheckResult]]:
    """Do the same with what a local connection has: raw tables in its catalog ``raw``, and ``cfg_`` tables."""
    url = settings.warehouse
    unfinished, finished = schema_name(UNFINISHED.rstrip("_"), stamp.build_id), schema_name(BUILD, stamp.build_id)
    with _alone(url), said_in_a_line(url):
        with connected(url) as server:
            prepare(server)
            forget_unfinished(server)
            server.exec_driver_sql(f"create schema {unfinished}")
        land(local, _libpq(url), unfinished, progress)
        with _session(url, unfinished) as server:
            _make(server, stamp, progress)
            progress("checks")
            results = _checked(server)
        refuse_broken(results, f"schema {unfinished}")
        with connected(url) as server:
            _index(server, unfinished)
            let_in(server, unfinished, settings.warehouse_readers)
            server.exec_driver_sql(f"alter schema {unfinished} rename to {finished}")
            hold(server, BUILD, Held(finished, stamp.build_id, utc_naive(stamp.built_at)))
        forget_older(url, BUILD, settings.keep_builds)
    return finished, results


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Hold the server's lock for builds; the server frees it when the connection ends, however it ends."""
    with connected(url) as connection:
        if not connection.scalar(text("select pg_try_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME}):
            raise RunRefused("another run is building on this server; wait for it, or stop it")
        yield


@contextmanager
def _session(url: str, schema: str) -> Iterator[Connection]:
    with connected(url) as connection:
        server = connection.execution_options(no_parameters=True)
        for choice in SESSION:
            server.exec_driver_sql(choice.replace("set ", "set local ", 1))
        server.exec_driver_sql(f"set local search_path = {HOUSE}")
        server.exec_driver_sql((SQL / "functions" / "postgresql.sql").read_text(encoding="utf-8"))
        server.exec_driver_sql(f"set local search_path = {schema}, {HOUSE}")
        yield server


def _make(server: Connection, stamp: BuildStamp, progress: Progress) -> None:
    for model in models():
        progress(f"build {model.name}")
        try:
            server.exec_driver_sql(f"create {_kind(model)} {model.name} as {model.sql}")
            if not model.is_view:
                server.exec_driver_sql(f"analyze {model.name}")
        except DBAPIError as error:
            error.add_note(f"while making {model.name}")
            raise
    instant = f"timestamp '{utc_naive(stamp.built_at).isoformat(sep=' ')}'"
    server.exec_driver_sql(
        f"create table build as select text '{stamp.build_id}' as build_id, {instant} as built_at, as_of, local_as_of, "
        "reporting_time_zone from build_clock"
    )
    for table in ("load_count", "quarantine"):  # so that a build explains itself
        if server.exec_driver_sql(f"select to_regclass('{RAW}.files_{table}')").scalar() is not None:
            server.exec_driver_sql(f"create table {table} as select * from {RAW}.files_{table}")


def _kind(model: Model) -> str:
    if model.is_view:
        return "view"
    return "unlogged table" if model.is_working else "table"


def _checked(server: Connection) -> list[CheckResult]:
    results = []
    for name, says, sql in all_checks():
        count = server.exec_driver_sql(f"select count(*) from ({sql}) as broken").scalar_one()
        results.append(CheckResult(name, says, int(count)))
    server.exec_driver_sql("create table check_result (check_name text, says text, failures bigint, passed boolean)")
    told = [{"name": r.name, "says": r.says, "failures": r.failures, "passed": r.passed} for r in results]
    server.execution_options(no_parameters=False).execute(
        text("insert into check_result values (:name, :says, :failures, :passed)"), told
    )
    for model in reversed(models()):
        if model.is_working:
            server.exec_driver_sql(f"drop {'view' if model.is_view else 'table'} {model.name}")
    return results


def _index(server: Connection, schema: str) -> None:
    """Index what published tables are joined by and looked up with: their keys."""
    for model in models():
        if model.key and not model.is_working:
            server.exec_driver_sql(f"create index on {schema}.{model.name} ({', '.join(model.key)})")


def as_path(schema: str) -> Path:
    """Return a schema's name where a run's result has a file."""
    return Path(schema)
