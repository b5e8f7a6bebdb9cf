"""The weekly review says one thing of one figure: its card, its text, and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.settings import Settings
from journal import Action
from journal.actions import Status
from metrics import METRICS, Question, Scope
from metrics.published import Build
from metrics.reading import Figure
from metrics.review import FIRST, week_changes
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui.figures import Asker, Kpi, judged
from ui.filters import Chosen
from ui.goals import goals_of
from ui.periods import Period, last_full_week
from ui.weekly import is_overdue

SCOPE = Scope.everything()


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


@pytest.fixture(scope="module")
def cards(build: Build, tmp_path_factory: pytest.TempPathFactory) -> list[Kpi]:
    home: Path = tmp_path_factory.mktemp("home")
    asker = Asker(SCOPE, build, goals_of(Settings(home=home), SCOPE, {}))
    return asker.kpis(Chosen(Period("week", last_full_week(build.local_as_of))), FIRST)


def test_cards_and_what_changed_tell_the_same_figures(build: Build, cards: list[Kpi]) -> None:
    week = last_full_week(build.local_as_of)
    question = Question(("tickets_created",), since=week, until=week + timedelta(days=6))
    found = {change.metric.name: change for change in week_changes(question, SCOPE, build)}
    together = judged(cards, list(found.values()))
    compared = [kpi for kpi in together if kpi.metric.name in found]
    assert {"fcr", "csat", "tickets_created"} & {kpi.metric.name for kpi in compared}
    for kpi in compared:
        assert kpi.figure == found[kpi.metric.name].figure  # value, n, before, intervals, chance
        assert kpi.figure.verdict == found[kpi.metric.name].verdict


def test_a_count_knows_how_far_chance_goes(cards: list[Kpi]) -> None:
    """Alone, too: a card had taken any large change of a count for news."""
    [created] = [kpi.figure for kpi in cards if kpi.metric.name == "tickets_created"]
    assert created.p is not None
    assert 0 <= created.p <= 1
    assert Figure(METRICS["tickets_created"], 164, before=200, p=0.08).verdict == "steady"
    assert Figure(METRICS["tickets_created"], 164, before=200, p=0.01).verdict == "moved"


def test_an_action_is_overdue_from_the_day_after() -> None:
    def due(on: date | None, status: Status = "open") -> Action:
        by, at = "ann", datetime(2026, 11, 2, tzinfo=UTC)
        return Action(
            entry_id=1, teams=frozenset(), created_by=by, created_at=at, changed_by=by, changed_at=at, title="Look",
            owner="Kim", due_on=on, status=status, week=date(2026, 11, 2), metric="", intervention_id=None,
        )  # fmt: skip

    today = date(2026, 11, 18)  # a Wednesday; the review is of the week from 9 November
    assert is_overdue(due(date(2026, 11, 17)), today)
    assert not is_overdue(due(today), today)
    assert not is_overdue(due(None), today)
    assert not is_overdue(due(date(2026, 11, 17), "done"), today)
