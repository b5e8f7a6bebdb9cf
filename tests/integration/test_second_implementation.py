"""A second implementation, written from METRICS.md and straight from the records, comes to the same figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest

from config.settings import Settings
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
from tests.support.public_logs import NOW, UCI

ASKED = 200
UNTIL = datetime(2026, 3, 31, 18, tzinfo=UTC)
LASTING = ("resolution_time", "requester_wait", "agent_wait", "on_hold_time", "time_in_status", "backlog_age")
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
def log(public_log: Callable[[FileSource], Settings]) -> tuple[Build, World]:
    settings = public_log(UCI)
    told = read_log(UCI.paths[0], UCI.mapping, NOW.replace(tzinfo=None), settings, "uci")
    return current_build(settings), World(told)


@pytest.mark.slow
def test_the_demo_is_judged_at_the_same_instant(demo: tuple[Build, World]) -> None:
    build, world = demo
    assert world.desk.as_of == build.as_of


@pytest.mark.slow
def test_two_hundred_questions_about_the_demo(demo: tuple[Build, World]) -> None:
    build, world = demo
    _agree([*islice(questions(world, list(MEASURES), seed=1), ASKED)], build, world)


@pytest.mark.slow
def test_two_hundred_questions_about_a_public_log(log: tuple[Build, World]) -> None:
    build, world = log
    assert world.desk.as_of == build.as_of
    _agree([*islice(questions(world, OF_LOGS, seed=2), ASKED)], build, world)


def test_every_metric_is_told_or_said_why_not() -> None:
    assert set(CANNOT) == set(METRICS) - set(MEASURES)
    assert all(CANNOT.values())
    assert len(MEASURES) > len(METRICS) * 0.6


def _agree(asked: list[Question], build: Build, world: World) -> None:
    tally = Tally()
    wrong = [line for question in asked for line in disagreements(question, build, world, tally)[:3]]
    assert not wrong, "\n".join(wrong)
    assert tally.rows > 10 * len(asked)  # they agree about something
    assert tally.told > 0.8 * len(asked)
