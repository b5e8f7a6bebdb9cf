"""What there is to choose from: the values a dimension has among the rows of a metric."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from metrics.kinds import Duration
from metrics.published import Build
from metrics.query import counting
from metrics.question import Question
from metrics.registry import metric_named
from metrics.scope import Scope


def values(dimension: str, scope: Scope, build: Build, name: str, limit: int) -> list[Any]:
    """Return the values a dimension has where a metric counts rows, those with most rows first; None among them.

    Raises as ``metrics.ask`` does.
    """
    metric = metric_named(name)
    rows = counting(metric, Question((name,), by=(dimension,)), scope, build.clock)
    counted = select(rows.c[dimension]).group_by(rows.c[dimension]).order_by(func.count().desc(), rows.c[dimension])
    if isinstance(metric, Duration):
        counted = counted.where(rows.c.amount.is_not(None))
    return build.read(counted.limit(limit))[dimension].tolist()
