"""However a page asks, the answer is that of the statement: in one reading or two, by statement or from lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy.sql import Executable

from metrics import METRICS, Question, Scope, ask
from metrics.answers import finished
from metrics.asking import ask_both
from metrics.kinds import Duration
from metrics.published import Build
from metrics.query import statement
from metrics.review import REVIEWED
from metrics.rows import rows
from metrics.values import values
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

SCOPE = Scope.everything()
DURATIONS = tuple(name for name, metric in METRICS.items() if isinstance(metric, Duration))
SPLIT = tuple(name for name in DURATIONS if METRICS[name].on.category is not None)
SECOND_WEEK = Question(("fcr",), since=date(2026, 3, 9), until=date(2026, 3, 15))
MONTH = replace(SECOND_WEEK, since=date(2026, 3, 1), until=date(2026, 3, 31))


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month(tickets=150)) as connection:
        yield build_of(connection)


def _same(got: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(got, wanted, rtol=1e-12, check_dtype=False)


@pytest.mark.parametrize("question", [Question(DURATIONS), Question(SPLIT, by=("category",))])
def test_percentiles_from_lists_are_those_of_the_statement(build: Build, question: Question) -> None:
    told = ask(question, SCOPE, build)
    assert told["value"].notna().sum() > len(question.metrics) / 2
    _same(told, finished(build.read(statement(question, SCOPE, build.clock)), question, build))


def test_lists_of_several_durations_are_read_one_after_the_other(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """A union of them never came to an end in DuckDB 1.5.6 where a helpdesk had five million tickets."""
    asked: list[str] = []
    read = Build.read_lists

    def noted(self: Build, told: Executable) -> list[tuple[Any, ...]]:
        asked.append(str(told))
        return read(self, told)

    monkeypatch.setattr(Build, "read_lists", noted)
    ask(SECOND_WEEK.of(("first_reply_time", "reply_time", "resolution_time_first")), SCOPE, build)
    assert len(asked) == 3
    assert not [told for told in asked if "UNION" in told.upper()]


def test_a_clock_only_some_metrics_know_is_asked_of_those(build: Build) -> None:
    both = ask(Question(("tickets_created", "first_reply_time"), clock="business"), SCOPE, build)
    alone = ask(Question(("first_reply_time",), clock="business"), SCOPE, build)
    assert both["metric"].tolist() == ["tickets_created", "first_reply_time"]
    _same(both.iloc[1:].reset_index(drop=True), alone)


@pytest.mark.parametrize("by", [(), ("category",)])
@pytest.mark.parametrize(
    ("now", "readings"),
    [
        (SECOND_WEEK.of(REVIEWED), 1),
        (replace(SECOND_WEEK.of(REVIEWED), known_after=timedelta(days=2)), 1),
        (MONTH.of(("fcr", "first_reply_time", "backlog")), 2),
        (replace(SECOND_WEEK, until=date(2026, 3, 12)), 2),
    ],
    ids=["week", "at_an_age", "month", "half_a_week"],
)
def test_two_spans_read_at_once_answer_as_each_alone(
    build: Build, monkeypatch: pytest.MonkeyPatch, now: Question, readings: int, by: tuple[str, ...]
) -> None:
    able = [name for name in now.metrics if not by or METRICS[name].on.category is not None]
    now = replace(now.of(able), by=by)
    wanted = [ask(asked, SCOPE, build) for asked in (now, now.previous())]
    asked: list[Question] = []

    def counted(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
        asked.append(question)
        return ask(question, scope, build)

    monkeypatch.setattr("metrics.asking.ask", counted)
    for got, alone in zip(ask_both(now, now.previous(), SCOPE, build), wanted, strict=True):
        _same(got, alone)
    assert len(asked) == readings or (not by and len(asked) > 1)  # of a week without rows totals are asked again


@pytest.mark.parametrize("name", ["tickets_created", "fcr", "first_reply_time", "reopens", "backlog_waiting_on_us"])
def test_values_are_those_of_the_answer_most_rows_first(build: Build, name: str) -> None:
    found = values("category", SCOPE, build, name, 500)
    answer = ask(Question((name,), by=("category",)), SCOPE, build)
    assert sorted(map(str, found)) == sorted(map(str, answer["category"]))
    weights = answer.set_index("category")["denominator" if answer["numerator"].isna().all() else "numerator"]
    if name != "fcr":  # of a rate those too young to judge count as rows too
        assert weights[found].is_monotonic_decreasing
    assert values("category", SCOPE, build, name, 1) == found[:1]


@pytest.mark.parametrize("name", ["tickets_created", "tickets_solved", "first_reply_time", "csat", "backlog"])
def test_the_newest_rows_are_the_first_of_all_rows(build: Build, name: str) -> None:
    everything = rows(Question((name,)), SCOPE, build, None)
    for limit in (1, 7, len(everything), len(everything) + 1):
        told = rows(Question((name,)), SCOPE, build, limit)
        assert told["at"].tolist() == everything["at"].head(limit).tolist()
