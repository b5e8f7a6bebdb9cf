"""Explaining change: what moved a figure between two spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from metrics.asking import ask_both
from metrics.changes import Against, Change, change_of, earlier_of, final_part, weekly_width
from metrics.contributors import Dimension, corrected
from metrics.dimensions import OVERLAPPING, dimensions_of
from metrics.published import Build
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope
from metrics.segments import decomposed

# People are asked for by name; hours and statuses say when and how far a row is, not why it changed.
ONLY_BY_NAME = ("agent", "hour", "weekday", "status")
MOST_VALUES = 200
MOST_POOLED = 0.5  # of the rows: beyond it a dimension says more of what it pools than of what it names


@dataclass(frozen=True)
class Explanation:
    """The change of one metric, decomposed by each dimension; the one that explains most comes first.

    ``question`` covers the days that are final; what was asked for beyond them begins at ``immature_from``.
    """

    change: Change
    question: Question
    earlier: Question
    against: Against
    immature_from: date | None
    dimensions: tuple[Dimension, ...]


def explain(
    question: Question, scope: Scope, build: Build, against: Against = "previous", by: Sequence[str] | None = None
) -> Explanation:
    """Explain the change of a metric between the question's span and the one it is compared with.

    Without ``by`` every sensible dimension is tried that has 2 to 200 values and most rows in segments of 30 and more.
    Raises ``BadQuestion`` where the question is about several metrics, is split, has no span, or nothing in it is
    final yet, and where the parts of a dimension overlap; and what ``ask`` raises.
    """
    if len(question.metrics) != 1 or question.by or question.grain:
        raise BadQuestion("one metric over one span is explained at a time: leave the grain out, name dimensions as by")
    metric = metric_named(question.metrics[0])
    if overlapping := OVERLAPPING & set(by or ()):
        name = min(overlapping)
        raise BadQuestion(f"a row may have more than one {name}, so effects by {name} do not add up; filter by one")
    final, immature_from = final_part(question, metric, build)
    earlier = earlier_of(final, against)
    change = change_of(final, earlier, scope, build)
    names = by or [name for name in dimensions_of(metric) if name not in {*ONLY_BY_NAME, *OVERLAPPING}]
    dimensions = []
    for name in names if change.change is not None else ():
        now, before = ask_both(replace(final, by=(name,)), replace(earlier, by=(name,)), scope, build)
        if by or 2 <= pd.concat([now[name], before[name]]).nunique(dropna=False) <= MOST_VALUES:
            width = weekly_width(final, scope, build, (name,))
            found = decomposed(name, change.figure, now, before, width)
            if by or found.pooled < MOST_POOLED:
                dimensions.append(found)
    ranked = sorted(corrected(dimensions), key=lambda dimension: (-dimension.explained, dimension.surest))
    return Explanation(change, final, earlier, against, immature_from, tuple(ranked))


def drivers(explanation: Explanation, dimension: str | None = None) -> pd.DataFrame:
    """Return a dimension's contributors (the best one's unless named) for diverging bars, sorted by size of effect.

    Columns: ``value, kind, mix, rate, effect, low, high, n, n_before, now, before, p, is_material, is_sure``.
    """
    columns = ["value", "kind", "mix", "rate", "effect", "low", "high", "now", "before", "p", "is_material", "is_sure"]
    chosen = [found for found in explanation.dimensions if dimension in (None, found.name)][:1]
    rows: list[dict[str, Any]] = [
        {name: getattr(c, name) for name in columns} | {"n": c.n, "n_before": c.n_before}
        for found in chosen
        for c in found.contributors
    ]
    return pd.DataFrame(rows, columns=[*columns, "n", "n_before"])
