"""Opening a published build: there, not there, or made by another version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from config.errors import NothingPublished
from config.settings import Settings
from metrics.published import current_build


def test_without_a_build_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingPublished, match="make demo"):
        current_build(replace(Settings(), home=tmp_path))


def test_a_build_of_another_version_is_told(tmp_path: Path) -> None:
    (tmp_path / "builds").mkdir()
    with duckdb.connect(str(tmp_path / "builds" / "current.duckdb")) as connection:
        connection.execute("create table build as select 'old' as build_id")
    with pytest.raises(NothingPublished, match="another version"):
        current_build(replace(Settings(), home=tmp_path))


def test_readers_can_neither_write_nor_read_files(tmp_path: Path) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from tests.support.stories import stories, warehouse

    story = stories(Path(__file__).parents[1] / "golden")[0]
    (tmp_path / "builds").mkdir()
    path = tmp_path / "builds" / "current.duckdb"
    connection = warehouse(story)
    connection.execute(f"attach '{path}' as published")
    connection.execute("copy from database memory to published")
    connection.close()
    build = current_build(replace(Settings(), home=tmp_path))
    for attack in (
        "delete from fct_ticket",
        "with gone as (select 1) insert into dim_date select * from dim_date",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "copy fct_ticket to '/tmp/stolen.csv'",
        "attach '/tmp/other.duckdb' as other",
        "set enable_external_access = true",
        "install httpfs",
    ):
        with build.engine.connect() as reader, pytest.raises(DBAPIError):
            reader.execute(text(attack))
