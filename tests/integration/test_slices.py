"""A build made in slices of tickets is the build made at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from config.settings import Settings
from etl import build
from etl.build import BuildStamp, build_file
from etl.making import attach_work
from etl.models import Model, models
from etl.slices import only_tickets, ticket_slices
from etl.words import create
from tests.support.content import content_hash

STAMP = BuildStamp("sliced", datetime(2026, 11, 20, 18, tzinfo=UTC))
SLICED = {model.name for model in models() if model.is_sliced}


@pytest.mark.slow
def test_in_slices_as_at_once(small_desk: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {}
    for slices in (1, 3):
        monkeypatch.setattr(build, "slices_of", lambda raw, limit, slices=slices: slices)
        path = tmp_path / f"{slices}.duckdb"
        assert all(check.passed for check in build_file(path, small_desk.raw_path, small_desk, STAMP))
        made[slices] = content_hash(path)
        with duckdb.connect(str(path), read_only=True) as connection:
            earlier = "select lag(created_at) over (order by rowid) > created_at as is_earlier from fct_ticket"
            [(tickets, out_of_order)] = connection.execute(
                f"select count(*), count(*) filter (where is_earlier) from ({earlier})"
            ).fetchall()
            assert tickets > 1000
            assert out_of_order == 0  # who asks about a week reads that week
    assert made[1] == made[3]


def test_every_ticket_is_in_one_slice_and_the_other_connection_sees_all(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        attach_work(connection)
        connection.execute("create table work.main.stg_ticket as select unnest(range(1, 12)) as ticket_key")
        connection.execute("create table fct_ticket as select ticket_key, 'x' as said from stg_ticket")
        connection.execute("create table work.main.stg_team as select 'x' as said")
        slices = ticket_slices(connection, 3)
        assert slices == [(1, 3), (4, 7), (8, 11)]
        counted = "select count(*) from stg_ticket join fct_ticket using (ticket_key) join stg_team using (said)"
        with connection.cursor() as other:
            other.execute("set search_path = 'build.main,work.main'")
            reads = frozenset({"stg_ticket", "fct_ticket", "stg_team"})
            for first, last in slices:
                with only_tickets(other, reads, first, last):
                    assert other.execute(counted).fetchall() == [(last - first + 1,)]
                    assert connection.execute(counted).fetchall() == [(11,)]
            assert other.execute(counted).fetchall() == [(11,)]


def test_a_word_nobody_told_of_in_a_later_slice_leaves_the_whole_table_in_text(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        attach_work(connection)
        connection.execute("create type word as enum ('open')")
        connection.execute("create table work.main.stg_ticket as select unnest(range(1, 5)) as ticket_key")
        sql = "select ticket_key, case when ticket_key < 4 then 'open' else 'parked' end as status from stg_ticket"
        model = Model("fct_sliced", tmp_path, sql, (), frozenset({"stg_ticket"}), frozenset(), is_sliced=True)
        create(connection, model, {"status": "word"}, slices=2)
        statuses = connection.execute("select status from fct_sliced order by ticket_key").fetchall()
        assert [status for (status,) in statuses] == ["open", "open", "open", "parked"]


def test_the_widest_models_are_made_in_slices() -> None:
    assert {"fct_ticket", "fct_ticket_event", "int_status_change", "int_status_spell"} <= SLICED
    assert all("ticket_key" in model.key for model in models() if model.is_sliced)
