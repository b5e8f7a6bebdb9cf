"""Equal age: what was known then is what a build of that day would have said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from metrics import METRICS, Question, Scope, ask
from metrics.ages import equal_age
from metrics.kinds import Rate
from metrics.published import Build
from metrics.question import BadQuestion
from metrics.rows import rows
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

EVERYTHING = Scope.everything()
TURNING = tuple(name for name, metric in METRICS.items() if isinstance(metric, Rate) and metric.turned_at is not None)


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


@pytest.mark.parametrize("grain", ["day", "week"])
def test_long_after_everything_is_as_always(build: Build, grain: str) -> None:
    usual = Question(TURNING, grain=grain)
    final = ask(usual, EVERYTHING, build)
    aged = ask(replace(usual, known_after=timedelta(days=400)), EVERYTHING, build)
    both = final.merge(aged, on=["metric", "period"], suffixes=("", "_aged"))
    over = both[both["mature"]]
    assert len(over) > 3
    pd.testing.assert_series_equal(over["numerator"], over["numerator_aged"], check_names=False)
    pd.testing.assert_series_equal(over["denominator"], over["denominator_aged"], check_names=False)


def test_failures_only_add_up_with_age(build: Build) -> None:
    def hits(hours: int) -> pd.DataFrame:
        asked = Question(("fcr", "reopen_rate"), grain="day", known_after=timedelta(hours=hours))
        return ask(asked, EVERYTHING, build).pivot(index="period", columns="metric", values="numerator").iloc[:-8]

    ages = [hits(hours) for hours in (0, 24, 72, 168)]
    for younger, older in pairwise(ages):
        assert (older["reopen_rate"] >= younger["reopen_rate"]).all()
    assert ages[-1]["reopen_rate"].sum() > ages[0]["reopen_rate"].sum()


def test_the_rows_behind_are_those_of_that_age(build: Build) -> None:
    first = build.local_as_of.date() - timedelta(days=build.local_as_of.weekday() + 14)
    asked = Question(("fcr",), since=first, until=first + timedelta(days=6), known_after=timedelta(hours=12))
    answer, behind = ask(asked, EVERYTHING, build).iloc[0], rows(asked, EVERYTHING, build, None)
    assert (behind["amount"].sum(), len(behind)) == (answer["numerator"], answer["denominator"])
    assert not answer["mature"]


def test_only_young_questions_are_asked_at_an_age(build: Build) -> None:
    day = build.local_as_of.date() - timedelta(days=3)
    young = equal_age(Question(("fcr",), since=day, until=day), build)
    assert young.known_after is not None
    assert timedelta(days=2) <= young.known_after < timedelta(days=3)
    old = Question(("fcr",), since=date(2025, 1, 1), until=date(2025, 1, 31))
    assert equal_age(old, build) is old
    plain = Question(("tickets_created",), since=day, until=day)
    assert equal_age(plain, build) is plain  # nothing to wait for


def test_an_age_needs_periods(build: Build) -> None:
    with pytest.raises(BadQuestion, match="give --grain, or --until"):
        ask(Question(("fcr",), known_after=timedelta(hours=1)), EVERYTHING, build)
    with pytest.raises(BadQuestion, match="hours are not compared"):
        ask(Question(("fcr",), grain="hour", known_after=timedelta(hours=1)), EVERYTHING, build)


@pytest.mark.parametrize("name", ["resolution_rate", "csat"])
def test_where_no_outcome_has_a_date_the_same_days_are_compared(build: Build, name: str) -> None:
    """The first days of a young week, which are final, beside the same days of the week before: not all of them."""
    monday = build.local_as_of.date() - timedelta(days=build.local_as_of.weekday() + 7)
    week = Question((name,), since=monday, until=monday + timedelta(days=6))
    aged = equal_age(week, build)
    now, told = (ask(asked, EVERYTHING, build).iloc[0] for asked in (aged, week))
    assert (now["numerator"], now["denominator"], now["mature"]) == (told["numerator"], told["denominator"], False)
    assert aged.known_after is not None
    earlier = aged.previous()
    end = pd.Timestamp(monday) + aged.known_after - build.clock.wait(METRICS[name])
    whole = rows(replace(earlier, known_after=None), EVERYTHING, build, None)
    then = ask(earlier, EVERYTHING, build).iloc[0]
    assert then["denominator"] == (pd.to_datetime(whole["at"]) <= end).sum() < len(whole)
    assert not then["mature"]
