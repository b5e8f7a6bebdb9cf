"""The trend of one metric: its values with their interval, what is early, what it is compared with, what happened.

Lines carry their names at their ends: colour, shape and label say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import altair as alt
import streamlit as st

from metrics.kinds import unit_of
from metrics.narrative import trend_reads
from metrics.question import Grain, period_end
from metrics.reading import Style
from ui.spans import Span
from ui.specs import SERIES, SHAPES, Axis, axis_of, by_role, finished, painted
from ui.trend_data import LANES, MOST_LINES, Marker, Trend, millis, trend_data

__all__ = ["MOST_LINES", "Marker", "Trend", "brushed", "reads", "trend", "trend_data", "trend_spec"]

HEIGHT, SMALL_HEIGHT = 300, 150
ROOM, LONG_ROOM = 100, 230  # pixels at the right, for what is written at the lines' ends


def trend(
    drawn: Trend,
    style: Style,
    key: str,
    on_select: Callable[[], None] | None = None,
    small: bool = False,
    ticks: int = 0,
) -> None:
    """Show a trend; with ``on_select`` a span can be brushed or a period clicked (read it with ``brushed``)."""
    axis = axis_of(unit_of(drawn.metric), drawn.values, style)
    has_names = len(drawn.lines) > 1
    room = LONG_ROOM if has_names and max(len(line.name) for line in drawn.lines) > 14 else ROOM
    st.vega_lite_chart(
        trend_data(drawn, axis, style, ticks or (3 if small else 6)),
        trend_spec(axis, room, has_names, on_select is not None),
        height=SMALL_HEIGHT if small else HEIGHT,
        alt=" ".join(reads(drawn, style)),
        key=key,
        on_select=on_select or "ignore",
    )


def reads(drawn: Trend, style: Style) -> list[str]:
    """Return a trend in words, line by line, for those who don't see its chart."""
    said = [trend_reads(drawn.metric, line.points, style, drawn.grain) for line in drawn.lines]
    if len(drawn.lines) < 2:
        return said
    return [f"{line.name}: {text}" for line, text in zip(drawn.lines, said, strict=True)]


def brushed(state: Any, starts: Sequence[date], grain: Grain) -> Span | None:
    """Return the whole periods a selection of the chart covers; None where nothing is selected."""
    selected = (state or {}).get("selection", {})
    bounds = selected.get("brush", {}).get("at") or [point.get("at") for point in selected.get("pick", []) or []]
    if not bounds or any(bound is None for bound in bounds) or not starts:
        return None
    first, last = min(bounds), max(bounds)
    inside = [start for start in starts if first <= millis(start) <= last]
    if not inside:  # a brush between two points means the period it began in
        inside = [max((start for start in starts if millis(start) <= first), default=starts[0])]
    first_day, last_day = (start.date() if isinstance(start, datetime) else start for start in (inside[0], inside[-1]))
    return Span(first_day, period_end(last_day, grain))


@cache
def trend_spec(axis: Axis, room: int, is_split: bool, is_selectable: bool) -> dict[str, Any]:
    """Return the specification of a trend with at most ``room`` pixels at the right for the lines' labels."""
    written = f"min({room}, width * 0.42)"
    along = alt.Scale(type="utc", nice=False, range=[0, {"expr": f"width - {written}"}])
    x = alt.X("at:T", scale=along, axis=None)  # the axis is drawn from the data: ticks stand where periods start
    scale = alt.Scale(zero=False, nice=False, padding=8)
    ticks = alt.Axis(title=None, labelExpr=axis.label, tickCount=5, domain=False)
    y = alt.Y("value:Q", scale=scale, axis=ticks)

    def rows(kind: str) -> Any:
        return alt.Chart().transform_filter(f"datum.kind === '{kind}'")

    line = rows("now").encode(x=x, y=y, color=by_role())
    shape = alt.Shape("role:N", scale=alt.Scale(domain=list(SERIES), range=list(SHAPES)), legend=None)
    hover = [alt.Tooltip(f"{field}:N", title=title) for field, title in HOVER.items()]
    hit = line.mark_point(size=420, opacity=0, filled=True).encode(tooltip=hover)
    if is_selectable:
        brush = alt.selection_interval(name="brush", encodings=["x"])
        hit = hit.add_params(brush, alt.selection_point(name="pick", fields=["at"], on="click"))
    band = line.mark_area(opacity=0.06 if is_split else 0.14)
    # A band needs a neighbour: a period without has its interval as a bar.
    alone = line.mark_rule(strokeWidth=5, opacity=0.1 if is_split else 0.2).transform_filter("datum.alone")
    dot = line.mark_point(filled=True, size=38, opacity=1).transform_filter("datum.dot && datum.final")
    hollow = line.mark_point(filled=False, size=45, strokeWidth=2, opacity=1)
    text = rows("label").mark_text(align="left", dx=9, fontWeight=600, limit={"expr": f"{written} - 10"})
    below = alt.value({"expr": "height"})

    def noted(lane: int) -> Any:
        mark = rows("mark").mark_text(align="left", dx=4, baseline="top", limit=150)
        hover = [alt.Tooltip("name:N", title="Noted"), alt.Tooltip("when:N", title="When")]
        return mark.transform_filter(f"datum.nth === {lane}").encode(tooltip=hover)

    layers = [
        painted(rows("chosen").mark_rect(opacity=0.16), "muted", x=x, x2="to:T"),
        painted(rows("mark").mark_rule(strokeWidth=1.5, strokeDash=[2, 3]), "ink", x=x),
        band.encode(y=alt.Y("low:Q", scale=scale, axis=ticks), y2="high:Q"),
        alone.encode(y=alt.Y("low:Q", scale=scale, axis=ticks), y2="high:Q"),
        painted(rows("before").mark_line(strokeWidth=1.5), "muted", x=x, y=y),
        line.mark_line(strokeWidth=2).transform_filter("datum.final"),
        line.mark_line(strokeWidth=2, strokeDash=[4, 4]).transform_filter("datum.tail"),
        dot.encode(shape=shape),
        hollow.transform_filter("datum.dot && !datum.final").encode(shape=shape),
        text.encode(x=x, y=y, color=by_role(), text="reads:N"),
        *(painted(noted(lane), "ink", x=x, y=alt.value(13 * lane), text="name:N") for lane in range(LANES)),
        painted(rows("tick").mark_text(baseline="top", dy=8, opacity=0.75), "ink", x=x, y=below, text="reads:N"),
        painted(rows("tick").mark_tick(orient="vertical", size=6, thickness=1, yOffset=3), "muted", x=x, y=below),
        rows("limit").mark_point(opacity=0, size=1).encode(x=x, y=y),
        hit,
    ]
    return finished(alt.layer(*layers), axis, padding=4, below=24)


HOVER = {"when": "When", "reads": "Value", "sure": "95 % interval", "name": "What"}
