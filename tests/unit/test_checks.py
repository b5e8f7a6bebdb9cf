"""The checks of a build can fail: what is doubled, lost or contradicting is noticed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.checks import counted_off, run_checks
from tests.support.stories import stories, warehouse

STORY = next(s for s in stories(Path(__file__).parents[1] / "golden") if s.path.stem == "reopened_and_still_open")

DAMAGE = {
    "key_fct_ticket": "insert into fct_ticket select * from fct_ticket",
    "tickets_complete": "delete from fct_ticket",
    "solves_agree": "update fct_ticket set reopens = 5",
    "backlog_agrees": "delete from fct_backlog_day",
    "open_days_agree": "delete from fct_open_ticket_day",
    "intervals_join": "update fct_status_interval set ended_at = started_at - interval 1 day where interval_number = 1",
    "statuses_known": "update fct_status_interval set status = 'met' where interval_number = 1",
    "owners_known": "update fct_ticket set solving_agent_key = 'met'",
    "rates_possible": "update fct_ticket set is_first_contact_resolved = true, is_fcr_eligible = false",
    "warn_events_without_ticket": "delete from stg_ticket",
    "warn_solved_before_created": "update fct_ticket set created_at = created_at + interval 1 day",
}


def test_a_sound_build_passes_every_check() -> None:
    results = run_checks(warehouse(STORY))
    assert [result.name for result in results if not result.passed] == []
    assert {result.name for result in results} > set(DAMAGE)


@pytest.mark.parametrize("check", DAMAGE)
def test_damage_is_noticed(check: str) -> None:
    connection = warehouse(STORY)
    connection.execute(DAMAGE[check])
    failed = {result.name for result in run_checks(connection) if not result.passed}
    assert check in failed


@pytest.mark.parametrize(
    ("rows", "twice"),
    [
        ([(1, 1), (1, 2), (2, 1)], []),
        ([(1, 0), (1, 62), (1, 63), (1, 64)], []),
        ([(1, 1), (1, 2), (1, 2), (2, 2)], [(1, 2)]),
        ([(1, 63), (1, 63), (2, 1)], [(1, 63)]),
        ([(1, None), (1, None), (2, None)], [(1, None)]),
        ([(1, -1), (1, -1)], [(1, -1)]),
        ([(None, 1), (None, 1), (3, 1)], [(None, 1)]),
    ],
)
def test_numbers_within_a_whole_are_counted_off(
    rows: list[tuple[object, ...]], twice: list[tuple[object, ...]]
) -> None:
    connection = duckdb.connect()
    connection.execute("create table told (ticket_key bigint, event_number bigint)")
    connection.executemany("insert into told values (?, ?)", rows)
    assert connection.execute(counted_off("told", ("ticket_key", "event_number"))).fetchall() == twice


def test_days_within_a_whole_are_counted_off() -> None:
    connection = duckdb.connect()
    days = "generate_series(date '1969-12-01', date '2030-01-01', interval 1 day) as days (day)"
    connection.execute(f"create table told as select 1 as ticket_key, cast(day as date) as day from {days}")
    connection.execute(
        "insert into told values (1, '1969-12-24'), (2, '2026-03-01'), (3, '2026-03-01'), (3, '2026-03-01')"
    )
    found = connection.execute(f"{counted_off('told', ('ticket_key', 'day'))} order by all").fetchall()
    assert found == [(1, date(1969, 12, 24)), (3, date(2026, 3, 1))]


def test_entries_of_a_whole_are_counted_off_by_their_hashes() -> None:
    connection = duckdb.connect()
    connection.execute(
        "create table told as select ['a', 'b'][1 + number % 2] as kind, number // 100 as ticket_key, "
        "cast(number as varchar) as entry_id from range(1000) as numbers (number)"  # more to a ticket than bits
    )
    connection.execute("insert into told values ('a', 3, '300'), ('a', 4, '401'), ('b', null, '1'), ('b', null, '1')")
    found = connection.execute(f"{counted_off('told', ('kind', 'ticket_key', 'entry_id'))} order by all").fetchall()
    assert found == [("a", 3, "300"), ("b", None, "1")]
