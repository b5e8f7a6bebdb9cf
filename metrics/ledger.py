"""The denominator ledger: who was left out of a figure, step by step, and how many remain."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, select

from metrics.kinds import BuildClock, Exclusion, Metric, Rate, Ratio
from metrics.published import Build
from metrics.query import counting_from
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope


def steps_of(metric: Metric, clock: BuildClock) -> tuple[Exclusion, ...]:
    """Return the metric's exclusions in order, the rows too young to judge last."""
    if metric.matures_after is None or not isinstance(metric, Rate | Ratio):
        return metric.excluding
    young = Exclusion("immature", metric.on.instant > clock.as_of - clock.wait(metric))
    return (*metric.excluding, young)


def ledger_statement(metric: Metric, question: Question, scope: Scope, clock: BuildClock) -> Select[Any]:
    """Return one statement with, per step, how many rows left there; the last column counts those that remain."""
    if question.by or question.grain or question.known_after is not None:
        raise BadQuestion("a ledger covers the whole span as known now: leave --by, --grain and --equal-age out")
    steps = steps_of(metric, clock)
    left: ColumnElement[Any] = case(*((step.leaves, index) for index, step in enumerate(steps)), else_=len(steps))
    rows: Subquery = counting_from(metric, question, scope, [(left if steps else literal(0)).label("left_at")])
    counts = [func.count(case((rows.c.left_at == index, 1))).label(f"step_{index}") for index in range(len(steps) + 1)]
    columns: list[Any] = [func.count().label("all_rows"), *counts]
    return select(*columns).select_from(rows)


def ledger(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the ledger of each metric: ``metric, step, tickets, left``.

    ``tickets`` is how many rows the step took out (for the first and the last step: how many there are), ``left`` how
    many remained after it. The last step, eligible, is the figure's denominator.
    """
    lines = []
    for name in question.metrics:
        metric = metric_named(name)
        counted = build.read(ledger_statement(metric, question, scope, build.clock)).iloc[0]
        left = int(counted["all_rows"])
        lines.append((name, metric.on.label, left, left))
        for index, step in enumerate(steps_of(metric, build.clock)):
            gone = int(counted[f"step_{index}"])
            left -= gone
            lines.append((name, step.label, gone, left))
        lines.append((name, "eligible", left, left))
    return pd.DataFrame(lines, columns=["metric", "step", "tickets", "left"])
