"""A week is unusual if its segment's own past says so, not because there are many segments or few rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from metrics import Question, Scope, ask
from metrics.answers import wilson
from metrics.decompose import Array, benjamini_hochberg
from metrics.published import Build
from metrics.question import BadQuestion
from metrics.unusual import COLUMNS, _of_counts, _of_quotients, student, student_bound, unusual
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

NAMES = [f"category {index}" for index in range(14)]


def of_counts(count: Array) -> pd.DataFrame:
    return _of_counts({"numerator": pd.DataFrame(count, index=NAMES[: len(count)])})


def of_rates(hits: Array, n: Array) -> pd.DataFrame:
    low, high = wilson(hits, n)
    tables = {"numerator": hits, "denominator": n, "spread": high - low}
    return _of_quotients({name: pd.DataFrame(table, index=NAMES[: len(n)]) for name, table in tables.items()})


@pytest.mark.parametrize(
    ("freedom", "bound"), [(2, 4.303), (4, 2.776), (6, 2.447), (10, 2.228), (30, 2.042), (60, 2.000)]
)
def test_student_agrees_with_the_printed_table(freedom: int, bound: float) -> None:
    assert float(student(np.array([bound]), freedom)[0]) == pytest.approx(0.05, abs=1e-4)
    assert student_bound(freedom) == pytest.approx(bound, abs=1e-3)


def test_a_count_that_doubles_is_unusual_and_its_neighbours_are_not() -> None:
    count = np.random.default_rng(1).poisson(100, (14, 14)).astype(float)
    count[3, -1] = 200
    found = of_counts(count)
    assert np.flatnonzero(benjamini_hochberg(found["p"]) < 0.05).tolist() == [3]
    assert found["expected"].to_numpy() == pytest.approx(100, abs=12)
    assert ((found["low"] < found["expected"]) & (found["expected"] < found["high"])).all()
    assert found["value"].iloc[3] > found["high"].iloc[3]


def test_a_count_that_always_jumps_may_jump() -> None:
    """By hand: weeks of 60 and 140 in turn are 15.5 and 23.7 on the square-root scale, and so are their quartiles.

    8.2 ÷ (8.2 ÷ 1.204 × √(1 + π/26)) = 1.14 widths from the median.
    """
    count = np.array([[60.0, 140.0] * 6 + [60.0, 140.0]])
    assert of_counts(count)["score"].iloc[0] == pytest.approx(1.14, abs=0.01)
    assert of_counts(count)["p"].iloc[0] > 0.05


def test_one_loud_week_in_the_past_hides_nothing() -> None:
    count = np.random.default_rng(2).poisson(100, (1, 14)).astype(float)
    count[0, 5], count[0, -1] = 900, 200
    assert of_counts(count)["p"].iloc[0] < 0.01


def test_too_few_are_not_judged() -> None:
    assert of_counts(np.full((1, 14), 4.0)).empty
    assert of_rates(np.full((2, 14), 10.0), np.full((2, 14), 20.0)).empty
    n = np.full((1, 14), 50.0)
    n[0, :7] = 3  # only six weeks to go by
    assert of_rates(n / 2, n).empty


def test_the_same_rate_is_unusual_of_many_and_usual_of_few() -> None:
    def last(rows: float) -> float:
        n = np.full((14, 14), rows)
        hits = np.random.default_rng(4).binomial(n.astype(int), 0.7).astype(float)
        hits[0, -1] = round(rows * 0.55)
        return float(of_rates(hits, n)["p"].iloc[0])

    assert last(400) < 0.001
    assert last(40) > 0.01


def test_means_are_judged_by_their_own_spread() -> None:
    """By hand: 100 rows of mean 600 and standard deviation 300 have 30 of their own; 900 is ten of that away."""
    rng = np.random.default_rng(6)
    n, mean = np.full((6, 14), 100.0), rng.normal(600, 30, (6, 14))
    mean[2, -1] = 900
    tables = {"numerator": mean * n, "denominator": n, "spread": np.full((6, 14), 2 * 1.96 * 30)}
    found = _of_quotients({name: pd.DataFrame(table, index=NAMES[:6]) for name, table in tables.items()})
    assert found["score"].abs().idxmax() == NAMES[2]
    assert found["score"].max() == pytest.approx(10, abs=3)


@pytest.mark.parametrize("wild", [1.0, 3.0])
def test_segments_that_follow_their_past_are_seldom_unusual(wild: float) -> None:
    """False alarms, measured: of 400 quiet weeks of 14 segments at most 6 in 100 have one; wild ones three times so."""
    rng = np.random.default_rng(8)
    weeks = 0
    for _ in range(400):
        mean = np.full((14, 14), 120.0) if wild == 1 else rng.gamma(120 / (wild - 1), wild - 1, (14, 14))
        weeks += bool((benjamini_hochberg(of_counts(rng.poisson(mean).astype(float))["p"]) < 0.05).any())
    assert weeks / 400 < 0.06 * wild


def test_quiet_rates_are_seldom_unusual() -> None:
    rng = np.random.default_rng(9)
    n = np.full((14, 14), 120.0)
    weeks = 0
    for _ in range(300):
        found = of_rates(rng.binomial(120, 0.7, (14, 14)).astype(float), n)
        weeks += bool((benjamini_hochberg(found["p"]) < 0.05).any())
    assert weeks / 300 < 0.12


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


def test_asked_of_a_build_it_judges_what_it_can(build: Build) -> None:
    week = Question(("tickets_created",), by=("team",), since=date(2026, 3, 16), until=date(2026, 3, 22))
    found = unusual(week, Scope.everything(), build)
    assert list(found.columns) == ["team", *COLUMNS]
    assert unusual(week.of(["fcr"]), Scope.everything(), build).empty  # nobody has 30 a week there


def test_a_young_week_is_judged_at_the_age_it_has(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is every Monday: the week of 23 March, six days old at the story's end, where an outcome takes seven."""
    asked: list[Question] = []

    def kept(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
        asked.append(question)
        return ask(question, scope, build)

    monkeypatch.setattr("metrics.unusual.ask", kept)
    young = Question(("fcr",), by=("channel",), since=date(2026, 3, 23), until=date(2026, 3, 29))
    unusual(young, Scope.everything(), build)
    [question] = asked
    assert question.known_after == build.local_as_of - datetime(2026, 3, 30)  # noqa: DTZ001 - reporting zone
    assert question == replace(young, grain="week", since=date(2025, 12, 22), known_after=question.known_after)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question(("fcr",), by=("team",), since=date(2026, 3, 17), until=date(2026, 3, 23)), "one week"),
        (Question(("fcr",), since=date(2026, 3, 16), until=date(2026, 3, 22)), "by one dimension"),
        (Question(("backlog",), by=("team",), since=date(2026, 3, 16), until=date(2026, 3, 22)), "one count, rate"),
        (Question(("fcr",), by=("team",), since=date(2026, 3, 30), until=date(2026, 4, 5)), "not over yet"),
    ],
)
def test_what_cannot_be_judged_says_why(build: Build, question: Question, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        unusual(question, Scope.everything(), build)
