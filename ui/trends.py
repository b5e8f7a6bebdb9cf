"""The trend of one metric: its values with their interval, what is early, what it is compared with, what happened.

A line that is split carries its values' names at its end: colour, shape and label say the same. One table goes to the
browser; ``kind`` says which layer draws a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from metrics.kinds import Metric, unit_of
from metrics.narrative import trend_reads
from metrics.question import Grain, period_end
from metrics.reading import Point, Style
from ui.series import Series, counts_rows
from ui.spans import Span, period_reads
from ui.specs import SERIES, SHAPES, Axis, axis_of, by_role, finished, painted

HEIGHT, SMALL_HEIGHT = 300, 150
MOST_LINES = len(SERIES)
DOTS_UP_TO = 80  # points of a line; more would run together
LABEL_GAP = 0.09  # of the height: what a label needs


@dataclass(frozen=True)
class Marker:
    """Something that happened: a day or a span, and what people wrote about it (data, not markup)."""

    since: date
    until: date
    text: str


@dataclass(frozen=True, eq=False)
class Trend:
    """What one chart shows. ``limits`` are values every chart beside it reaches too, so that heights compare."""

    metric: Metric
    grain: Grain
    lines: Sequence[Series]
    before: Sequence[Point] = ()  # the nth is compared with the nth of the line
    markers: Sequence[Marker] = ()
    chosen: Span | None = None  # the part whose rows are looked at
    limits: tuple[float, ...] = ()

    @property
    def values(self) -> list[float]:
        """Every value that must fit, intervals included."""
        points = [point for line in self.lines for point in line.points] + list(self.before)
        found = [bound for p in points for bound in (p.value, p.low, p.high) if bound is not None]
        return [*found, *self.limits, *([0.0] if counts_rows(self.metric) else [])]


def trend(
    drawn: Trend, style: Style, key: str, on_select: Callable[[], None] | None = None, small: bool = False
) -> None:
    """Show a trend; with ``on_select`` a span can be brushed or a period clicked (read it with ``brushed``)."""
    axis = axis_of(unit_of(drawn.metric), drawn.values, style)
    has_names = len(drawn.lines) > 1
    st.vega_lite_chart(
        trend_data(drawn, axis, style),
        trend_spec(axis, 120 if has_names else 70, on_select is not None),
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


def millis(start: date) -> int:
    """Return a wall-clock instant as the browser counts it; the chart's axis is UTC, so nothing is shifted."""
    at = start if isinstance(start, datetime) else datetime.combine(start, datetime.min.time())
    return int(at.replace(tzinfo=UTC).timestamp() * 1000)


def trend_data(drawn: Trend, axis: Axis, style: Style) -> pa.Table:
    """Return what the trend draws: ``tail`` marks the dashed part, young points and the final one before them."""
    rows = [
        row for role, line in zip(SERIES, drawn.lines, strict=False) for row in _line(drawn, line, role, axis, style)
    ]
    at = [point.start for point in drawn.lines[0].points] if drawn.lines else []
    for nth, (start, point) in enumerate(zip(at, drawn.before, strict=False)):
        says = f"{style.value(drawn.metric, point.value)}, {period_reads(point.start, drawn.grain)}"
        rows.append(
            {"kind": "before", "at": millis(start), "nth": nth, "value": axis.scaled(point.value), "reads": says}
        )
    if at:
        rows += [_event(marker, at) for marker in drawn.markers]
        rows += [{"kind": "limit", "at": millis(at[0]), "value": axis.scaled(value)} for value in _ends(drawn.values)]
    if drawn.chosen:
        end = drawn.chosen.until + timedelta(days=1)
        rows.append({"kind": "chosen", "at": millis(drawn.chosen.since), "to": millis(end)})
    rows += _labels(rows, len(drawn.lines) > 1, axis.scaled(max(drawn.values, default=0.0)) or 0.0)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


TEXTS, NUMBERS, FLAGS = ("kind", "role", "when", "reads", "name"), ("value", "low", "high"), ("final", "tail", "dot")
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.int64()) for name in ("at", "to", "nth")),
        *((name, pa.float64()) for name in NUMBERS),
        *((name, pa.bool_()) for name in FLAGS),
    ]
)


def _line(drawn: Trend, line: Series, role: str, axis: Axis, style: Style) -> list[dict[str, Any]]:
    known = [nth for nth, point in enumerate(line.points) if point.value is not None]
    young_from = next((nth for nth in known if not line.points[nth].mature), len(line.points))
    is_sparse = len(line.points) <= DOTS_UP_TO
    return [
        {
            "kind": "now",
            "role": role,
            "at": millis(point.start),
            "to": millis(point.start),
            "nth": nth,
            "value": axis.scaled(point.value),
            "low": axis.scaled(point.low),
            "high": axis.scaled(point.high),
            "final": nth < young_from,
            "tail": nth >= young_from - 1,
            "dot": is_sparse or nth == (known[-1] if known else 0),
            "when": period_reads(point.start, drawn.grain),
            "reads": style.value(drawn.metric, point.value) + ("" if point.mature else " so far"),
            "name": line.name or drawn.metric.title,
        }
        for nth, point in enumerate(line.points)
    ]


def _event(marker: Marker, at: Sequence[date]) -> dict[str, Any]:
    began = max(millis(marker.since), millis(at[0]))
    return {"kind": "mark", "at": began, "name": marker.text, "when": Span(marker.since, marker.until).reads}


def _ends(values: Sequence[float]) -> tuple[float, ...]:
    return (min(values), max(values)) if values else ()


def _labels(rows: Sequence[dict[str, Any]], is_split: bool, top: float) -> list[dict[str, Any]]:
    """Return the labels at the lines' ends, moved apart where they would cover each other."""
    ends: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["kind"] == "now" and row["value"] is not None:
            ends[row["role"]] = row
    bottom = min((row["value"] for row in rows if row.get("value") is not None), default=0.0)
    gap = LABEL_GAP * (top - bottom)
    labels = [
        {name: end[name] for name in ("role", "at", "value")}
        | {"kind": "label", "reads": f"{end['reads']} {end['name']}" if is_split else end["reads"]}
        for end in sorted(ends.values(), key=lambda row: row["value"])
    ]
    for lower, upper in pairwise(labels):
        upper["value"] = max(upper["value"], lower["value"] + gap)
    return labels


@cache
def trend_spec(axis: Axis, room: int, is_selectable: bool) -> dict[str, Any]:
    """Return the specification of a trend with ``room`` pixels at the right for the labels at the lines' ends."""
    along = alt.Scale(type="utc", nice=False, range=[0, {"expr": f"width - {room}"}])
    x = alt.X("at:T", title=None, scale=along, axis=alt.Axis(grid=False, labelOverlap=True, tickCount=6))
    scale = alt.Scale(zero=False, nice=True)
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
    dot = line.mark_point(filled=True, size=38, opacity=1).transform_filter("datum.dot && datum.final")
    hollow = line.mark_point(filled=False, size=45, strokeWidth=2, opacity=1)
    text = rows("label").mark_text(align="left", dx=9, fontWeight=600, limit=room - 10)
    noted = rows("mark").mark_text(align="left", dx=4, baseline="top", limit=150)
    noted_hover = [alt.Tooltip("name:N", title="Noted"), alt.Tooltip("when:N", title="When")]
    layers = [
        painted(rows("chosen").mark_rect(opacity=0.16), "muted", x=x, x2="to:T"),
        painted(rows("mark").mark_rule(strokeWidth=1.5, strokeDash=[2, 3]), "ink", x=x),
        line.mark_area(opacity=0.14).encode(y=alt.Y("low:Q", scale=scale, axis=ticks), y2="high:Q"),
        painted(rows("before").mark_line(strokeWidth=1.5), "muted", x=x, y=y),
        line.mark_line(strokeWidth=2).transform_filter("datum.final"),
        line.mark_line(strokeWidth=2, strokeDash=[4, 4]).transform_filter("datum.tail"),
        dot.encode(shape=shape),
        hollow.transform_filter("datum.dot && !datum.final").encode(shape=shape),
        text.encode(x=x, y=y, color=by_role(), text="reads:N"),
        painted(noted, "ink", x=x, y=alt.value(0), text="name:N", tooltip=noted_hover),
        rows("limit").mark_point(opacity=0, size=1).encode(x=x, y=y),
        hit,
    ]
    return finished(alt.layer(*layers), axis, padding=4)


HOVER = {"when": "When", "reads": "Value", "name": "What"}
