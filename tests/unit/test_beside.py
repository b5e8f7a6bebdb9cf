"""What a span is compared with is as long and lies on the same weekdays, whether it is asked alone or in a trend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import Question, Scope, ask
from metrics.beside import ask_beside
from metrics.published import Build
from metrics.question import BadQuestion, period_end
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui.periods import Period

SCOPE = Scope.everything()
NAMES = ("tickets_created", "backlog_waiting_on_us", "csat")


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month(tickets=150)) as connection:
        yield build_of(connection)


@given(some.dates(date(2020, 1, 1), date(2030, 1, 1)), some.integers(0, 400))
def test_the_span_before_is_as_long_on_the_same_weekdays_and_ends_within_a_week(since: date, days: int) -> None:
    until = since + timedelta(days=days)
    earlier = Question(("fcr",), since=since, until=until).previous()
    assert earlier.since is not None
    assert earlier.until is not None
    assert earlier.until - earlier.since == until - since
    assert earlier.since.weekday() == since.weekday()
    assert timedelta(days=1) <= since - earlier.until <= timedelta(days=7)


def test_a_month_is_not_compared_with_the_shorter_one_before() -> None:
    """October 2026 has 31 days and ends on a Saturday: 31 days that end on Saturday, 26 September."""
    october = Question(("backlog",), since=date(2026, 10, 1), until=date(2026, 10, 31))
    earlier = october.previous()
    assert (earlier.since, earlier.until) == (date(2026, 8, 27), date(2026, 9, 26))
    month = Period("month", date(2026, 10, 1))
    assert month.compared == (earlier.since, earlier.until)
    assert month.compared_reads == "the same weekdays 5 weeks earlier (27 August – 26 September 2026)"
    assert month.compared_short == "27 Aug to 26 Sep"
    week = Period("week", date(2026, 11, 9))
    assert (week.compared_reads, week.compared_short) == ("the week of 2 November 2026", "2 Nov")
    assert week.compared == (week.before.first, week.before.last)


def test_a_trend_of_months_lines_up_with_months() -> None:
    months = Question(("fcr",), grain="month", since=date(2026, 9, 1), until=date(2026, 10, 31))
    assert (months.previous().since, months.previous().until) == (date(2026, 7, 1), date(2026, 8, 31))


@pytest.mark.parametrize("against", ["previous", "year"])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_every_period_stands_beside_what_it_is_compared_with_alone(build: Build, grain: str, against: str) -> None:
    question = Question(NAMES, grain=grain, since=date(2026, 3, 2), until=date(2026, 3, 29))  # type: ignore[arg-type]
    told = ask_beside(question, against, SCOPE, build)  # type: ignore[arg-type]
    assert len(told) == len(ask(question, SCOPE, build))
    for row in told.to_dict("records"):
        start = pd.Timestamp(row["period"]).date()
        first, last = max(start, date(2026, 3, 2)), min(period_end(start, question.grain or "day"), date(2026, 3, 29))
        # Days and weeks go back as a whole, so that they line up; this month is 28 days of it, which is the same.
        back = timedelta(weeks=4) if against == "previous" else timedelta(days=364)
        alone = Question((row["metric"],), since=first - back, until=last - back)
        wanted = ask(alone, SCOPE, build).iloc[0]["numerator"]
        assert (0 if pd.isna(row["before_numerator"]) else row["before_numerator"]) == wanted


def test_a_comparison_needs_a_span(build: Build) -> None:
    for grain in (None, "month"):
        with pytest.raises(BadQuestion, match="needs a span"):
            ask_beside(Question(NAMES, grain=grain), "year", SCOPE, build)


def test_what_is_judged_at_an_age_says_so(build: Build) -> None:
    """The week of 23 March is six days old at the story's end: of its shares the age is told, of counts none."""
    week = Question(NAMES, since=date(2026, 3, 23), until=date(2026, 3, 29))
    told = ask_beside(week, "previous", SCOPE, build).set_index("metric")["known_after_hours"]
    assert told["csat"] == (build.local_as_of - datetime(2026, 3, 30)).total_seconds() / 3600  # noqa: DTZ001
    assert pd.isna(told["tickets_created"])
    long_ago = Question(NAMES, since=date(2026, 3, 2), until=date(2026, 3, 8))
    assert "known_after_hours" not in ask_beside(long_ago, "previous", SCOPE, build)
