"""A build on a server: raw landed, the models of ``sql/`` made in a schema of their own, checked, and let hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlalchemy import make_url

from config.settings import Settings, utc_naive
from etl.build import BuildStamp, configure
from etl.checks import CheckResult, all_checks, refuse_broken
from etl.handing import attach_raw
from etl.models import models
from etl.server import RAW, Maker, Progress, tables_to_land
from metrics.server import BUILD, connected, forget_older, held, kind_of, said_in_a_line


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
    url, maker = settings.warehouse, maker_of(settings)
    with said_in_a_line(url), maker.alone():
        schema = maker.begin(stamp)
        maker.land(local, schema, progress)
        maker.make(schema, models(), _told_of_the_build(local, stamp), progress)
        progress("checks")
        results = _checked(maker, schema)
        _keep_results(settings, schema, results)
        refuse_broken(results, f"schema {schema}")
        before = held(url, BUILD)  # it may be an older one, gone back to: readers are in the midst of it
        finished = maker.finish(schema, stamp)
        forget_older(url, BUILD, settings.keep_builds, spare=before)
    return finished, results


def maker_of(settings: Settings) -> Maker:
    """Return how builds are made on the server the settings name; raises ``BadSetting``."""
    kind_of(settings.warehouse)  # an address that is none, or has no driver, is told of in a line
    if make_url(settings.warehouse).get_backend_name() == "postgresql":
        from etl.server.postgresql import PostgreSQL

        return PostgreSQL(settings)
    from etl.server.spark import Spark

    return Spark(settings)


def _told_of_the_build(local: duckdb.DuckDBPyConnection, stamp: BuildStamp) -> dict[str, str]:
    """Return the tables by which a build explains itself, each with the SELECT of it."""
    instant = f"timestamp '{utc_naive(stamp.built_at).isoformat(sep=' ')}'"
    there = {table for catalog, table in tables_to_land(local) if catalog == RAW}
    return {
        "build": f"select as_text('{stamp.build_id}') as build_id, {instant} as built_at, as_of, local_as_of, "
        "reporting_time_zone from build_clock",
        **{
            table: f"select * from {RAW}.files_{table}"
            for table in ("load_count", "quarantine")
            if f"files_{table}" in there
        },
    }


def _checked(maker: Maker, schema: str) -> list[CheckResult]:
    found = all_checks()
    counts = maker.broken(schema, [sql for _, _, sql in found])
    return [CheckResult(name, says, count) for (name, says, _), count in zip(found, counts, strict=True)]


def _keep_results(settings: Settings, schema: str, results: list[CheckResult]) -> None:
    """Write the results into the build, and drop what only served to make it."""
    told = [{"check_name": r.name, "says": r.says, "failures": r.failures, "passed": r.passed} for r in results]
    shape = {"check_name": pa.string(), "says": pa.string(), "failures": pa.int64(), "passed": pa.bool_()}
    rows = pa.Table.from_pylist(told, schema=pa.schema(list(shape.items())))
    with connected(settings.warehouse) as server:
        kind_of(settings.warehouse).write(server, schema, "check_result", rows, settings.warehouse_files)
        for model in reversed(models()):
            if model.is_working:
                server.exec_driver_sql(f"drop {'view' if model.is_view else 'table'} {schema}.{model.name}")


def as_path(schema: str) -> Path:
    """Return a schema's name where a run's result has a file."""
    return Path(schema)
