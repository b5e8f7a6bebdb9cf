"""Explore: figures, their trends, and which part of them is looked at. What opens below stands in explore_views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from metrics.changes import change_between, weekly_width
from metrics.kinds import Metric, unit_of
from metrics.narrative import delta_reads, early_reads, evidence
from metrics.question import Question
from metrics.reading import Figure, Style, day_reads, figure_of
from ui import multiples
from ui.alerts import alert_markers
from ui.asking import first_day, values_of
from ui.cards import ARROWS, COLOURS, definition
from ui.explore_choices import Asked
from ui.filters import Where, where_reads
from ui.names import dimension_reads, in_order, value_named
from ui.notes import markers
from ui.page import Page
from ui.pictures import Drawn
from ui.series import Series, series_of
from ui.spans import Span, before, starts
from ui.specs import axis_of
from ui.text import plain
from ui.trends import HEIGHT, LONG_ROOM, MOST_LINES, ROOM, Trend, brushed, trend, trend_data, trend_spec

EVERY = "All"
ROWS_VIEW = "Rows"
NO_ROW: Final = {"value": None, "low": None, "high": None, "denominator": None, "mature": True}


@dataclass(frozen=True)
class Part:
    """What is looked at: days (None: the whole span) and a value of each dimension that is split by (or none)."""

    days: Span | None
    of: Where

    def reads(self, asked: Asked, metric: Metric) -> str:
        """Return the part as text; data, not markup."""
        when = "As of now" if metric.on.reads == "now" else (self.days or asked.span).reads
        values = [f"{dimension_reads(name)}: {value_named(name, value)}" for name, (value,) in self.of]
        return " · ".join([when, *values])


def part(asked: Asked, page: Page) -> Part:
    """Show which part is looked at and return it; a touched chart writes into the same widgets."""
    has_days = asked.grain is not None
    boxes = st.columns([2, *([1] * len(asked.by))]) if has_days else st.columns(max(len(asked.by), 1))
    days = None
    if has_days:
        with boxes[0]:
            days = _days(asked, page)
    of = []
    for name, box in zip(asked.by, boxes[1 if has_days else 0 :], strict=False):
        with box:
            options = values_of(name, page.scope, page.build, asked.metrics[0].name)
            named = {EVERY: "", **{value_named(name, value): value for value in in_order(name, options)}}
            label = f"Rows of {dimension_reads(name).lower()}"
            picked = st.selectbox(label, list(named), key=f"of_{name}", bind="query-params")
            if picked in named and picked != EVERY:
                of.append((name, (named[picked],)))
    return Part(days, tuple(of))


def _days(asked: Asked, page: Page) -> Span | None:
    earliest = min(first_day(page.scope, page.build) or asked.span.since, asked.span.since)
    picked = st.date_input(
        "Rows of these days",
        [],
        earliest,
        page.build.local_as_of.date(),
        key="rows",
        bind="query-params",
        format="YYYY-MM-DD",
        help="Drag over the chart, click a point, or choose days here. Empty: the whole span.",
    )
    return Span(*picked) if isinstance(picked, tuple) and len(picked) == 2 else None


def figure(asked: Asked, metric: Metric, page: Page) -> None:
    """Show a metric over the whole span: value, change, interval, n; its definition as a tooltip."""
    if asked.why_not(metric):
        st.metric(plain(metric.title), page.style.value(metric, None), help=definition(metric, page.build))
        st.caption(plain(asked.why_not(metric)))
        return
    told = _figure(asked, metric, page)
    change = delta_reads(told, page.style)
    st.metric(
        plain(metric.title),
        page.style.value(metric, told.value) + ("" if told.mature or told.value is None else " so far"),
        plain(change) if change else None,
        delta_color=COLOURS.get(told.verdict, "gray"),
        delta_arrow=ARROWS.get(change[:1], "off"),
        delta_description=f"vs {_against(asked, metric)}" if change else None,
        help=definition(metric, page.build),
    )
    when = "As of now" if metric.on.reads == "now" else asked.span.reads
    sure = evidence(told, page.style) or ("too few to show" if told.value is None else "")
    wait = page.build.clock.wait(metric)
    young = metric.matures_after is not None and not told.mature
    early = early_reads(metric, day_reads((page.build.local_as_of - wait).date()), wait) if young else ""
    st.caption(plain(" · ".join(text for text in (when, sure, early) if text)))


def _figure(asked: Asked, metric: Metric, page: Page) -> Figure:
    """Return a metric over the whole span; beside what it is compared with, tested for chance as everywhere."""
    question = asked.question(metric)
    now = _first(page, question)
    if not asked.against or not question.since:
        return figure_of(metric, now, NO_ROW)
    width = page.made(("width", question), lambda: weekly_width(question, page.scope, page.build))
    return change_between(metric, now, _first(page, before(question, asked.against)), width).figure


def _against(asked: Asked, metric: Metric) -> str:
    """Return the days of what is compared with, as the grey line of the trend is."""
    then = before(asked.question(metric), asked.against)
    return Span(then.since, then.until).reads if then.since and then.until else ""


def _first(page: Page, question: Question) -> dict[str, object]:
    rows = page.answer(question).to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else dict(NO_ROW)


def drawn(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> tuple[Trend, list[Series]] | None:
    """Return the trend of a metric and all lines it is split into; None where it has no periods or no rows."""
    if asked.grain is None or metric.on.reads == "now" or asked.why_not(metric):
        return None
    question = asked.question(metric, asked.grain, asked.by)
    at = starts(asked.span, asked.grain)
    lines = [_named(line, asked.by) for line in series_of(metric, page.answer(question), asked.by, at)]
    if not any(point.value is not None for line in lines for point in line.points):
        return None
    compared: Sequence[Series] = ()
    if asked.against:
        then = before(question, asked.against)
        if then.since and then.until:
            compared = series_of(metric, page.answer(then), (), starts(Span(then.since, then.until), asked.grain))
    noted = markers(page, metric, asked.span, asked.where)
    noted += alert_markers(page, metric, asked.span, asked.where)
    shown = Trend(
        metric, asked.grain, lines[:MOST_LINES], compared[0].points if compared else (), noted, looked_at.days
    )
    return shown, lines


def _named(line: Series, by: Sequence[str]) -> Series:
    named = tuple(value_named(name, value) for name, value in zip(by, line.key, strict=True))
    return Series(named, line.points, line.weight)


def trends(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> None:
    """Show the trend of a metric: as one chart, or as small multiples where there are more lines than colours."""
    found = drawn(asked, metric, page, looked_at)
    if found is None:
        if asked.grain is not None and metric.on.reads != "now" and not asked.why_not(metric):
            st.caption("Nothing to draw in this span: no rows, or too few in every period.")
        return
    shown, lines = found
    key = f"trend_{metric.name}"
    if len(lines) <= MOST_LINES:
        trend(shown, page.style, key, _into_rows(key, shown, page, ()))
        return
    grid = f"{key}_of"

    def touched(nth: int) -> None:
        _into_rows(f"{grid}_{nth}", shown, page, tuple(zip(asked.by, lines[nth].key, strict=True)))()

    multiples.grid(shown, lines, page.style, grid, touched)


def _into_rows(key: str, shown: Trend, page: Page, of: Sequence[tuple[str, str]]) -> Callable[[], None]:
    """Return what happens when the chart is touched: its days (and line) become the rows that are looked at."""
    at = [point.start for point in shown.lines[0].points]

    def touched() -> None:
        span = brushed(st.session_state.get(key), at, shown.grain)
        latest = page.build.local_as_of.date()
        st.session_state["rows"] = (span.since, min(span.until, latest)) if span and span.since <= latest else ()
        if span:
            st.session_state["view"] = ROWS_VIEW
            for name, value in of:
                st.session_state[f"of_{name}"] = value

    return touched


def picture(asked: Asked, metric: Metric, page: Page, looked_at: Part) -> Callable[[], Drawn] | None:
    """Return what paints the trend; None where there is none."""
    found = drawn(asked, metric, page, looked_at)
    if found is None:
        return None
    return lambda: painting(found[0], asked, page.style)


def painting(shown: Trend, asked: Asked, style: Style) -> Drawn:
    """Return a trend as a picture of its own, its title saying what, when and of which part of the desk."""
    axis = axis_of(unit_of(shown.metric), shown.values, style)
    is_split = len(shown.lines) > 1
    data = trend_data(shown, axis, style, 10)
    title = " · ".join((shown.metric.title, asked.span.reads, where_reads(asked.where)))
    return Drawn(trend_spec(axis, LONG_ROOM if is_split else ROOM, is_split, False), data, HEIGHT + 60, title)
