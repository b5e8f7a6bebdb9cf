"""From facts to figures: one evaluator for every metric of the second implementation.

A fact is a dictionary: ``at`` (naive UTC), what it measures (``num`` and ``den``; or ``seconds``, ``business`` and
``observed``, false where no end has been seen), and whom it belongs to (``ticket``, ``team``, ``agent``, ``category``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from metrics import Question
from metrics.question import NOT_SET
from tests.oracle.dimensions import column
from tests.oracle.world import World

Fact = dict[str, Any]
Kind = Literal["count", "rate", "score", "ratio", "percentile", "kaplan_meier", "distinct", "stock", "stock_percentile"]
Answer = dict[tuple[Any, ...], tuple[float | None, float | None, float | None]]  # value, numerator, denominator
FEW = 5
PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}


@dataclass(frozen=True)
class Measure:
    """How a metric is computed: which facts, added up how, final after which window of the settings."""

    kind: Kind
    facts: Callable[[World], list[Fact]]
    num: str = "num"
    den: str = "den"
    share: float = 0.5
    matures: str | None = None
    factor: float = 1.0
    shown_from: float = 0.0


def answer(name: str, measure: Measure, question: Question, world: World) -> Answer:
    """Answer a question: per period (none: one) and dimension values, what the warehouse's row must say."""
    facts = world.frame(measure.facts)
    if facts.empty:
        return {}
    facts = _mature(facts, measure, world)
    facts = _asked(facts, measure, question, world)
    keys = [column(world, facts, dimension).rename(dimension) for dimension in question.by]
    frame = pd.concat([facts, *(key.rename(f"by_{key.name}") for key in keys)], axis=1)
    if "tag" in question.by:
        frame = frame.explode("by_tag")
    by = [*(["period"] if question.grain else []), *(f"by_{dimension}" for dimension in question.by)]
    if measure.kind.startswith("stock"):
        frame = _closing_days(frame, question, world)
    groups: Iterator[Any] = iter(frame.groupby(by, dropna=False)) if by else iter([((), frame)])
    return {_key(key): _figure(measure, group, question.clock) for key, group in groups}


def _mature(facts: pd.DataFrame, measure: Measure, world: World) -> pd.DataFrame:
    if measure.matures is None:
        return facts
    length: int = getattr(world.desk.settings, measure.matures)
    window = timedelta(hours=length) if measure.matures.endswith("hours") else timedelta(days=length)
    return facts[facts["at"] + window <= world.desk.as_of]


def _asked(facts: pd.DataFrame, measure: Measure, question: Question, world: World) -> pd.DataFrame:
    local = facts["local"]
    mask = pd.Series(True, index=facts.index)
    if question.since:
        mask &= local >= pd.Timestamp(question.since)
    if question.until:
        mask &= local < pd.Timestamp(question.until) + pd.Timedelta(days=1)
    for dimension, wanted in question.where:
        mask &= column(world, facts, dimension).map(lambda value, wanted=wanted: _is_among(value, wanted))
    return facts.assign(period=_period(local, question.grain))[mask]


def _period(local: pd.Series, grain: str | None) -> pd.Series:
    if grain is None:
        return pd.Series("", index=local.index)
    starts = local if grain == "hour" else local.dt.to_period(PERIODS[grain]).dt.start_time
    named: pd.Series = starts.dt.strftime("%Y-%m-%d %H:00:00" if grain == "hour" else "%Y-%m-%d")
    return named


def _is_among(value: Any, wanted: tuple[str, ...]) -> bool:
    values = value if isinstance(value, list) else [value]
    return any((NOT_SET if pd.isna(one) else one) in wanted for one in values)


def _closing_days(frame: pd.DataFrame, question: Question, world: World) -> pd.DataFrame:
    """A stock is what stands there on the last day of the period, or of the span, or of what is known."""
    now = pd.Timestamp(world.today)
    last = min(now, pd.Timestamp(question.until)) if question.until else now
    if question.grain is None:
        return frame[frame["local"] == last]
    ends = frame["local"].dt.to_period(PERIODS[question.grain]).dt.end_time.dt.normalize()
    closing: pd.DataFrame = frame[frame["local"] == ends.clip(upper=last)]
    return closing


def _key(key: Any) -> tuple[Any, ...]:
    return tuple("" if pd.isna(part) else str(part) for part in (key if isinstance(key, tuple) else (key,)))


def _figure(measure: Measure, group: pd.DataFrame, clock: str) -> tuple[float | None, float | None, float | None]:
    if measure.kind in ("percentile", "stock_percentile", "kaplan_meier"):
        seconds = group["business" if clock == "business" else "seconds"].to_numpy(float)
        if measure.kind != "kaplan_meier":
            seconds = seconds[group["observed"].to_numpy(bool)]
            return (float(np.quantile(seconds, measure.share)) if len(seconds) else None), None, float(len(seconds))
        return kaplan_meier(seconds, group["observed"].to_numpy(bool), measure.share), None, float(len(seconds))
    if measure.kind == "distinct":
        number = float(group["ticket"].nunique())
        return number, number, None
    numerator = float(group[measure.num].sum()) * measure.factor
    if measure.kind in ("count", "stock"):
        return numerator, numerator, None
    denominator = float(group[measure.den].sum())
    few = denominator < FEW if measure.kind in ("rate", "score") else denominator == 0
    return (None if few else numerator / denominator), numerator, denominator


def kaplan_meier(seconds: np.ndarray, observed: np.ndarray, share: float) -> float | None:
    """Return the first time at which so large a share has ended, where those still running count as long as seen.

    Who was last seen at the very time somebody ended was still at risk then.
    """
    times, places = np.unique(seconds, return_inverse=True)
    leaving = np.bincount(places, minlength=len(times))
    ending = np.bincount(places, weights=observed, minlength=len(times))
    surviving, at_risk = 1.0, len(seconds)
    for time, ended, gone in zip(times, ending, leaving, strict=True):
        surviving *= 1 - ended / at_risk
        if ended and surviving <= 1 - share + 1e-12:
            return float(time)
        at_risk -= int(gone)
    return None
