"""On a desk where one category quietly got worse, that category is what the explanation names first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from config.settings import Settings
from metrics import METRICS, Question, Scope, ask
from metrics.changes import changes
from metrics.compare import Explanation, explain
from metrics.narrative_change import explanation_reads
from metrics.published import Build, current_build
from metrics.reading import style_of
from metrics.unusual import unusual
from tests.conftest import UNTIL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planted(year_desk: tuple[Settings, dict[str, Any]]) -> tuple[Build, dict[str, Any]]:
    settings, truth = year_desk
    return current_build(settings), truth["quality_drop"]


@pytest.fixture(scope="module")
def found(planted: tuple[Build, dict[str, Any]]) -> Explanation:
    build, drop = planted
    return explain(_weeks_of(drop, "fcr"), Scope.everything(), build)


def _weeks_of(drop: dict[str, Any], *metrics: str) -> Question:
    return Question(metrics, since=date.fromisoformat(drop["begins"][:10]), until=UNTIL.date())


def test_the_planted_category_is_the_first_contributor(
    planted: tuple[Build, dict[str, Any]], found: Explanation
) -> None:
    _, drop = planted
    best = found.dimensions[0]
    first = best.contributors[0]
    assert (best.name, first.value) == ("category", drop["category"])
    assert first.is_sure
    assert first.rate is not None
    assert first.effect is not None
    assert first.effect < first.rate * 0.5 < 0  # what it does, it does by its own rate
    assert first.now is not None
    assert first.before is not None
    assert first.now - first.before == pytest.approx(drop["fcr_points"], abs=0.1)
    assert f"category {drop['category']} (−" in explanation_reads(found, style_of("en-GB", "EUR"))


def test_thanks_come_back_and_are_not_worked_again(
    year_desk: tuple[Settings, dict[str, Any]], planted: tuple[Build, dict[str, Any]]
) -> None:
    # One in forty of the written tickets a reply solved: between one and two of a hundred of all.
    question = Question(("reopen_rate", "reopen_rate_worked"), since=date(2026, 3, 1), until=date(2026, 9, 30))
    came_back = ask(question, Scope.everything(), planted[0]).set_index("metric")["value"]
    assert 0.008 <= came_back["reopen_rate"] - came_back["reopen_rate_worked"] <= 0.02
    assert year_desk[1]["thanks"]["tickets"] > 300


def test_effects_add_up(found: Explanation) -> None:
    assert found.change.change is not None
    assert len(found.dimensions) > 5
    for dimension in found.dimensions:
        assert sum(c.effect or 0.0 for c in dimension.contributors) == pytest.approx(found.change.change, abs=1e-9)


def test_only_final_days_are_compared(found: Explanation) -> None:
    assert found.question.until == UNTIL.date() - timedelta(days=8)
    assert found.immature_from == UNTIL.date() - timedelta(days=7)
    assert found.change.figure.mature


def test_handling_got_shorter_there(planted: tuple[Build, dict[str, Any]]) -> None:
    build, drop = planted
    handling = explain(_weeks_of(drop, "aht"), Scope.everything(), build, by=("category",))
    assert handling.dimensions[0].contributors[0].value == drop["category"]
    assert handling.dimensions[0].contributors[0].is_sure


def test_what_changed_names_it_among_all_metrics(planted: tuple[Build, dict[str, Any]]) -> None:
    build, drop = planted
    question = _weeks_of(drop, *(name for name, metric in METRICS.items() if metric.on.reads != "now"))
    told = {change.metric.name: change for change in changes(question, Scope.everything(), build)}
    assert told["fcr"].verdict == "worse"
    assert told["fcr"].p is not None


def test_its_first_full_week_is_unusual(planted: tuple[Build, dict[str, Any]]) -> None:
    build, drop = planted
    begins = date.fromisoformat(drop["begins"][:10])
    monday = begins + timedelta(days=-begins.weekday() % 7)
    week = Question(("aht",), by=("category",), since=monday, until=monday + timedelta(days=6))
    found = unusual(week, Scope.everything(), build)
    assert list(found.loc[found["is_unusual"], "category"]) == [drop["category"]]
