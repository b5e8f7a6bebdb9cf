"""Zendesk's tables in a warehouse as Fivetran writes them: the week worked out by hand, and the public seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from etl.fakes.desk import Desk
from etl.pipeline import run
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.fivetran import SEEDS, bring, seeded, warehouse
from tests.support.live import KIM, T0, at, handed, live, read, without_ceremony


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


def _lived() -> Desk:
    desk: Desk = live(Desk(now=T0), at(5, "12:00"))
    desk.act(1, at(0, "09:00"), None, priority="normal")  # a policy's targets go by priority
    return desk


def test_the_week_comes_to_what_was_worked_out_by_hand_and_a_second_run_loads_what_changed(tmp_path: Path) -> None:
    desk, settings = _lived(), replace(Settings(), home=tmp_path)
    bring(tmp_path / "warehouse.duckdb", desk)
    given = warehouse(tmp_path / "warehouse.duckdb", segment_field="custom_segment")
    result = run([given], settings, at(30, "12:00"), lambda _: None)
    assert not [check for check in result.checks if not check.passed and not check.is_warning]
    names = ("tickets_created", "reopens", "reopen_rate", "fcr", "csat", "sla_attainment", "backlog")
    answer = ask(Question(names), Scope.everything(), current_build(settings))
    told = {row["metric"]: (row["numerator"], row["denominator"]) for row in answer.to_dict("records")}
    # As through Zendesk itself: 3 was merged into 4, 5 deleted; 1 came back; 20 minutes of the 30 the policy gave then.
    assert told["tickets_created"][0] == 5
    assert (told["reopens"][0], told["backlog"][0]) == (1, 3)
    assert (told["reopen_rate"], told["fcr"], told["sla_attainment"]) == ((1, 2), (1, 2), (1, 1))
    assert told["csat"] == (1, 1)  # offered and answered stand in the history of the field
    assert [row[3:5] for row in handed(tmp_path)["organizations"]] == [("Acme", "enterprise")]
    assert not [word for word in (b"somebody wrote", b"x@example", b"Ana") if word in settings.raw_path.read_bytes()]

    assert sum(c.loaded for c in read(tmp_path, given, at(30, "12:10"))) == 0
    desk.act(6, at(31, "09:00"), KIM, comment=True, status="solved")
    desk.now = at(31, "09:05")
    bring(tmp_path / "warehouse.duckdb", desk)
    loaded = Counter[str]()
    for count in read(tmp_path, given, at(31, "10:00")):
        loaded.update({count.table: count.loaded} if count.loaded else {})
    assert loaded == {"tickets": 1, "changes": 2}  # a version of the ticket; the answer and the status


@pytest.mark.skipif(not SEEDS.exists(), reason="needs ../shared/data/fivetran_zendesk_seeds")
def test_the_public_seeds_are_read(tmp_path: Path) -> None:
    seeded(tmp_path / "warehouse.duckdb")
    counts = read(tmp_path, warehouse(tmp_path / "warehouse.duckdb"))
    assert not [count for count in counts if count.quarantined]
    told = handed(tmp_path)
    assert len(told["tickets"]) == 10
    history = [(row[5], row[9]) for row in sorted(told["events"], key=lambda r: r[4]) if row[1] == "11071"]
    # 11071 is the seeds' own example of a history: three spells "on-hold", and a priority called medium.
    assert [to for what, to in history if what == "status"].count("hold") == 3
    assert [to for what, to in history if what == "priority"] == ["normal", "normal", "high", "urgent"]
    # Only 11071 has a priority: normal on 28 August, for which policy 1002 then gave 960 and 1,920 minutes.
    assert {(row[1], row[2], row[4]) for row in told["sla_targets"]} == {
        ("11071", "first_reply", 960 * 60),
        ("11071", "requester_wait", 1920 * 60),
    }
