"""A second implementation, written from METRICS.md and straight from the records, comes to the same figures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from config.settings import ROOT, Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from metrics import METRICS, Question
from metrics.published import Build, current_build
from tests.oracle.agreement import Tally, disagreements
from tests.oracle.asked import questions
from tests.oracle.audit_log import read_log
from tests.oracle.records import read_folder
from tests.oracle.registry import CANNOT, MEASURES
from tests.oracle.world import World

ASKED = 200
UNTIL = datetime(2026, 3, 31, 18, tzinfo=UTC)
LOGS = Path(os.environ.get("DESKPULSE_SHARED_DATA", ROOT.parent / "shared" / "data")) / "uci_incident"
MAPPING = ROOT / "config" / "mappings" / "uci_incident.toml"
STORIES_IN_DISPUTE = (ROOT / "tests" / "golden" / "disputed.txt").read_text(encoding="utf-8").splitlines()

# What the two are known to see differently, as long as the story that shows it is disputed: which metrics (none named:
# all), split or filtered by which dimensions (none named: however asked).
OF_PERSONS = {"deflection_rate", "deflection_rate_low", "deflection_rate_identified", "self_service_score"}
OF_EVENINGS = {"backlog", "backlog_waiting_on_us"}
OF_MOMENTS = {"tickets_solved", "reopens", "tickets_reopened"}
OF_SPELLS = {
    *("time_in_status", "time_in_status_p90", "requester_wait", "requester_wait_p90"),
    *("agent_wait", "agent_wait_p90", "on_hold_time", "on_hold_time_p90"),
}
OF_CALLS = {"abandonment_rate", "answer_time", "answer_time_p90", "asa_mean", "service_level"}
Seen = dict[str, list[tuple[set[str], set[str]]]]
IN_DISPUTE: Seen = {
    "moments_by_present_status.toml": [(OF_MOMENTS, {"status"})],
    "backlog_by_category_of_that_evening.toml": [(OF_EVENINGS, {"category", "product_area", "effort_tier"})],
    "event_log_opened_after_its_first_row.toml": [(OF_SPELLS, set())],
    "deflection_by_the_persons_organization.toml": [(OF_PERSONS | OF_CALLS, {"organization", "segment", "plan"})],
}
LASTING = ("resolution_time", "requester_wait", "agent_wait", "on_hold_time", "time_in_status", "backlog_age")
OF_DEMO = {story: seen for story, seen in IN_DISPUTE.items() if not story.startswith("event_log")}
# What a log of states alone can speak of.
OF_LOGS = sorted(
    set(MEASURES)
    & {
        *("tickets_created", "tickets_solved", "reopens", "tickets_reopened", "reopen_rate", "backlog"),
        *("backlog_waiting_on_us", "repeat_contact_rate", "duplicate_rate", "aht", "aht_open_to_close"),
        *("touches_per_resolution", "handoffs_per_ticket", "group_stations", "recategorised_rate"),
        *("open_now", "reopens_zendesk", "resolution_rate"),
        *(name for name in MEASURES if name.startswith(LASTING)),
    }
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, World]:
    folder = tmp_path_factory.mktemp("second")
    write_demo(folder / "demo", tickets=4000, days=200, until=UNTIL, seed=7)
    settings = replace(Settings(), home=folder / "home", time_zone="Europe/Berlin", loaded_rate_per_hour=38.0)
    run([FileSource("demo", (folder / "demo",))], settings, UNTIL, lambda _: None)
    return current_build(settings), World(read_folder(folder / "demo", UNTIL.replace(tzinfo=None), settings, "demo"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, World]:
    if not LOGS.is_dir():
        pytest.skip(f"no public logs at {LOGS}")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    settings = replace(Settings(), home=tmp_path_factory.mktemp("log"))
    run([FileSource("uci", (LOGS / "incident_event_log.zip",), MAPPING)], settings, now, lambda _: None)
    told = read_log(LOGS / "incident_event_log.zip", MAPPING, now.replace(tzinfo=None), settings, "uci")
    return current_build(settings), World(told)


@pytest.mark.slow
def test_the_demo_is_judged_at_the_same_instant(demo: tuple[Build, World]) -> None:
    build, world = demo
    assert world.desk.as_of == build.as_of


@pytest.mark.slow
def test_two_hundred_questions_about_the_demo(demo: tuple[Build, World]) -> None:
    build, world = demo
    _agree(_undisputed(questions(world, list(MEASURES), seed=1), OF_DEMO, ASKED), build, world)


@pytest.mark.slow
def test_two_hundred_questions_about_a_public_log(log: tuple[Build, World]) -> None:
    build, world = log
    assert world.desk.as_of == build.as_of
    _agree(_undisputed(questions(world, OF_LOGS, seed=2), IN_DISPUTE, ASKED), build, world)


def test_every_metric_is_told_or_said_why_not() -> None:
    assert set(CANNOT) == set(METRICS) - set(MEASURES)
    assert all(CANNOT.values())
    assert len(MEASURES) > len(METRICS) * 0.6


def _undisputed(drawn: Iterator[Question], seen: Seen, number: int) -> list[Question]:
    open_ones = [what for story, all_of_it in seen.items() if story in STORIES_IN_DISPUTE for what in all_of_it]
    return list(islice((question for question in drawn if not _is_disputed(question, open_ones)), number))


def _is_disputed(question: Question, seen: list[tuple[set[str], set[str]]]) -> bool:
    asked_by = {*question.by, *(dimension for dimension, _ in question.where)}
    return any(
        (not metrics or metrics & {*question.metrics}) and (not dimensions or dimensions & asked_by)
        for metrics, dimensions in seen
    )


def _agree(asked: list[Question], build: Build, world: World) -> None:
    tally = Tally()
    wrong = [line for question in asked for line in disagreements(question, build, world, tally)[:3]]
    assert not wrong, "\n".join(wrong)
    assert tally.rows > 10 * len(asked)  # they agree about something
    assert tally.told > 0.8 * len(asked)
