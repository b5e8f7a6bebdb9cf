"""Durations as alerts follow them: a day's mean of logarithms, its longest and shortest twentieth drawn in."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from sqlalchemy import Double, Select, and_, cast, func, select

from metrics.kinds import Duration, Metric, Ratio
from metrics.published import Build
from metrics.query import counting
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope

WINSORISED: Final = 0.05


def log_means(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the mean log seconds of a handling or a duration: a row a period and value of the dimensions.

    Columns ``period``, the dimensions, ``mean_log`` and ``rows`` (durations above zero that are over). The question has
    one metric and a grain. Raises ``BadQuestion`` for other metrics.
    """
    metric = metric_named(question.metrics[0])
    if len(question.metrics) != 1 or not isinstance(metric, Duration | Ratio) or not question.grain:
        raise BadQuestion("means of logarithms are told of one duration, or one mean of durations, by period")
    return build.read(_statement(metric, question, scope, build))


def _statement(metric: Metric, question: Question, scope: Scope, build: Build) -> Select[Any]:
    rows = counting(metric, question, scope, build.clock)
    kept: list[Any] = [rows.c.amount > 0, rows.c.mature == 1]
    if "observed" in rows.c:
        kept.append(rows.c.observed == 1)
    names = ["period", *question.by]
    amount = cast(rows.c.amount, Double)
    over = select(*(rows.c[name] for name in names), amount.label("amount")).where(*kept).cte("over")
    keys = [over.c[name] for name in names]
    low, high = (func.percentile_cont(p).within_group(over.c.amount) for p in (WINSORISED, 1 - WINSORISED))
    edges = select(*keys, low.label("low"), high.label("high")).group_by(*keys).cte("edges")
    same = and_(*(edges.c[name].is_not_distinct_from(over.c[name]) for name in names))
    drawn = func.ln(func.least(func.greatest(over.c.amount, edges.c.low), edges.c.high))
    told = select(*keys, func.avg(drawn).label("mean_log"), func.count().label("rows"))
    return told.select_from(over.join(edges, same)).group_by(*keys)
