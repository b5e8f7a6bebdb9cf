"""Young periods beside older ones at equal age: what was known so long after a period's end.

A rate with a look-ahead says, per row, when its outcome turned (``Rate.turned_at``: when a solved ticket came back).
Asked at an age, a row whose outcome turned later counts as it stood then, and so do rows of last year: last week's
first contact resolution, two days old, is compared with what every earlier week's was at two days.

Where outcomes cannot be dated (an answer may still be changed), only rows final at that age count: the first days of
a young week beside the same days of every earlier one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import DateTime, cast, func, literal

from metrics.kinds import BuildClock, Column, Metric, Rate
from metrics.published import Build
from metrics.question import BadQuestion, Grain, Question, period_end, period_start
from metrics.registry import metric_named

_REACHES_THE_NEXT = {"day": 1, "week": 7, "month": 32, "quarter": 93}


def is_dated(metric: Metric) -> bool:
    """Tell whether it is known when a row's outcome turned, so that young rows count as they stand."""
    return isinstance(metric, Rate) and metric.turned_at is not None


def known_by(metric: Metric, question: Question, clock: BuildClock, period: Column | None) -> Column | None:
    """Return the instant (reporting zone) up to which a row's fate is known; None where it is judged as always.

    ``period`` is the first day of the row's period; without one the question's span ends it.
    """
    if question.known_after is None or metric.matures_after is None:
        return None
    end: Any
    if period is not None and question.grain is not None:
        if question.grain == "hour":
            raise BadQuestion("hours are not compared at equal age; choose day, week, month or quarter")
        next_start = func.date_trunc(question.grain, func.add_days(period, _REACHES_THE_NEXT[question.grain]))
        end = cast(next_start, DateTime)
    elif question.until is not None:
        end = literal(datetime.combine(question.until, time()) + timedelta(days=1), DateTime)
    else:
        raise BadQuestion("an age needs periods: give --grain, or --until")
    return func.least(func.add_seconds(end, int(question.known_after.total_seconds())), literal(clock.local_as_of))


def at_age(metric: Rate, cutoff: Column, clock: BuildClock) -> tuple[Column, Column]:
    """Return hits as they stood at ``cutoff`` (reporting zone), and which rows there were then."""
    later = func.to_local(metric.turned_at, literal(clock.time_zone)) > cutoff
    # The outcome has turned once: before that it was the opposite of what it is.
    hits = (metric.hits & ~func.coalesce(later, False)) | (~metric.hits & func.coalesce(later, False))
    return hits, metric.on.local <= cutoff


def final_at(metric: Metric, cutoff: Column, clock: BuildClock) -> Column:
    """Return which rows had been final at ``cutoff`` (reporting zone)."""
    return metric.on.local <= func.add_seconds(cutoff, -int(clock.wait(metric).total_seconds()))


def equal_age(question: Question, build: Build) -> Question:
    """Return the question at the age of its newest period, if a metric in it is too young to be final there."""
    if question.grain is None and question.until is None:
        return question  # all time has no age
    waits = [build.clock.wait(metric) for metric in map(metric_named, question.metrics)]
    last = question.until or build.local_as_of.date()
    grain: Grain = question.grain or "day"
    end = datetime.combine(period_end(period_start(last, grain), grain), time()) + timedelta(days=1)
    age = build.local_as_of - end
    return replace(question, known_after=age) if age < max(waits, default=timedelta()) else question
