"""What stands in a file, and what it becomes."""
# ruff: noqa: E501  (tables of cases)

from collections.abc import Iterator

import duckdb
import pytest

from etl.import_format import TABLES, Column
from etl.sources.files.expressions import Given
from etl.sources.files.mapping import ISO_UTC, TimeFormat
from etl.sources.files.relation import quoted
from etl.sources.files.values import staged, typed

INSTANT = Column("at", "instant", "")
ROME = "Europe/Rome"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("set TimeZone = 'UTC'")
        yield opened


def become(
    connection: duckdb.DuckDBPyConnection, sql: str, column: Column, time: TimeFormat = ISO_UTC
) -> tuple[object, str]:
    """Return what the SQL value ``sql`` becomes, as text, and what is wrong with it."""
    type_ = str(connection.execute(f"select typeof({sql})").fetchall()[0][0])
    result = typed(Given(column, "c0", type_, time), "file")
    rows = staged(f"select {sql} as c0", [result])
    messages = ", ".join(f"case when {condition} then {says} end" for condition, says in result.faults) or "null"
    [(value, faults)] = connection.execute(
        f"select \"{column.name}\"::varchar, concat_ws('; ', {messages}) from ({rows})"
    ).fetchall()
    return value, str(faults)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  a b\t", "a b"), ("text", " ", None), ("text", "", None), ("text", "\ta", "a"), ("text", "a b\r\n", "a b"), ("text", "\x0ba", "\x0ba"),
        ("integer", "12", "12"), ("integer", "-3", "-3"), ("integer", "12.0", "12"), ("integer", "9999999999999999999", "wrong"),
        ("integer", "1_000", "wrong"), ("integer", "1e5", "wrong"), ("integer", "0x10", "wrong"), ("integer", "1,000", "wrong"),
        ("number", "1.5", "1.5"), ("number", ".5", "0.5"), ("number", "1e3", "1000.0"), ("number", "nan", "wrong"), ("number", "1,5", "wrong"),
        ("boolean", "Yes", "true"), ("boolean", "0", "false"), ("boolean", "F", "false"), ("boolean", "2", "wrong"), ("boolean", "", None),
        ("date", "2026-03-02", "2026-03-02"), ("date", "2026-02-30", "wrong"), ("date", "02.03.2026", "wrong"), ("date", "0026-03-02", "wrong"),
        ("instant", "2026-03-02T24:00:00Z", "2026-03-03 00:00:00"), ("instant", "2026-03-02T09", "wrong"), ("instant", "now", "wrong"),
        ("instant", "infinity", "wrong"), ("instant", "epoch", "wrong"), ("instant", "2026-03-02T09:00:60Z", "wrong"),
    ],
)  # fmt: skip
def test_texts(connection: duckdb.DuckDBPyConnection, kind: str, text: str, value: str | None) -> None:
    became, fault = become(connection, quoted(text), Column("at", kind, ""))  # type: ignore[arg-type]
    if value == "wrong":
        assert fault.startswith("at ")
    else:
        assert (became, fault) == (value, "")


@pytest.mark.parametrize(
    ("text", "pattern", "zone", "utc"),
    [
        ("2026-07-01T12:00:00", "iso", ROME, "2026-07-01 10:00:00"),
        ("2026-07-01T12:00:00+00:00", "iso", ROME, "2026-07-01 12:00:00"),
        ("2025-10-26T02:30:00", "iso", ROME, "2025-10-26 00:30:00"),
        ("2025-10-26T02:30:00+01:00", "iso", ROME, "2025-10-26 01:30:00"),
        ("2026-04-05T01:45:00", "iso", "Australia/Lord_Howe", "2026-04-04 14:45:00"),
        ("1772442000", "unix", ROME, "2026-03-02 09:00:00"),
        ("1772442000.5", "unix", "UTC", "2026-03-02 09:00:00.5"),
        ("1772442000250", "unix_ms", "UTC", "2026-03-02 09:00:00.25"),
        ("29/2/2016 01:23", "%d/%m/%Y %H:%M", "UTC", "2016-02-29 01:23:00"),
        ("2012/10/09 14:50:17.125", "%Y/%m/%d %H:%M:%S.%g", ROME, "2012-10-09 12:50:17.125"),
        ("01/02/2016 01:23 +0200", "%d/%m/%Y %H:%M %z", ROME, "2016-01-31 23:23:00"),
        ("01.02.16", "%d.%m.%y", "UTC", "2016-02-01 00:00:00"),
    ],
)
def test_time_formats_and_zones(
    connection: duckdb.DuckDBPyConnection, text: str, pattern: str, zone: str, utc: str
) -> None:
    assert become(connection, quoted(text), INSTANT, TimeFormat(pattern, zone)) == (utc, "")


@pytest.mark.parametrize(
    ("text", "pattern", "zone", "fault"),
    [
        (
            "2026-03-29T02:30:00",
            "iso",
            ROME,
            "at 2026-03-29 02:30:00 does not exist in Europe/Rome: the clocks skip it",
        ),
        ("soon", "iso", ROME, "at 'soon' is not an ISO 8601 instant such as 2026-03-02T09:00:00Z"),
        ("1e9", "unix", "UTC", "at '1e9' is not a time in unix"),
        ("99999999999999999", "unix_ms", "UTC", "at '99999999999999999' is not a time in unix_ms"),
        ("31/4/2016 01:23", "%d/%m/%Y %H:%M", ROME, "at '31/4/2016 01:23' does not fit the format %d/%m/%Y %H:%M"),
        ("a\nb", "iso", "UTC", "at 'a b' is not an ISO 8601 instant such as 2026-03-02T09:00:00Z"),
    ],
)
def test_times_that_are_none(
    connection: duckdb.DuckDBPyConnection, text: str, pattern: str, zone: str, fault: str
) -> None:
    assert become(connection, quoted(text), INSTANT, TimeFormat(pattern, zone)) == (None, fault)


@pytest.mark.parametrize(
    ("sql", "kind", "zone", "value"),
    [
        ("timestamp '2026-07-01 12:00'", "instant", "UTC", "2026-07-01 12:00:00"),
        ("timestamp '2026-07-01 12:00'", "instant", ROME, "2026-07-01 10:00:00"),
        ("timestamptz '2026-07-01 12:00:00+02'", "instant", ROME, "2026-07-01 10:00:00"),
        ("timestamp_ns '2026-07-01 12:00'", "instant", "UTC", "2026-07-01 12:00:00"),
        ("date '2026-07-01'", "instant", "UTC", "2026-07-01 00:00:00"),
        ("timestamp '2026-07-01 00:00'", "date", "UTC", "2026-07-01"),
        ("12::utinyint", "integer", "UTC", "12"), ("12::double", "integer", "UTC", "12"), ("'nan'::double", "integer", "UTC", None),
        ("12::integer", "text", "UTC", "12"), ("12.0::double", "text", "UTC", "12"), ("1::integer", "boolean", "UTC", "true"),
        ("1.5::decimal(4, 2)", "number", "UTC", "1.5"), ("['a', 'b']", "text", "UTC", "a,b"), ("null::integer", "instant", "UTC", None),
        ("uuid '00000000-0000-0000-0000-000000000007'", "text", "UTC", "00000000-0000-0000-0000-000000000007"),
    ],
)  # fmt: skip
def test_parquet_types(
    connection: duckdb.DuckDBPyConnection, sql: str, kind: str, zone: str, value: str | None
) -> None:
    assert become(connection, sql, Column("at", kind, ""), TimeFormat(zone=zone)) == (value, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sql", "kind", "fault"),
    [
        ("1.5::double", "text", "at '1.5' is no text"),
        ("1.5::double", "integer", "at '1.5' is no integer"),
        ("'inf'::double", "number", "at 'inf' is no number"),
        ("1e30::hugeint", "integer", "at '1000000000000000019884624838656' is no integer"),
        ("timestamp '0026-07-01'", "instant", "at 0026-07-01 lies before 1990; a two-digit year?"),
        ("5::integer", "boolean", "at '5' is neither true nor false"),
    ],
)
def test_parquet_values_that_are_wrong(connection: duckdb.DuckDBPyConnection, sql: str, kind: str, fault: str) -> None:
    assert become(connection, sql, Column("at", kind, ""))[1] == fault  # type: ignore[arg-type]


def test_columns_named_as_sql_words(connection: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES.values():
        for column in table.columns:
            assert become(connection, "'x'", column)[0] in ("x", None)
