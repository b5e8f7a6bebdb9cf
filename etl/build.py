"""Build the star schema from raw, in full, into a fresh DuckDB file.

The raw database is attached read-only as ``raw``; what the installation chose travels in as
``cfg_*`` tables; then every model of ``sql/`` is made in the order its SQL asks for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from config.effort import load_effort
from config.settings import ROOT, Settings, utc_naive
from etl.checks import CheckResult, run_checks
from etl.effort import configure_effort
from etl.handing import attach_raw
from etl.making import IN_MEMORY, attach_work, make_models
from etl.memory import memory_limit, slices_of
from etl.models import SQL
from etl.sources.files.raw import STORAGE
from etl.weights import configure_weights
from etl.words import learn_words
from etl.zones import to_local_macro


@dataclass(frozen=True)
class BuildStamp:
    """What a build is called, when it was made, and, where fixed, the instant it speaks of."""

    build_id: str
    built_at: datetime
    as_of: datetime | None = None  # None: the newest accepted event


def configure(connection: duckdb.DuckDBPyConnection, settings: Settings, stamp: BuildStamp) -> None:
    """Write the choices of the installation as ``cfg_`` tables the models can join."""
    _configure(connection, settings, stamp)
    configure_effort(connection, load_effort())
    configure_weights(connection)


def _configure(connection: duckdb.DuckDBPyConnection, settings: Settings, stamp: BuildStamp) -> None:
    default = tomllib.loads((ROOT / "config" / "calendars.toml").read_text(encoding="utf-8"))["default"]
    connection.execute(
        """
        create table cfg_setting as
        select
            cast(? as timestamp) as as_of, ? as reporting_time_zone,
            cast(? as bigint) as fcr_window_days, cast(? as bigint) as reopen_window_days,
            cast(? as bigint) as repeat_window_days, cast(? as bigint) as deflection_window_hours,
            cast(? as bigint) as csat_window_days, cast(? as double) as loaded_rate_per_hour,
            cast(? as bigint) as resolution_window_days,
            cast(? as bigint) as debt_days, cast(? as bigint) as sla_risk_hours,
            cast(? as bigint) as service_level_seconds, cast(? as bigint) as short_abandon_seconds,
            'default' as default_schedule_key, ? as default_schedule_time_zone
        """,
        [
            utc_naive(stamp.as_of) if stamp.as_of else None,
            settings.time_zone,
            settings.fcr_window_days,
            settings.reopen_window_days,
            settings.repeat_window_days,
            settings.deflection_window_hours,
            settings.csat_window_days,
            settings.loaded_rate_per_hour,
            settings.resolution_window_days,
            settings.debt_days,
            settings.sla_risk_hours,
            settings.service_level_seconds,
            settings.short_abandon_seconds,
            default["time_zone"],
        ],
    )
    connection.execute("create table cfg_multi_contact_category (category varchar)")
    for category in settings.multi_contact_categories:
        connection.execute("insert into cfg_multi_contact_category values (?)", [category])
    connection.execute(
        """
        create table cfg_schedule (
            schedule_key varchar, time_zone varchar, weekday bigint, opens varchar, closes varchar,
            valid_from date, valid_to date
        )
        """
    )
    for weekday in default["weekdays"]:
        connection.execute(
            "insert into cfg_schedule values ('default', ?, ?, ?, ?, null, null)",
            [default["time_zone"], weekday, default["opens"], default["closes"]],
        )


def _know_zones(connection: duckdb.DuckDBPyConnection) -> None:
    """Teach the engine the zones in use, for the span of years its tickets cover and one more on either side."""
    zones = connection.execute(
        "select reporting_time_zone from cfg_setting union select time_zone from cfg_schedule "
        "union select time_zone from raw.files_schedules"
    ).fetchall()
    span = connection.execute(
        """
        select min(year(told_at)), max(year(told_at))
        from (
            select created_at as told_at from raw.files_tickets
            union all select occurred_at as told_at from raw.files_snapshots
            union all select offered_at as told_at from raw.files_contacts
        )
        """
    ).fetchone()
    first, last = (year or 2000 for year in span or (None, None))
    connection.execute(
        to_local_macro(
            (zone for (zone,) in zones), datetime(first - 1, 1, 1, tzinfo=UTC), datetime(last + 2, 1, 1, tzinfo=UTC)
        )
    )


def build_into(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    stamp: BuildStamp,
    progress: Callable[[str], None] = lambda _: None,
    slices: int = 1,
    work: str = IN_MEMORY,
) -> None:
    """Make every model in the connection's database, working tables in ``work``; ``raw`` must be attached already."""
    attach_work(connection, work)
    connection.execute((SQL / "functions" / "duckdb.sql").read_text(encoding="utf-8"))
    configure(connection, settings, stamp)
    _know_zones(connection)
    make_models(connection, learn_words(connection), progress, slices)
    connection.execute(
        """
        create table build as
        select ? as build_id, cast(? as timestamp) as built_at, as_of, local_as_of, reporting_time_zone
        from build_clock
        """,
        [stamp.build_id, utc_naive(stamp.built_at)],
    )


def copy_load_history(connection: duckdb.DuckDBPyConnection) -> None:
    """Take along what was loaded and what was quarantined, so that a build explains itself."""
    connection.execute("create table load_count as select * from raw.files_load_count")
    connection.execute("create table quarantine as select * from raw.files_quarantine")


def build_file(
    path: Path, raw: Path, settings: Settings, stamp: BuildStamp, progress: Callable[[str], None] = lambda _: None
) -> list[CheckResult]:
    """Build the warehouse into a new file at ``path`` from the raw database at ``raw``, and check it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = path.with_name(f"{path.name}.work")
    try:
        with duckdb.connect(str(path), config={"storage_compatibility_version": STORAGE}) as connection:
            limit = memory_limit(connection, raw)
            connection.execute(f"set memory_limit = '{limit / 10**6:.0f}MB'")
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set checkpoint_threshold = '1TB'")  # one at the end: each would make the others wait
            if attach_raw(connection, raw) and stamp.as_of is None:
                stamp = replace(stamp, as_of=stamp.built_at)  # a helpdesk read live is told of as of now
            build_into(connection, settings, stamp, progress, slices_of(raw, limit), str(work))
            copy_load_history(connection)
            progress("checks")
            results = run_checks(connection)
            connection.execute("checkpoint")
    finally:
        work.unlink(missing_ok=True)
    return results
