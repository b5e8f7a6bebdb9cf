"""From two answers split alike to contributors: one way for each kind of metric."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.contributors import SEVERAL, SMALLER, Contributor, Dimension, Kind
from metrics.decompose import (
    Array,
    Side,
    binomial,
    mix_and_rate,
    newcombe,
    p_of_interval,
    pooled,
    two_sided,
    unevenness,
)
from metrics.kinds import Count, Duration, Metric, Rate, Ratio, Stock
from metrics.measures import Z
from metrics.reading import Figure

LEAST = 30  # segments of fewer on either side are pooled

Row = dict[str, Any]


def decomposed(name: str, total: Figure, now: pd.DataFrame, before: pd.DataFrame, spread: float) -> Dimension:
    """Decompose the change of ``total`` by the dimension both answers are split by; p-values are not yet corrected.

    ``spread`` is how much wider than Poisson counts vary.
    """
    here, there = _by_value(now, name), _by_value(before, name)
    values = sorted({**here, **there}, key=lambda value: (value is None, str(value)))
    sides = [here.get(value, {}) for value in values], [there.get(value, {}) for value in values]
    match total.metric:
        case Rate() | Ratio():
            return _of_quotient(name, total, values, *sides)
        case Stock() if total.metric.per is not None:
            return _of_quotient(name, total, values, *sides)
        case Count() | Stock():
            now_n, before_n = (_column(side, "numerator") for side in sides)
            return _of_count(name, total, values, now_n, before_n, spread)
        case Duration():
            return _of_percentile(name, total.metric, values, *sides)
    raise TypeError(f"{type(total.metric).__name__} has no contributors")


def _by_value(answer: pd.DataFrame, name: str) -> dict[Any, Row]:
    rows = ({str(key): value for key, value in row.items()} for row in answer.to_dict("records"))
    return {None if pd.isna(row[name]) else row[name]: row for row in rows}


def _column(rows: Sequence[Row], name: str) -> Array:
    return np.array([_number(row.get(name)) or 0.0 for row in rows], float)


def _side(metric: Metric, rows: Sequence[Row]) -> Side:
    """Return a side; sums divided by sums (worked hours by rostered hours) take their denominators as given."""
    numerator, denominator = _column(rows, "numerator"), _column(rows, "denominator")
    if isinstance(metric, Rate):
        return binomial(numerator, denominator)
    deviation = (_column(rows, "high") - _column(rows, "low")) / 2 / Z
    weight = denominator if _counts_rows(metric) else np.zeros_like(denominator)
    return Side(numerator, denominator, (deviation * denominator) ** 2, weight)


def _counts_rows(metric: Metric) -> bool:
    return isinstance(metric, Rate) or (isinstance(metric, Ratio) and metric.per is None)


def _small(metric: Metric, here: Sequence[Row], there: Sequence[Row]) -> NDArray[np.bool_]:
    """Mark what is too few on either side; nothing at all on one side of many is news, not a small number."""
    if isinstance(metric, Stock):
        return np.zeros(len(here), bool)
    if not _counts_rows(metric):  # how many rows are behind a sum is not told, only whether they gave an interval
        return np.array(
            [_known(row) is None or _known(earlier) is None for row, earlier in zip(here, there, strict=True)]
        )
    now, before = _column(here, "denominator"), _column(there, "denominator")
    least, most = np.minimum(now, before), np.maximum(now, before)
    marked: NDArray[np.bool_] = (least < LEAST) & ~((least == 0) & (most >= LEAST))
    return marked


def _named(values: Sequence[Any], small: NDArray[np.bool_]) -> list[tuple[Any, Kind]]:
    kept: list[tuple[Any, Kind]] = [(v, "segment") for v, is_small in zip(values, small, strict=True) if not is_small]
    return [*kept, (SMALLER, "smaller")] if small.any() else kept


def _of_quotient(
    name: str, total: Figure, values: Sequence[Any], here: Sequence[Row], there: Sequence[Row]
) -> Dimension:
    now, before, small = _side(total.metric, here), _side(total.metric, there), _small(total.metric, here, there)
    sampled = not isinstance(total.metric, Stock)  # a stock is what stands there, not a sample of anything
    if small.any():
        now, before = pooled(now, small), pooled(before, small)
    effects = mix_and_rate(now, before)
    contributors = []
    for index, (value, kind) in enumerate(_named(values, small)):
        effect, deviation = float(effects.total[index]), sqrt(effects.variance[index])
        contributors.append(
            Contributor(
                value,
                kind,
                numerator=float(now.numerator[index]),
                denominator=float(now.denominator[index]),
                numerator_before=float(before.numerator[index]),
                denominator_before=float(before.denominator[index]),
                now=float(now.rate[index]) if now.denominator[index] else None,
                before=float(before.rate[index]) if before.denominator[index] else None,
                mix=float(effects.mix[index]),
                rate=float(effects.rate[index]),
                effect=effect,
                low=effect - Z * deviation if sampled else None,
                high=effect + Z * deviation if sampled else None,
                p=two_sided(effect, deviation) if sampled and kind == "segment" else None,
                is_material=_is_material(total, effect),
            )
        )
    explained = unevenness(effects.total, effects.variance, (now.share + before.share) / 2)
    return Dimension(name, float(effects.mix.sum()), float(effects.rate.sum()), explained, _ranked(contributors))


def _of_count(name: str, total: Figure, values: Sequence[Any], now: Array, before: Array, spread: float) -> Dimension:
    small = np.maximum(now, before) < LEAST
    if small.any():
        now, before = (np.append(side[~small], side[small].sum()) for side in (now, before))
    sampled = isinstance(total.metric, Count)
    variance = spread * (now + before)
    contributors = []
    for index, (value, kind) in enumerate(_named(values, small)):
        n, n_before, deviation = float(now[index]), float(before[index]), sqrt(variance[index])
        contributors.append(
            Contributor(
                value,
                kind,
                numerator=n,
                numerator_before=n_before,
                now=n,
                before=n_before,
                effect=n - n_before,
                low=n - n_before - Z * deviation if sampled else None,
                high=n - n_before + Z * deviation if sampled else None,
                p=two_sided(n - n_before, deviation) if sampled and kind == "segment" else None,
                is_material=_is_material(total, n - n_before),
            )
        )
    overlap = (total.value or 0.0) - (total.before or 0.0) - float((now - before).sum())
    if overlap:  # what is counted once in the whole and once in each of its segments
        contributors.append(Contributor(SEVERAL, "several", effect=overlap))
    share = (now / max(now.sum(), 1) + before / max(before.sum(), 1)) / 2
    explained = unevenness(now - before, variance, share / share.sum()) if share.any() else 0.0
    return Dimension(name, None, None, explained, _ranked(contributors))


def _of_percentile(
    name: str, metric: Metric, values: Sequence[Any], here: Sequence[Row], there: Sequence[Row]
) -> Dimension:
    """Return the segments' own changes: a percentile of the whole is no sum over its parts."""
    contributors = []
    for value, row, earlier in zip(values, here, there, strict=True):
        now, before = _known(row), _known(earlier)
        n, n_before = row.get("denominator", 0.0), earlier.get("denominator", 0.0)
        few = min(n, n_before) < LEAST
        bounds = newcombe(now, before) if now and before and not few else None
        own = Figure(metric, _number(row.get("value")), before=_number(earlier.get("value")))
        contributors.append(
            Contributor(
                value,
                denominator=n,
                denominator_before=n_before,
                now=own.value,
                before=own.before,
                low=bounds[0] if bounds else None,
                high=bounds[1] if bounds else None,
                p=p_of_interval(now[0] - before[0], *bounds) if bounds and now and before else None,
                is_material=own.is_material,
            )
        )
    return Dimension(name, None, None, 0.0, tuple(sorted(contributors, key=_own_change, reverse=True)))


def _own_change(contributor: Contributor) -> tuple[bool, float]:
    """Order own changes: those that are more than chance first, then by how much they change on how many rows."""
    if contributor.now is None or contributor.before is None:
        return False, -1.0
    rows = (contributor.denominator or 0.0) + (contributor.denominator_before or 0.0)
    return contributor.is_sure, abs(contributor.now - contributor.before) * rows


def _known(row: Row) -> tuple[float, float, float] | None:
    value, low, high = (_number(row.get(name)) for name in ("value", "low", "high"))
    return None if value is None or low is None or high is None else (value, low, high)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _is_material(total: Figure, effect: float) -> bool:
    before = total.before or 0.0
    return Figure(total.metric, before + effect, before=before).is_material


def _ranked(contributors: Sequence[Contributor]) -> tuple[Contributor, ...]:
    return tuple(sorted(contributors, key=lambda c: -abs(c.effect or 0.0)))
