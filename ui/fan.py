"""What was and what is expected: a line that ends today, and from there a centre with its 50 % and 80 % bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from metrics.days import short_day
from metrics.reading import Style, number
from ui.specs import Axis, finished, painted
from ui.trend_data import LABEL_GAP, LANES, Marker, millis

HEIGHT = 320
ROOM = 96  # pixels at the right, for what the bands are called
TICK_DAYS = 28  # few enough for a phone
BANDS = ("lo50", "hi50", "lo80", "hi80")


@dataclass(frozen=True, eq=False)
class Fan:
    """What one chart shows: ``past`` values by day; ``ahead`` rows with ds, centre, lo50, hi50, lo80 and hi80."""

    past: Sequence[tuple[date, float]]
    ahead: Sequence[Mapping[Any, Any]]
    markers: Sequence[Marker] = ()


def fan(drawn: Fan, style: Style, alt: str, key: str) -> None:
    """Show what was and what is expected; ``alt`` says it in words."""
    axis = Axis(decimal=style.decimal, group=style.group)
    st.vega_lite_chart(fan_data(drawn, style), fan_spec(axis), height=HEIGHT, alt=alt, key=key)


def fan_data(drawn: Fan, style: Style) -> pa.Table:
    """Return what the chart draws; ``kind`` says which layer draws a row."""
    rows: list[dict[str, Any]] = [
        {"kind": "past", "at": millis(day), "value": value, "when": short_day(day), "reads": style.number(value)}
        for day, value in drawn.past
    ]
    for row in drawn.ahead:
        ends = {"value": number(row["centre"]), **{name: number(row[name]) for name in BANDS}}
        low, high = (style.number(ends[name] or 0.0) for name in ("lo80", "hi80"))
        said = {"when": short_day(row["ds"]), "reads": style.number(ends["value"] or 0.0), "sure": f"{low}–{high}"}
        rows.append({"kind": "ahead", "at": millis(row["ds"]), **ends, **said})
    days = [*(day for day, _ in drawn.past), *(row["ds"] for row in drawn.ahead)]
    if drawn.ahead:
        top = max(row.get("hi80") or row["value"] or 0.0 for row in rows)
        rows += _names(drawn.ahead[-1], top)
    rows += [
        {
            "kind": "mark",
            "at": millis(marker.since),
            "name": marker.text,
            "nth": nth % LANES,
            "when": short_day(marker.since),
        }
        for nth, marker in enumerate(drawn.markers)
    ]
    rows += [{"kind": "tick", "at": millis(day), "reads": short_day(day)} for day in days[::TICK_DAYS]]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _names(last: Mapping[Any, Any], top: float) -> list[dict[str, Any]]:
    """Return what centre and bands are called, at their ends, moved apart where they would cover each other."""
    ends = {"expected": "centre", "50 % band": "hi50", "80 % band": "hi80"}
    named, floor = [], -top
    for name, column in ends.items():  # from below
        value = number(last[column])
        if value is not None:
            floor = max(value, floor + LABEL_GAP * top)
            named.append({"kind": "label", "at": millis(last["ds"]), "value": floor, "name": name})
    return named


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "when", "reads", "sure", "name")]
    + [(name, pa.int64()) for name in ("at", "nth")]
    + [(name, pa.float64()) for name in ("value", *BANDS)]
)
HOVER = {"when": "Day", "reads": "Tickets", "sure": "80 % band"}


@cache
def fan_spec(axis: Axis) -> dict[str, Any]:
    """Return the specification of the chart."""
    along = alt.Scale(type="utc", nice=False, range=[0, {"expr": f"width - {ROOM}"}])
    x = alt.X("at:T", scale=along, axis=None)  # the axis is drawn from the data, so that it fits a phone
    ticks = alt.Axis(title=None, labelExpr=axis.label, tickCount=5, domain=False)
    scale = alt.Scale(zero=True, nice=True)

    def rows(kind: str) -> Any:
        return alt.Chart().transform_filter(f"datum.kind === '{kind}'")

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=ticks)

    def noted(lane: int) -> Any:
        mark = rows("mark").mark_text(align="left", dx=4, baseline="top", limit=170)
        return mark.transform_filter(f"datum.nth === {lane}").encode(tooltip=event)

    event = [alt.Tooltip("name:N", title="What"), alt.Tooltip("when:N", title="From")]
    hover = [alt.Tooltip(f"{field}:N", title=title) for field, title in HOVER.items()]
    ahead, past = rows("ahead"), rows("past")
    below = alt.value({"expr": "height"})
    text = rows("label").mark_text(align="left", dx=6, baseline="middle")
    layers = [
        painted(rows("mark").mark_rule(strokeWidth=1.5, strokeDash=[2, 3]), "muted", x=x),
        painted(ahead.mark_area(opacity=0.16), "compare", x=x, y=y("lo80"), y2="hi80:Q"),
        painted(ahead.mark_area(opacity=0.26), "compare", x=x, y=y("lo50"), y2="hi50:Q"),
        painted(past.mark_line(strokeWidth=1.5), "value", x=x, y=y("value")),
        painted(ahead.mark_line(strokeWidth=2, strokeDash=[5, 3]), "compare", x=x, y=y("value")),
        painted(text, "ink", x=x, y=y("value"), text="name:N"),
        *(painted(noted(lane), "ink", x=x, y=alt.value(13 * lane), text="name:N") for lane in range(LANES)),
        painted(rows("tick").mark_text(baseline="top", dy=8, opacity=0.75), "ink", x=x, y=below, text="reads:N"),
        painted(rows("tick").mark_tick(orient="vertical", size=6, thickness=1, yOffset=3), "muted", x=x, y=below),
        past.mark_point(size=200, opacity=0).encode(x=x, y=y("value"), tooltip=hover[:2]),
        ahead.mark_point(size=200, opacity=0).encode(x=x, y=y("value"), tooltip=hover),
    ]
    return finished(alt.layer(*layers), axis, padding=4, below=24)
