"""An answer with the same figures of an earlier span beside each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.ages import equal_age
from metrics.asking import ask
from metrics.changes import Against, earlier_of
from metrics.published import Build
from metrics.question import NO_SPAN, BadQuestion, Grain, Question, period_end, period_start
from metrics.registry import metric_named
from metrics.scope import Scope

BESIDE = ("value", "numerator", "denominator", "mature")


def ask_beside(question: Question, against: Against, scope: Scope, build: Build) -> pd.DataFrame:
    """Answer a question as ``ask`` does, with ``before_value, before_numerator, before_denominator, before_mature``.

    ``change`` is the difference of the values; ``known_after_hours`` is there where the newest period is young. Every
    period is compared with a span as long, on the same weekdays: of months and quarters, which are not alike, each with
    its own. Young ones are judged at equal age on both sides. Raises as ``ask`` does; ``BadQuestion`` without a span.
    """
    question = equal_age(question, build)
    now, then = ask(question, scope, build), _earlier(question, against, scope, build)
    keys = ["metric", *question.by]
    if question.grain:
        now["at"], keys = pd.to_datetime(now["period"]), [*keys, "at"]
    told = then[[*keys, *BESIDE]].rename(columns={name: f"before_{name}" for name in BESIDE})
    both = now.merge(told, on=keys, how="left").drop(columns="at", errors="ignore")
    both["change"] = both["value"] - both["before_value"]
    return aged(both, question)


def aged(answer: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Return an answer with ``known_after_hours``, the age its periods are judged at; as it is where they are final.

    Only then is it not what the same question without an age gives: rows too young to be final count as they stand.
    """
    if question.known_after is None:
        return answer
    hours = question.known_after.total_seconds() / 3600
    is_judged = answer["metric"].map(lambda name: metric_named(name).matures_after is not None)
    return answer.assign(known_after_hours=np.where(is_judged, round(hours, 2), np.nan))


def _earlier(question: Question, against: Against, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the earlier figures; ``at`` is the start of the period each stands beside."""
    if question.grain in ("month", "quarter"):
        told = [
            ask(earlier_of(one, against), scope, build).assign(at=pd.Timestamp(start))
            for start, one in _periods(question, question.grain)
        ]
        return pd.concat(told, ignore_index=True)
    earlier = earlier_of(question, against)
    answer = ask(earlier, scope, build)
    if question.grain and question.since and earlier.since:
        answer["at"] = pd.to_datetime(answer["period"]) + (question.since - earlier.since)
    return answer


def _periods(question: Question, grain: Grain) -> Iterator[tuple[date, Question]]:
    """Yield the first day of every period of a question, and the question about as much of it as was asked for."""
    if question.since is None or question.until is None:
        raise BadQuestion(NO_SPAN)
    start = period_start(question.since, grain)
    while start <= question.until:
        end = period_end(start, grain)
        since, until = max(start, question.since), min(end, question.until)
        age = None if question.known_after is None else question.known_after + (end - until)
        yield start, replace(question, grain=None, since=since, until=until, known_after=age)
        start = end + timedelta(days=1)
