"""How the rows behind a figure are spread, and what share of a cohort was done by which age: not only averages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import log
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Double, Select, case, cast, func, literal, select

from metrics.answers import ends
from metrics.kinds import BuildClock, Duration, Metric, Ratio, unit_of
from metrics.measures import SHOWN_FROM
from metrics.published import Build
from metrics.query import counting
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope

STEPS_A_DECADE = 12  # bins of seconds: each a fifth wider than the one before
LAST_COUNT = 30  # counts above it share a bin
SHORT_AGES = tuple(timedelta(minutes=m) for m in (15, 60, 240, 480, 1440))
LONG_AGES = (timedelta(hours=4), *(timedelta(days=d) for d in (1, 3, 7, 14)))
SHORT_BELOW_SECONDS = 3600


def has_distribution(metric: Metric) -> bool:
    """Tell whether every row of a metric has an amount of its own: a duration, or what a mean is made of."""
    return isinstance(metric, Duration) or (isinstance(metric, Ratio) and metric.per is None)


def distribution(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return how the rows of one metric are spread: ``low, high, done, waiting, share``, smallest first.

    Bins of seconds are equal on a logarithmic scale (the first is below one second); of anything else one each whole
    number, the last open (``high`` infinite). ``waiting`` are rows whose duration is not over (censored); ``share`` is
    how many are done by ``high``, censored ones reckoned with (Kaplan and Meier's, on the bins).
    """
    metric = _one(question)
    if not has_distribution(metric):
        raise BadQuestion(f"{metric.name} has no distribution: its rows have no amount of their own")
    rows = build.read(_binned(metric, question, scope, build.clock))
    bins, is_seconds = rows["bin"].astype(int), unit_of(metric) == "seconds"
    rows["low"] = np.where(bins < 0, 0.0, 10 ** (bins / STEPS_A_DECADE)) if is_seconds else bins.astype(float)
    rows["high"] = 10 ** ((bins + 1) / STEPS_A_DECADE) if is_seconds else bins + 1.0
    if not is_seconds:
        rows.loc[bins >= LAST_COUNT, "high"] = np.inf
    at_risk = (rows["done"] + rows["waiting"])[::-1].cumsum()[::-1]
    rows["share"] = 1 - (1 - rows["done"] / at_risk).cumprod()
    return rows[["low", "high", "done", "waiting", "share"]]


def _binned(metric: Metric, question: Question, scope: Scope, clock: BuildClock) -> Select[Any]:
    rows = counting(metric, question, scope, clock)
    amount = cast(rows.c.amount, Double)
    if unit_of(metric) == "seconds":
        found: Any = case((amount < 1, -1.0), else_=func.floor(func.ln(amount) * (STEPS_A_DECADE / log(10)) + 1e-9))
    else:
        found = case((amount >= LAST_COUNT, float(LAST_COUNT)), else_=func.floor(amount))
    is_done = rows.c.observed if "observed" in rows.c else literal(1)
    binned = (
        select(found.label("bin"), is_done.label("is_done"))
        .where(rows.c.amount.is_not(None), rows.c.mature == 1)
        .subquery("binned")
    )
    done = func.sum(binned.c.is_done)
    return (
        select(binned.c.bin, done.label("done"), (func.count() - done).label("waiting"))
        .group_by(binned.c.bin)
        .order_by(binned.c.bin)
    )


def ages_for(typical_seconds: float | None) -> tuple[timedelta, ...]:
    """Return the ages at which cohorts are looked at, by how long it usually takes."""
    return SHORT_AGES if typical_seconds is not None and typical_seconds < SHORT_BELOW_SECONDS else LONG_AGES


def cohorts(question: Question, ages: Sequence[timedelta], scope: Scope, build: Build) -> pd.DataFrame:
    """Return what share of each period's rows was done by each age: ``period, age_seconds, value, numerator,
    denominator, mature``.

    The denominator is the whole cohort, so that a share can only rise; it is mature once every row is done or older
    than the age, and the period is over.
    """
    metric = _one(question)
    if not isinstance(metric, Duration) or question.grain is None or question.by:
        raise BadQuestion(f"{metric.name} has no cohorts: they need a duration, a grain and no dimension")
    rows = counting(metric, question, scope, build.clock)
    columns: list[Any] = []
    for nth, age in enumerate(ages):
        is_done = (rows.c.observed == 1) & (rows.c.amount <= age.total_seconds())
        is_open = (rows.c.observed == 0) & (rows.c.amount < age.total_seconds())
        columns += [
            func.count(case((condition, 1))).label(f"{name}_{nth}")
            for name, condition in (("done", is_done), ("open", is_open))
        ]
    counted = build.read(
        select(rows.c.period, func.count().label("n"), *columns)
        .where(rows.c.amount.is_not(None))
        .group_by(rows.c.period)
        .order_by(rows.c.period)
    )
    is_over = [end is not None and end <= build.local_as_of for end in ends(counted, question)]
    lines = [
        {
            "period": row["period"],
            "age_seconds": age.total_seconds(),
            "value": row[f"done_{nth}"] / row["n"] if row["n"] >= SHOWN_FROM else None,
            "numerator": row[f"done_{nth}"],
            "denominator": row["n"],
            "mature": bool(ended and row[f"open_{nth}"] == 0),
        }
        for ended, row in zip(is_over, counted.to_dict("records"), strict=True)
        for nth, age in enumerate(ages)
    ]
    return pd.DataFrame(lines, columns=["period", "age_seconds", "value", "numerator", "denominator", "mature"])


def _one(question: Question) -> Metric:
    if len(question.metrics) != 1:
        raise BadQuestion("distributions and cohorts are of one metric at a time")
    return metric_named(question.metrics[0])
