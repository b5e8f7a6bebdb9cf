"""What is said to a Spark Thrift Server, without one: literals, types, names; and addresses that lead to none."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import Date, DateTime, Double, Integer, String, cast, column, extract, select, table

from config.errors import BadSetting, ServerAway
from metrics.server import engine_of, held, kind_of, schema_name
from metrics.servers.files import as_spark_writes, folders, forget_folder, opened
from metrics.servers.thrift import SparkDialect, literal

ADDRESS = "sparksql://127.0.0.1:1/?auth=NOSASL"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (-(2**40), "-1099511627776L"),
        (0.1, "0.1D"),
        (np.float64(0.1), "0.1D"),
        (float("nan"), "double('nan')"),
        (date(2026, 3, 29), "date '2026-03-29'"),
        (datetime(2026, 3, 29, 1, 2, 3), "timestamp_ntz '2026-03-29 01:02:03'"),  # noqa: DTZ001 - the warehouse stores naive UTC
        ("it's \\ 50 %\n", "'it\\'s \\\\ 50 %\\n'"),
    ],
)
def test_values_are_written_as_they_are_meant(value: object, written: str) -> None:
    assert literal(value) == written


def test_what_is_no_value_is_not_written() -> None:
    with pytest.raises(TypeError, match="object is nothing Spark's SQL can write"):
        literal(object())


def test_types_and_names_are_sparks_own() -> None:
    t = table("fct ticket", column("a"), column("b"))
    asked = select(
        cast(t.c.a, Double), cast(t.c.a, String), cast(t.c.a, Integer), cast(t.c.a, DateTime), cast(t.c.a, Date)
    )
    said = " ".join(str(asked.compile(dialect=SparkDialect())).split())
    for type_ in ("DOUBLE", "STRING", "INT", "TIMESTAMP_NTZ", "DATE"):
        assert f"CAST(`fct ticket`.a AS {type_})" in said
    assert str(extract("isodow", t.c.a).compile(dialect=SparkDialect())) == "EXTRACT(dayofweek_iso FROM `fct ticket`.a)"
    assert str((t.c.a / t.c.b).compile(dialect=SparkDialect())) == "`fct ticket`.a / `fct ticket`.b"


def test_an_address_that_leads_nowhere_is_told_in_a_line() -> None:
    with pytest.raises(ServerAway, match=r"the warehouse at sparksql://127\.0\.0\.1:1/\S* cannot be reached"):
        held(ADDRESS, "build")
    with pytest.raises(BadSetting, match="names no database"):
        engine_of("sparksql://127.0.0.1:1/mine")
    with pytest.raises(BadSetting, match=r"postgresql\+psycopg:// or a sparksql:// address, not mysql://"):
        kind_of("mysql://host/db")


def test_builds_have_names_of_their_own_in_a_metastore_of_many() -> None:
    assert schema_name(ADDRESS, "build", "20261120T180000-ab") == "deskpulse_build_20261120t180000_ab"


def test_the_folder_both_see_is_a_path_or_a_url(tmp_path: object) -> None:
    assert as_spark_writes("s3://desk/landing/", "a/b") == "s3a://desk/landing/a/b"
    assert as_spark_writes("/mnt/desk", "a/b") == "file:///mnt/desk/a/b"
    assert folders(f"{tmp_path}/absent") == []
    forget_folder(str(tmp_path), "absent")
    for wrong in ("", "relative/path"):
        with pytest.raises(BadSetting, match="warehouse_files"):
            opened(wrong)


@pytest.mark.parametrize("address", ["postgresql+psycopg://desk:five/db", "sparksql://desk:secret@127.0.0.1:1/"])
def test_an_address_that_cannot_be_is_told_in_a_line(address: str) -> None:
    with pytest.raises(BadSetting, match="warehouse: "):
        held(address, "build")
