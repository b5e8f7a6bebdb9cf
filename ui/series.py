"""From an answer to what a trend draws: points of one metric, by value of a dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from metrics.kinds import Count, Metric, Stock
from metrics.question import NOT_SET
from metrics.reading import Point, number

Key = tuple[str, ...]  # a value of each dimension; empty where nothing is split


@dataclass(frozen=True, eq=False)
class Series:
    """A line: the value of each dimension it is of, its points, and how many rows stand behind it.

    ``dots`` are the starts that carry a dot; without, all do where they are few.
    """

    key: Key
    points: tuple[Point, ...]
    weight: float = 0.0
    dots: frozenset[date] | None = None

    @property
    def name(self) -> str:
        """What the line is called; data, not markup."""
        return " · ".join(self.key)


def points(metric: Metric, rows: Mapping[date, Mapping[str, Any]], at: Sequence[date]) -> tuple[Point, ...]:
    """Return a point for every start in ``at``: no rows means zero of what is counted, a gap in what is divided."""
    absent = 0.0 if counts_rows(metric) else None
    return tuple(_point(start, rows[start]) if start in rows else Point(start, absent) for start in at)


def counts_rows(metric: Metric) -> bool:
    """Tell whether no rows mean zero: of what is counted, not of what is divided."""
    return isinstance(metric, Count) or (isinstance(metric, Stock) and metric.per is None)


def series_of(metric: Metric, answer: pd.DataFrame, by: Sequence[str], at: Sequence[date]) -> list[Series]:
    """Return the lines of one metric in an answer with periods, the one with most rows first."""
    rows = answer[answer["metric"] == metric.name]
    found: dict[Key, dict[date, Mapping[str, Any]]] = {} if by or len(rows) else {(): {}}
    weights: dict[Key, float] = {}
    for row in rows.to_dict("records"):
        key = tuple(value_reads(row[name]) for name in by)
        found.setdefault(key, {})[_start(row["period"], at)] = {str(name): value for name, value in row.items()}
        weights[key] = weights.get(key, 0.0) + weight_of(row)
    lines = [Series(key, points(metric, periods, at), weights.get(key, 0.0)) for key, periods in found.items()]
    return sorted(lines, key=lambda line: (-line.weight, line.name.casefold()))


def weight_of(row: Mapping[Any, Any]) -> float:
    """Return how many rows stand behind a value: its denominator, or what was counted."""
    counted = (number(row.get(name)) for name in ("denominator", "numerator"))
    return next((count for count in counted if count is not None), 0.0)


def value_reads(value: Any) -> str:
    """Return a dimension's value as text; what the source does not know has a name of its own."""
    if value is None or pd.isna(value):
        return NOT_SET
    return f"{value:.0f}" if isinstance(value, float) else str(value)  # a whole number beside a missing one


def _start(period: Any, at: Sequence[date]) -> date:
    stamp = pd.Timestamp(period)
    return stamp.to_pydatetime() if at and isinstance(at[0], datetime) else stamp.date()


def _point(start: date, row: Mapping[str, Any]) -> Point:
    return Point(start, number(row["value"]), number(row["low"]), number(row["high"]), bool(row["mature"]))
