"""Percentiles of durations, from the durations themselves: the warehouse gives a list a group, which is sorted here.

The same as the statements of ``metrics.measures``, which any SQL client can run, in a tenth of the time: a window over
a million rows sorts them with all their columns, and twice; a list is one column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Select, Subquery, func, literal, select
from sqlalchemy.types import NullType

from metrics.kinds import Duration
from metrics.measures import MEASURES, ROUNDING, Z
from metrics.published import Build
from metrics.query import counting
from metrics.question import Question
from metrics.registry import metric_named
from metrics.scope import Scope

Array = NDArray[np.float64]


def measured_percentiles(question: Question, scope: Scope, build: Build, names: Sequence[str]) -> pd.DataFrame:
    """Return what ``metrics.query.statement`` gives for durations: a row a metric and group, columns ``MEASURES``."""
    keys = [*(["period"] if question.grain else []), *question.by]
    metrics = [metric for metric in map(metric_named, names) if isinstance(metric, Duration)]
    parts = (lists_of(metric, counting(metric, question, scope, build.clock), keys) for metric in metrics)
    # One after the other: a union of three such lists never ends in DuckDB 1.5 once tickets are some millions.
    return percentiles_of(metrics, keys, [row for part in parts for row in build.read_lists(part)])


def lists_of(metric: Duration, rows: Subquery, keys: Sequence[str]) -> Select[Any]:
    """Return the statement of every group's durations: ``metric, *keys, observed, amounts``; censored ones apart."""
    groups = [rows.c[key] for key in keys]
    amounts = func.array_agg(rows.c.amount, type_=NullType()).label("amounts")
    return (
        select(literal(metric.name).label("metric"), *groups, rows.c.observed, amounts)
        .where(rows.c.amount.is_not(None))
        .group_by(*groups, rows.c.observed)
    )


def percentiles_of(metrics: Sequence[Duration], keys: Sequence[str], found: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Return the measures of groups from their lists."""
    groups: dict[tuple[Any, ...], dict[int, Array]] = {}
    for *group, observed, amounts in found:
        groups.setdefault(tuple(group), {})[observed] = amounts
    if not keys:  # all of nothing is a group too
        groups = {(metric.name,): groups.get((metric.name,), {}) for metric in metrics}
    named, nothing = {metric.name: metric for metric in metrics}, np.zeros(0)
    rows = [
        (*group, *_measures(named[group[0]], lists.get(1, nothing), lists.get(0, nothing)))
        for group, lists in groups.items()
    ]
    return pd.DataFrame.from_records(rows, columns=["metric", *keys, *MEASURES], coerce_float=True)


def _measures(metric: Duration, ended: Array, left: Array) -> list[float | None]:
    p = metric.percentile
    is_plain = metric.observed is None
    value, low, high = _plain(p, np.concatenate([ended, left])) if is_plain else _kaplan_meier(p, ended, left)
    n = float(len(ended) + len(left))
    measures = {"value": value, "low": low, "high": high, "denominator": n, "immature": 0.0}
    return [measures.get(name) for name in MEASURES]


def _plain(p: float, amounts: Array) -> Sequence[float | None]:
    """Percentile between neighbours; the interval is the order statistics whose ranks the binomial gives."""
    n = len(amounts)
    if n == 0:
        return None, None, None
    amounts, half = np.sort(amounts), Z * np.sqrt(n * p * (1 - p))
    at, first, last = (n - 1) * p, int(np.ceil(n * p - half)), int(np.ceil(n * p + half + 1))
    below, above = float(amounts[int(np.floor(at))]), float(amounts[int(np.ceil(at))])
    value = below + (above - below) * (at - np.floor(at))
    low = float(amounts[max(first, 1) - 1]) if first <= n else None
    return value, low, float(amounts[last - 1]) if last <= n else None


def _kaplan_meier(p: float, ended: Array, left: Array) -> Sequence[float | None]:
    """Kaplan and Meier's percentile with the pointwise (Greenwood) interval inverted, as Brookmeyer and Crowley do."""
    times, counts = np.unique(ended, return_counts=True)
    if len(times) == 0:
        return None, None, None
    died = counts.astype(float)
    gone = np.cumsum(counts) - counts + np.searchsorted(np.sort(left), times, "left")
    risk = len(ended) + len(left) - gone.astype(float)
    is_last = died >= risk
    stay = np.where(is_last, 1.0, risk - died)
    survival = np.cumprod(np.where(is_last, 0.0, stay / risk))
    margin = Z * survival * np.sqrt(np.cumsum(np.where(is_last, 0.0, died / (risk * stay))))
    still = 1 - p + ROUNDING

    def first(reached: NDArray[np.bool_]) -> float | None:
        return float(times[int(reached.argmax())]) if reached.any() else None

    bounded = ~is_last  # where nobody is left the curve has no margin
    return (
        first(survival <= still),
        first(bounded & (survival - margin <= still)),
        first(bounded & (survival + margin <= still)),
    )
