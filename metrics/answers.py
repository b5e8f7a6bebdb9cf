"""From rows of measures to an answer: intervals, maturity, reading order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from metrics.kinds import Metric, Rate, Ratio, Score
from metrics.measures import SHOWN_FROM, SUMS, Z
from metrics.published import Build
from metrics.question import Grain, Question, period_end
from metrics.registry import metric_named

MEASURED = ("value", "numerator", "denominator", "low", "high")


def wilson(numerator: Any, denominator: Any) -> tuple[Any, Any]:
    """Return Wilson's 95 % interval of a rate (Wilson 1927), as fractions; NaN where nothing was counted."""
    hits, n = np.asarray(numerator, float), np.asarray(denominator, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = hits / n
        centre = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def ratio_interval(rows: pd.DataFrame) -> tuple[Any, Any]:
    """Return the normal 95 % interval of a ratio of sums, Σa / Σb, linearised (Cochran 1977, 6.4); NaN below two rows.

    With every b one it is the interval of a mean. Columns: ``numerator, denominator, squares, cross, per_squares,
    rows_counted``.
    """
    a, b, aa, ab, bb, n = (rows[name].astype(float).to_numpy() for name in ("numerator", "denominator", *SUMS))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b
        residual = np.maximum(aa - 2 * ratio * ab + ratio**2 * bb, 0)
        half = Z * np.sqrt(residual * n / (n - 1)) / np.abs(b)
    half = np.where(n >= 2, half, np.nan)
    return ratio - half, ratio + half


def score_interval(rows: pd.DataFrame, scale: tuple[float, float]) -> tuple[Any, Any]:
    """Return the 95 % interval of a mean of answers on a scale, with columns as above; it never leaves the scale.

    Three answers are made up, as Rocks (2016) does for net promoters: half in the middle, a quarter at either end. So a
    few that are all alike do not look certain.
    """
    total, n, squares = (rows[name].astype(float).to_numpy() for name in ("numerator", "denominator", "squares"))
    lowest, highest = scale
    middle = (lowest + highest) / 2
    mean = (total + 3 * middle) / (n + 3)
    spread = (squares + 0.75 * (lowest**2 + highest**2) + 1.5 * middle**2) / (n + 3) - mean**2
    half = Z * np.sqrt(np.maximum(spread, 0) / (n + 3))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = total / n
    return np.clip(np.minimum(mean - half, value), *scale), np.clip(np.maximum(mean + half, value), *scale)


def _fill(metric: Metric, rows: pd.DataFrame) -> pd.DataFrame:
    if isinstance(metric, Rate):
        rows["low"], rows["high"] = wilson(rows["numerator"], rows["denominator"])
    elif isinstance(metric, Score):
        rows["low"], rows["high"] = score_interval(rows, metric.scale)
    elif isinstance(metric, Ratio):
        rows["low"], rows["high"] = ratio_interval(rows)
    if isinstance(metric, Rate | Score):
        rows.loc[rows["denominator"] < SHOWN_FROM, ["low", "high"]] = np.nan
    return rows


def ends(rows: pd.DataFrame, question: Question) -> list[datetime | None]:
    """Return the instant (reporting zone) each row's period is over; None where it has none."""
    midnight = timedelta(days=1)
    if question.grain is None:
        end = datetime.combine(question.until, datetime.min.time()) + midnight if question.until else None
        return [end] * len(rows)
    if question.grain == "hour":
        return [start.to_pydatetime() + timedelta(hours=1) for start in pd.to_datetime(rows["period"])]
    grain: Grain = question.grain
    return [
        datetime.combine(period_end(start.date(), grain), datetime.min.time()) + midnight
        for start in pd.to_datetime(rows["period"])
    ]


def finished(rows: pd.DataFrame, question: Question, build: Build) -> pd.DataFrame:
    """Turn rows of measures into answers: value, low and high filled in, ``mature`` told, in reading order."""
    parts = []
    for name in question.metrics:
        metric = metric_named(name)
        part = _fill(metric, rows[rows["metric"] == name].copy())
        wait = build.clock.wait(metric)
        early = question.known_after is not None and question.known_after < wait
        over = [end is None or end + wait <= build.local_as_of for end in ends(part, question)]
        part["mature"] = (part["immature"].fillna(0) == 0) & np.array(over, dtype=bool) & (not early)
        parts.append(part)
    keys = [*(["period"] if question.grain else []), *question.by]
    answer = pd.concat(parts, ignore_index=True).astype(dict.fromkeys(MEASURED, float))
    answer = answer[["metric", *keys, "value", "numerator", "denominator", "low", "high", "mature"]]
    order = {name: index for index, name in enumerate(question.metrics)}
    return answer.sort_values(
        ["metric", *keys],
        key=lambda column: column.map(order) if column.name == "metric" else column,
        ignore_index=True,
    )
