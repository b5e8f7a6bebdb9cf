"""What an analyst asks: metrics, dimensions, span, grain, clock, filters. All of it in the URL, none of it believed.

A widget bound to the URL drops what it does not offer; what it offers follows from the registry and from the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from metrics import HEADLINE, METRICS, Question
from metrics.dimensions import REACH, dimensions_of
from metrics.kinds import Metric
from metrics.question import Clock, Grain
from ui import filters
from ui.asking import first_day, values_of
from ui.choice import take_along
from ui.filters import Where
from ui.names import dimension_reads, labels, shared_dimensions, value_named
from ui.page import Page
from ui.spans import ALL_TIME, OWN_DATES, SPANS, USUAL_SPAN, Span, grains_for, own_span, span_named, usual_grain

MOST_METRICS, MOST_DIMENSIONS = 4, 2
AGAINST = {"Nothing": "", "Just before": "previous", "A year before": "year"}
CLOCKS: dict[str, Clock] = {"Calendar": "calendar", "Business hours": "business"}


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of the desk; ``grain`` is None where nothing chosen has periods."""

    metrics: tuple[Metric, ...]
    by: tuple[str, ...]
    span: Span
    grain: Grain | None
    clock: Clock
    against: str
    where: Where

    def question(self, metric: Metric, grain: Grain | None = None, by: Sequence[str] = ()) -> Question:
        """Return the question about one of the metrics over the whole span: with periods where ``grain`` is given."""
        clock: Clock = self.clock if self.clock in metric.clocks else "calendar"
        if metric.on.reads == "now":
            return Question((metric.name,), tuple(by), where=self.where, clock=clock)
        return Question((metric.name,), tuple(by), grain, self.span.since, self.span.until, self.where, clock)

    def why_not(self, metric: Metric) -> str:
        """Say why a metric cannot be told as asked; empty where it can."""
        missing = [dimension_reads(name).lower() for name, _ in self.where if name not in dimensions_of(metric)]
        return f"Cannot be told by {' or '.join(missing)}." if missing else ""


def choices(page: Page) -> Asked | None:
    """Show the controls and return what is asked; None while no metric is chosen."""
    metrics = _metrics(page)
    if not metrics:
        return None
    first = first_day(page.scope, page.build) or page.build.local_as_of.date()
    by = _dimensions(metrics)
    with st.sidebar, st.container(key="controls"):
        span = span_choice(page, first)
        grain = _grain(metrics, span, 1 if not by else 4)
        clock = _clock(metrics)
        against = AGAINST[_one("Compare with", list(AGAINST), "against") or "Nothing"] if not by else ""
        where = _filters(page, metrics)
    return Asked(metrics, by, span.whole(grain) if grain else span, grain, clock, against, where)


def _metrics(page: Page) -> tuple[Metric, ...]:
    known = {label: METRICS[name] for label, name in labels().items() if page.may_see(METRICS[name])}
    usual = [label for label, metric in known.items() if metric.name == HEADLINE[0]]
    picked = st.multiselect(
        "Metrics",
        list(known),
        default=usual,
        key="metric",
        bind="query-params",
        max_selections=MOST_METRICS,
        placeholder="A family, or a word of a metric's name",
    )
    return tuple(known[label] for label in picked if label in known)


def _dimensions(metrics: Sequence[Metric]) -> tuple[str, ...]:
    named = {dimension_reads(name): name for name in shared_dimensions(metrics)}
    picked = st.multiselect(
        "Split by",
        list(named),
        key="by",
        bind="query-params",
        max_selections=MOST_DIMENSIONS,
        placeholder="Nothing: one figure",
    )
    return tuple(named[name] for name in picked if name in named)


def _one(label: str, options: list[str], key: str, default: str | None = None) -> str | None:
    index = options.index(default) if default in options else 0
    found: str | None = st.selectbox(label, options, index=index, key=key, bind="query-params", filter_mode=None)
    return found if found in options else options[index]


def span_choice(page: Page, first: date) -> Span:
    """Show the choice of a span and return it; other pages that have one share it."""
    as_of = page.build.local_as_of
    take_along("span")
    name = _one("Span", [*SPANS, ALL_TIME, OWN_DATES], "span", USUAL_SPAN) or USUAL_SPAN
    usual = span_named(USUAL_SPAN, first, as_of)
    if name != OWN_DATES:
        return span_named(name, first, as_of)
    earliest, latest = min(first, usual.since), as_of.date()
    take_along("days")
    picked = st.date_input(
        "Days", (usual.since, usual.until), earliest, latest, key="days", bind="query-params", format="YYYY-MM-DD"
    )
    return own_span(picked if isinstance(picked, tuple) else (), earliest, as_of) or usual


def _grain(metrics: Sequence[Metric], span: Span, lines: int) -> Grain | None:
    grains = grains_for(metrics, span, lines)
    if not grains:
        return None
    names = {grain.capitalize(): grain for grain in grains}
    usual = usual_grain(grains, span).capitalize()
    return names.get(_one("Grain", list(names), "grain", usual) or usual, names[usual])


def _clock(metrics: Sequence[Metric]) -> Clock:
    if not any("business" in metric.clocks for metric in metrics):
        return "calendar"
    return CLOCKS[_one("Clock", list(CLOCKS), "clock") or "Calendar"]


def _filters(page: Page, metrics: Sequence[Metric]) -> Where:
    """Show the filters every page has, and on demand those of any other dimension a chosen metric knows."""
    usual = filters.values_chosen(page.scope, page.build)
    others = {
        dimension_reads(name): name
        for name in REACH
        if name not in filters.DIMENSIONS and any(name in dimensions_of(metric) for metric in metrics)
    }
    also = st.multiselect(
        "More filters", list(others), key="also", bind="query-params", placeholder="Any other dimension"
    )
    found = [(others[name], _values(others[name], page, metrics)) for name in also if name in others]
    where = (*usual, *((name, values) for name, values in found if values))
    if where:
        st.button("Clear filters", on_click=_clear, type="tertiary", icon=":material/filter_alt_off:")
    return where


def _values(name: str, page: Page, metrics: Sequence[Metric]) -> tuple[str, ...]:
    able = next(metric for metric in metrics if name in dimensions_of(metric))
    asked = "tickets_created" if name in dimensions_of(METRICS["tickets_created"]) else able.name
    options = {value_named(name, value): value for value in values_of(name, page.scope, page.build, asked)}
    picked = st.multiselect(
        dimension_reads(name), list(options), key=name, bind="query-params", placeholder=f"All: {dimension_reads(name)}"
    )
    return tuple(options[value] for value in picked if value in options)


def _clear() -> None:
    for name in (*filters.DIMENSIONS, *REACH, "also"):
        if name in st.session_state:
            st.session_state[name] = []
