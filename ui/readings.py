"""Readings beside each other: what the variants of a metric say, for a span and a part of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from metrics import METRICS, Question
from metrics.dimensions import dimensions_of
from metrics.kinds import Duration, Metric, unit_of
from metrics.reading import Style, number
from ui.filters import Where
from ui.page import Page
from ui.series import series_of
from ui.spans import Span, grains_for, starts, usual_grain
from ui.text import plain
from ui.trends import MOST_LINES, Trend, trend

BESIDE = {  # the figure first: a telephone shows little more than two columns
    "value": "Value",
    "title": "Metric",
    "n": "n",
    "variant": "Variant of",
    "against": "Against that reading",
}


@dataclass(frozen=True)
class Asked:
    """For which days and which part of the desk values stand beside each other."""

    span: Span
    where: Where

    def question(self, names: Iterable[str], has_span: bool = True) -> Question:
        """Return the question about metrics; without a span about all there is, which is now where it is told so."""
        days = (self.span.since, self.span.until) if has_span else (None, None)
        return Question(tuple(names), since=days[0], until=days[1], where=self.where)


def readings_of(strict: Metric) -> list[Metric]:
    """Return the other readings of a metric: its variants that measure the same, not another percentile of it."""

    def measures(metric: Metric) -> tuple[object, float | None]:
        return unit_of(metric), metric.percentile if isinstance(metric, Duration) else None

    variants = [metric for metric in METRICS.values() if metric.variant_of == strict.name]
    return [metric for metric in variants if measures(metric) == measures(strict)]


def beside(metrics: Sequence[Metric], asked: Asked, page: Page) -> pd.DataFrame:
    """Return metrics beside each other: the value of each, and how far a variant is from what it is a variant of."""
    able = {m.name: m for m in metrics if page.may_see(m) and all(name in dimensions_of(m) for name, _ in asked.where)}
    strict = {m.variant_of: METRICS[m.variant_of] for m in able.values() if m.variant_of in METRICS}
    able |= {name: metric for name, metric in strict.items() if page.may_see(metric)}
    answers = [
        page.answer(asked.question(names, has_span))
        for has_span, reads in ((True, ("event", "day_end")), (False, ("now",)))
        if (names := [name for name, metric in able.items() if metric.on.reads in reads])
    ]
    found = {str(row["metric"]): row for answer in answers for row in answer.to_dict("records")}
    return pd.DataFrame([_line(metric, found, page.style) for metric in metrics])


def _line(metric: Metric, found: Mapping[str, Mapping[Any, Any]], style: Style) -> dict[str, str]:
    strict = METRICS.get(metric.variant_of or "")
    row = found.get(metric.name, {})
    value, n = number(row.get("value")), number(row.get("denominator"))
    is_early = value is not None and metric.matures_after is not None and not row.get("mature", True)
    base = number(found.get(strict.name, {}).get("value")) if strict else None
    is_told = value is not None and base is not None and strict is not None and metric in readings_of(strict)
    return {
        "title": metric.title,
        "variant": strict.title if strict else "",
        "value": style.value(metric, value) + (" so far" if is_early else ""),
        "n": "" if n is None else style.number(n),
        "against": style.change(metric, value or 0.0, base or 0.0) if is_told else "",
    }


def moves(metrics: Sequence[Metric], asked: Asked, page: Page) -> None:
    """Draw a metric and its other readings over the span: how the number moves with the definition."""
    shown = [m for m in metrics if page.may_see(m) and all(name in dimensions_of(m) for name, _ in asked.where)]
    grains = grains_for(shown, asked.span, MOST_LINES)
    if len(shown) < 2 or not grains:
        return
    grain = usual_grain(grains, asked.span)
    span = asked.span.whole(grain)
    question = replace(Asked(span, asked.where).question(metric.name for metric in shown[:MOST_LINES]), grain=grain)
    answer, at = page.answer(question), starts(span, grain)
    lines = [replace(series_of(metric, answer, (), at)[0], key=(metric.title,)) for metric in shown[:MOST_LINES]]
    st.caption(plain(f"{metrics[0].title} and its other readings, {asked.span.reads}"))
    trend(Trend(metrics[0], grain, lines), page.style, f"moves_{metrics[0].name}")
