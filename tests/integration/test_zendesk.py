"""Zendesk, from its exports to figures: a week worked out by hand, read at once and in parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import select

from config.settings import Settings
from etl.demo import write_demo
from etl.fakes.fill import filled
from etl.fakes.server import served
from etl.pipeline import FileSource, run
from metrics import Question, Scope, ask
from metrics.published import current_build
from metrics.reconcile import reconcile
from metrics.warehouse import fct_ticket
from tests.support.live import ANA, at, desk, handed, live, read, source


def _figures(home: Path, *names: str) -> dict[str, tuple[float | None, float | None]]:
    answer = ask(Question(names), Scope.everything(), current_build(replace(Settings(), home=home)))
    return {row["metric"]: (row["numerator"], row["denominator"]) for row in answer.to_dict("records")}


@pytest.mark.slow
def test_a_week_of_zendesk_comes_to_what_was_worked_out_by_hand(tmp_path: Path) -> None:
    settings = replace(Settings(), home=tmp_path)
    with served(desk()) as at_work:
        given = source(at_work.url)
        result = run([given], settings, at(30, "12:00"), lambda _: None)
    assert not [check for check in result.checks if not check.passed and not check.is_warning]
    told = _figures(tmp_path, "tickets_created", "reopens", "reopen_rate", "fcr", "csat", "sla_attainment", "backlog")
    # 7 tickets less the merged (3) and the deleted one (5); 6 was restored
    assert told["tickets_created"][0] == 5
    assert told["reopens"][0] == 1
    assert told["reopen_rate"] == (1, 2)  # 1 of 1 and 2
    assert told["fcr"] == (1, 2)  # 2; ticket 1 came back
    assert told["csat"] == (1, 1)  # bad on Tuesday, good on Wednesday: the last answer counts
    assert told["sla_attainment"] == (1, 1)  # answered after 20 of 30 minutes
    waits = current_build(settings).read(
        select(fct_ticket.c.ticket_id, fct_ticket.c.first_reply_calendar_seconds)
        .where(fct_ticket.c.is_replied)
        .order_by(fct_ticket.c.ticket_id)
    )
    replied = [tuple(row) for row in waits.to_numpy().tolist()]
    assert replied == [("1", 1200), ("2", 3600), ("4", 7200)]
    held = reconcile(Question(("vendor_figures",)), Scope.everything(), current_build(settings)).set_index("figure")
    # Zendesk's own figures of the tickets that count, 1, 2, 4, 6 and 7, held against ours: answers (2, 1, 1), the
    # reopen of 1, waits for an answer of 20, 60 and 120 minutes, solved for good after 3 days and 6 hours, and an hour.
    assert held.loc["replies", ["compared", "equal", "vendor_sum"]].tolist() == [5, 5, 4]
    assert held.loc["reopens", ["compared", "equal", "vendor_sum"]].tolist() == [5, 5, 1]
    assert held.loc["first_reply_minutes_calendar", ["compared", "equal", "vendor_sum"]].tolist() == [3, 3, 200]
    assert held.loc["full_resolution_minutes_calendar", ["compared", "equal", "vendor_sum"]].tolist() == [2, 2, 4740]
    assert "full_resolution_minutes_business" not in held.index  # this Zendesk tells none


def test_read_in_parts_as_at_once(tmp_path: Path) -> None:
    with served(desk()) as whole:
        read(tmp_path / "clean", source(whole.url))
    parts = desk(at(1, "10:30"))
    with served(parts) as growing:
        given = source(growing.url)
        read(tmp_path / "parts", given, at(1, "10:32"))
        before = at(1, "10:30")
        for day in (2, 3, 5):
            live(parts, at(day, "12:00"), before)
            before = at(day, "12:00")
            read(tmp_path / "parts", given, at(day, "12:02"))
    told, clean = handed(tmp_path / "parts"), handed(tmp_path / "clean")
    assert told.pop("surveys")[-1:] == clean.pop("surveys")  # read in between, the first answer is known as well
    assert told == clean


def test_a_second_run_loads_only_what_changed(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        first = read(tmp_path, given)
        second = read(tmp_path, given, at(5, "12:10"))
        fake.act(6, at(5, "12:15"), 11, comment=True, status="solved")
        fake.now = at(5, "13:00")
        third = read(tmp_path, given, at(5, "13:00"))
    assert sum(c.loaded for c in first) > 40
    assert sum(c.loaded for c in second) == 0
    loaded = Counter({c.table: c.loaded for c in third if c.loaded})
    assert loaded == {"tickets": 1, "metric_sets": 1, "events": 2}  # a version, its figures; a comment and a status


def test_older_versions_lose_and_automations_are_seen(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        fake.tickets[2] |= {"status": "open", "generated_timestamp": int(at(0, "10:30").timestamp())}  # an old replica
        fake.expired = {"all"}
        fake.expired.update(_cursors(tmp_path))
        read(tmp_path, given, at(5, "12:10"))
    tickets = {row[1]: row for row in handed(tmp_path)["tickets"]}
    assert "closed" in tickets["2"]


def _cursors(home: Path) -> set[str]:
    with duckdb.connect(str(home / "extract.duckdb"), read_only=True) as connection:
        rows = connection.execute("select distinct cursor::json->>'cursor' from live_slice").fetchall()
    return {row[0] for row in rows if row[0]}


def test_nothing_that_somebody_wrote_is_stored(tmp_path: Path) -> None:
    with served(desk()) as at_work:
        read(tmp_path, source(at_work.url))
    held = (tmp_path / "extract.duckdb").read_bytes()
    for secret in (b"what somebody wrote", b"ana@example.com", b"Ana", b"030 123", b"Bob"):
        assert secret not in held
    assert b"Kim" in held  # agents are called by name
    assert not list((tmp_path / "dlt").rglob("*.parquet"))


def test_an_agent_who_changed_teams_was_in_the_old_one_before(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        fake.person(11, "agent", "Kim", at(6, "09:00"), default_group_id=32)
        fake.now = at(7, "09:00")
        read(tmp_path, given, at(7, "09:00"))
    spells = [(str(row[2]), row[4]) for row in handed(tmp_path)["agents"] if row[1] == "11"]
    assert spells == [("1900-01-01", "31"), ("2026-03-08", "32")]


def test_hours_that_are_gone_from_a_schedule_are_gone(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        fake.schedules[0]["intervals"] = [*fake.schedules[0]["intervals"][:4], {"start_time": 8100, "end_time": 8700}]
        read(tmp_path, given, at(5, "13:00"))
    spells = {(row[3], row[4], row[5]) for row in handed(tmp_path)["schedules"]}
    assert spells == {(day, "08:00", "17:00") for day in (1, 2, 3, 4)} | {(5, "15:00", "24:00"), (6, "00:00", "01:00")}


def test_a_full_refresh_forgets_what_the_helpdesk_no_longer_has(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        del fake.tickets[7]
        fake.audits = [audit for audit in fake.audits if audit["ticket_id"] != 7]
        read(tmp_path, given, at(5, "12:10"))
        assert "7" in {row[1] for row in handed(tmp_path)["tickets"]}
        read(tmp_path, given, at(5, "12:20"), full_refresh=True)
        refreshed = handed(tmp_path)
        read(tmp_path / "clean", given, at(5, "12:20"))
    assert refreshed == handed(tmp_path / "clean")


def test_the_clock_of_the_last_minute_is_not_missed(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        fake.ticket(8, ANA, fake.now - timedelta(seconds=20))  # withheld now
        read(tmp_path, given, at(5, "12:05"))
        assert "8" not in {row[1] for row in handed(tmp_path)["tickets"]}
        fake.now += timedelta(minutes=5)
        read(tmp_path, given, at(5, "12:10"))
    assert "8" in {row[1] for row in handed(tmp_path)["tickets"]}


@pytest.mark.slow
def test_the_demo_read_through_a_fake_zendesk_tells_what_its_files_tell(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", tickets=400, days=60, until=at(30, "18:00"), seed=1, progress=lambda _: None)
    fake, settings = filled(tmp_path / "demo", at(30, "18:00"))
    for home in ("files", "zendesk"):
        chosen = replace(Settings(), home=tmp_path / home)
        if home == "files":
            run([FileSource("desk", (tmp_path / "demo",))], chosen, at(30, "18:00"), lambda _: None)
        else:
            with served(fake) as at_work:
                run([source(at_work.url, **settings)], chosen, at(30, "18:00"), lambda _: None)
    # Not what counts contacts: a call is one, its like in Zendesk is a comment.
    names = ("tickets_created", "tickets_solved", "reopens", "reopen_rate")
    files, zendesk = (_figures(tmp_path / home, *names) for home in ("files", "zendesk"))
    for name in names:  # a few of the demo's rows are dirty: its files have them quarantined, the fake never met them
        for told, meant in zip(zendesk[name], files[name], strict=True):
            assert told == pytest.approx(meant, abs=4, nan_ok=True), name
