"""Local time by arithmetic is local time by the library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.zones import offsets, to_local_macro

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(to_local_macro(ZONES, FIRST, LAST))
    return connection


def _local(engine: duckdb.DuckDBPyConnection, instant: datetime, zone: str) -> datetime:
    naive = instant.astimezone(UTC).replace(tzinfo=None)
    return engine.execute("select to_local(cast(? as timestamp), ?)", [naive, zone]).fetchone()[0]  # type: ignore[index]


@settings(max_examples=200, deadline=None)
@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
    st.sampled_from([*ZONES, "Asia/Tokyo"]),
)
def test_any_instant_in_any_zone(engine: duckdb.DuckDBPyConnection, instant: datetime, zone: str) -> None:
    assert _local(engine, instant, zone) == instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize("zone", ZONES)
def test_to_the_second_around_every_change(engine: duckdb.DuckDBPyConnection, zone: str) -> None:
    for change, _ in offsets(ZoneInfo(zone), FIRST, LAST):
        for seconds in (-1, 0, 1):
            instant = change + timedelta(seconds=seconds)
            assert _local(engine, instant, zone) == instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_changes_are_found() -> None:
    found = list(offsets(ZoneInfo("Europe/Berlin"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    assert found[1:] == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600),
    ]
