"""Why it changed: what moved a figure, the top movers, and the categories outside what they usually do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from metrics import METRICS
from metrics.ages import equal_age
from metrics.changes import Change
from metrics.compare import Explanation, drivers
from metrics.contributors import Contributor
from metrics.dimensions import dimensions_of
from metrics.kinds import Duration, Metric, unit_of
from metrics.narrative_change import effect_reads, explanation_reads, value_reads
from metrics.reading import Style, number
from metrics.review import CAUSES
from metrics.unusual import unusual
from ui import bars
from ui.choice import one_of
from ui.names import dimension_reads
from ui.tables import table
from ui.text import plain
from ui.weekly import Review

DEEPER = ("product_area", "segment", "hour", "priority")  # what a month is looked at by, beside the causes
WATCHED = ("tickets_created", "fcr", "aht", "escalation_rate")


def causes_of(review: Review) -> tuple[str, ...]:
    """Return the dimensions the review explains by: those that are not filtered; a month is looked at more deeply."""
    deeper = DEEPER if review.chosen.period.grain == "month" else ()
    return tuple(name for name in (*CAUSES, *deeper) if name not in review.chosen.narrowed_by)


def why(review: Review) -> None:
    """Why: volume by segment, then what moved a ratio, as bars to both sides."""
    names = [change.metric.name for change in review.changes if not isinstance(change.metric, Duration)]
    names = ["tickets_created", *(name for name in names if name != "tickets_created")]
    name = st.selectbox(
        "What to explain", names, format_func=lambda name: METRICS[name].title, key="why", bind="query-params"
    )
    explanation = review.explained(name or names[0], causes_of(review))
    if explanation is None or not explanation.dimensions:
        st.caption("Nothing of it can be compared yet, or it has no parts to compare.")
        return
    st.text(explanation_reads(explanation, review.page.style))
    options = [found.name for found in explanation.dimensions]
    _bars(explanation, one_of("By", options, "why_by", dimension_reads), review.page.style)


def _bars(explanation: Explanation, dimension: str, style: Style) -> None:
    metric, before = explanation.change.metric, explanation.change.figure.before or 0.0
    known = drivers(explanation, dimension).dropna(subset="effect").head(bars.MOST)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in known.to_dict("records")]
    drawn = [
        bars.Bar(
            value_reads(row["value"]), number(row["effect"]), number(row["low"]), number(row["high"]), number(row["n"])
        )
        for row in rows
    ]
    says = [_amount(metric, bar.value or 0.0, before, style) for bar in drawn]
    told = "; ".join(f"{bar.name} {text}" for bar, text in zip(drawn, says, strict=True))
    alt = f"{metric.title}: what each {dimension_reads(dimension).lower()} did to its change. {told}"
    bars.diverging(drawn, unit_of(metric), says, style, alt, f"why_{metric.name}_{dimension}")


def _amount(metric: Metric, effect: float, before: float, style: Style) -> str:
    """Return what is written at a bar, in the unit of the axis below it: tickets where those are counted."""
    return style.signed(effect, 0) if unit_of(metric) == "count" else effect_reads(metric, effect, before, style)


def movers(review: Review) -> None:
    """Top movers: segments that moved a metric beyond chance, with interval and n."""
    lines = []
    for change in review.changes:
        if change.verdict == "steady" or isinstance(change.metric, Duration):
            continue
        explanation = review.explained(change.metric.name, causes_of(review))
        for found in explanation.dimensions if explanation else ():
            sure = [contributor for contributor in found.contributors if contributor.is_sure]
            lines += [_mover(change, found.name, contributor, review.page.style) for contributor in sure]
    shown = {"metric": "Metric", "segment": "Segment", "effect": "Effect", "bounds": "95 % interval", "n": "n"}
    empty = "No category, team or channel moved a metric beyond chance."
    table(pd.DataFrame(lines), shown, alt="Top movers", empty=empty)


def _mover(change: Change, dimension: str, contributor: Contributor, style: Style) -> dict[str, str]:
    bounds: Sequence[float | None] = (contributor.effect, contributor.low, contributor.high)
    reads = [
        "" if bound is None else effect_reads(change.metric, bound, change.figure.before or 0.0, style)
        for bound in bounds
    ]
    return {
        "metric": change.metric.title,
        "segment": f"{dimension_reads(dimension)} {value_reads(contributor.value)}",
        "effect": reads[0],
        "bounds": f"{reads[1]} to {reads[2]}" if reads[1] else "",
        "n": "" if contributor.n is None else style.number(contributor.n),
    }


def odd(review: Review) -> None:
    """Unusual categories: outside what their own last 13 weeks predict."""
    if review.chosen.period.grain != "week":
        st.caption("What is unusual is told of one week: choose a week.")
        return
    style, lines, young = review.page.style, [], []
    for metric in map(METRICS.__getitem__, WATCHED):
        if not {"category", *review.chosen.narrowed_by} <= set(dimensions_of(metric)):
            continue
        asked = replace(review.question, metrics=(metric.name,), by=("category",))
        found = review.kept(f"odd {metric.name}", partial(unusual, asked, review.page.scope, review.page.build))
        if equal_age(asked, review.page.build).known_after is not None:
            young.append(metric.title)
        lines += [
            {
                "metric": metric.title,
                "category": value_reads(row["category"]),
                "value": style.value(metric, row["value"]),
                "expected": f"{style.value(metric, row['low'])} to {style.value(metric, row['high'])}",
            }
            for row in found[found["is_unusual"]].to_dict("records")
        ]
    shown = {"category": "Category", "metric": "Metric", "value": "This week", "expected": "Its 13 weeks predict"}
    empty = "No category is outside what its own last 13 weeks predict."
    table(pd.DataFrame(lines), shown, alt="Unusual categories", empty=empty)
    if young:
        st.caption(plain(f"So far, beside earlier weeks at the same age: {', '.join(young)}."))
