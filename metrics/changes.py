"""What changed between two spans of equal length and weekdays, over the days that are final on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import Any, Literal

import numpy as np
import pandas as pd

from metrics.ages import equal_age
from metrics.asking import ask, ask_both
from metrics.decompose import benjamini_hochberg, dispersion, newcombe, p_of_interval
from metrics.kinds import Count, Metric, Stock
from metrics.measures import Z
from metrics.published import Build
from metrics.question import NO_SPAN, BadQuestion, Question
from metrics.reading import Figure, Verdict, figure_of, number
from metrics.registry import metric_named
from metrics.scope import Scope

Against = Literal["previous", "year"]
HISTORY_WEEKS = 13


class NothingFinal(BadQuestion):
    """No day of the span is final for the metric yet."""


@dataclass(frozen=True)
class Change:
    """A figure beside the same of an earlier span of equal length and weekdays.

    ``low`` and ``high`` bound the change (95 %; None for stocks).
    """

    figure: Figure
    n_before: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def metric(self) -> Metric:
        """The metric that changed."""
        return self.figure.metric

    @property
    def change(self) -> float | None:
        """The difference of the two values."""
        known = self.figure.value is not None and self.figure.before is not None
        return (self.figure.value or 0.0) - (self.figure.before or 0.0) if known else None

    @property
    def p(self) -> float | None:
        """How probable a change as large is by chance, corrected where several were tested; None for stocks."""
        return self.figure.p

    @property
    def verdict(self) -> Verdict:
        """Whether the change is good news, bad news, or none."""
        return self.figure.verdict


def changes(question: Question, scope: Scope, build: Build, against: Against = "previous") -> list[Change]:
    """Return how each metric asked for changed, news first: p-values are corrected for how many metrics were tested.

    What is young is compared at equal age, everything else over the days that are over; one that has none, or no value
    on a side, is left out. Stocks are not tested: their materiality
    decides alone.
    """
    alike: dict[Question, list[str]] = {}  # what is compared over the same days is asked at once
    for name in question.metrics:
        try:
            final = comparable(question.of((name,)), metric_named(name), build)
        except NothingFinal:
            continue
        alike.setdefault(final.of(question.metrics), []).append(name)
    found: list[Change] = []
    for final, names in alike.items():
        found += _changes_of(final.of(names), earlier_of(final.of(names), against), scope, build)
    known = [change for change in found if change.change is not None]
    p = benjamini_hochberg([np.nan if change.p is None else change.p for change in known])
    known = [
        replace(change, figure=replace(change.figure, p=None if np.isnan(value) else float(value)))
        for change, value in zip(known, p, strict=True)
    ]
    return sorted(known, key=lambda change: (change.verdict == "steady", change.p or 0.0))


def comparable(question: Question, metric: Metric, build: Build) -> Question:
    """Return what of a question can be compared: all of it at the age it has, or its final days; raises as they do."""
    if metric.matures_after is not None and metric.on.reads != "now" and question.until is not None:
        return equal_age(question, build)
    return final_part(question, metric, build)[0]


def final_part(question: Question, metric: Metric, build: Build) -> tuple[Question, date | None]:
    """Return the question about the days that are over and past the metric's look-ahead, and the first that is not.

    A question at an age (``known_after``) is judged by what was known then: all its days are.
    """
    if metric.on.reads == "now":
        raise NothingFinal(f"{metric.name} is a list as of now; it has no earlier span to compare with")
    if question.since is None or question.until is None:
        raise BadQuestion(NO_SPAN)
    if question.known_after is not None:
        return question, None
    open_from = (build.local_as_of - build.clock.wait(metric)).date()
    if question.until < open_from:
        return question, None
    last = open_from - timedelta(days=1)
    if question.since > last:
        raise NothingFinal(f"{metric.name} is final up to {last} only; ask for an earlier span")
    return replace(question, until=last), open_from


def earlier_of(question: Question, against: Against) -> Question:
    """Return the question about the span it is compared with."""
    return question.previous() if against == "previous" else question.year_before()


def change_of(now: Question, before: Question, scope: Scope, build: Build) -> Change:
    """Return the change of a question's one metric, with interval and p-value."""
    return _changes_of(now, before, scope, build)[0]


def _changes_of(now: Question, before: Question, scope: Scope, build: Build) -> list[Change]:
    rows, earlier = (answer.set_index("metric").to_dict("index") for answer in ask_both(now, before, scope, build))
    return [
        change_between(metric_named(name), rows[name], earlier[name], weekly_width(now.of((name,)), scope, build))
        for name in now.metrics
    ]


def change_between(metric: Metric, row: Mapping[Any, Any], earlier: Mapping[Any, Any], width: float) -> Change:
    """Return the change of a metric between its rows of two answers; ``width`` is a count's (``weekly_width``)."""
    n_before = number(earlier["denominator"])
    change = Change(figure_of(metric, row, earlier), None if n_before is None else int(n_before))
    bounds = _bounds(change, width)
    if bounds is None or change.change is None:
        return change
    figure = replace(change.figure, p=p_of_interval(change.change, *bounds))
    return replace(change, figure=figure, low=bounds[0], high=bounds[1])


def _bounds(change: Change, width: float) -> tuple[float, float] | None:
    figure = change.figure
    if change.change is None or isinstance(figure.metric, Stock):
        return None
    if isinstance(figure.metric, Count):
        half = Z * sqrt(width * ((figure.value or 0.0) + (figure.before or 0.0)))
        return change.change - half, change.change + half
    bounds = (figure.value, figure.low, figure.high, figure.before, figure.low_before, figure.high_before)
    known = [bound for bound in bounds if bound is not None]
    return newcombe((known[0], known[1], known[2]), (known[3], known[4], known[5])) if len(known) == 6 else None


def weekly_width(question: Question, scope: Scope, build: Build, by: tuple[str, ...] = ()) -> float:
    """Return how much wider than Poisson a count varied by the week in the quarter before the span; 1 for others."""
    metric = metric_named(question.metrics[0])
    if not isinstance(metric, Count) or question.since is None or metric.on.finest in ("month", "quarter"):
        return 1.0
    until = question.since - timedelta(days=question.since.weekday() + 1)
    since = until - timedelta(days=7 * HISTORY_WEEKS - 1)
    weeks = ask(replace(question, by=by, grain="week", since=since, until=until), scope, build)
    mondays = [pd.Timestamp(since + timedelta(weeks=index)) for index in range(HISTORY_WEEKS)]
    table = weeks.pivot_table(index=list(by) or "metric", columns="period", values="value", dropna=False)
    table.columns = pd.to_datetime(table.columns)
    return dispersion(table.reindex(columns=mondays).fillna(0.0).to_numpy(float))
