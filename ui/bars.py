"""One value a row: where each stands with its interval, and bars to both sides of nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from metrics.kinds import Metric, Unit, unit_of
from metrics.reading import Style
from ui.specs import Axis, axis_of, by_role, finished, painted

ROW_HEIGHT = 30
MOST = 25


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: a name (data, not markup), its value, its interval and how many rows it rests on."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: float | None = None


def standing(
    metric: Metric, bars: Sequence[Bar], style: Style, key: str, on_select: Callable[[], None] | None = None
) -> None:
    """Show where each value of a dimension stands, with its interval and n; a row can be picked (``picked``)."""
    shown = [bar for bar in bars if bar.value is not None][:MOST]
    values = [bound for bar in shown for bound in (bar.value, bar.low, bar.high)]
    axis = axis_of(unit_of(metric), values, style)
    told = "; ".join(f"{bar.name}: {style.value(metric, bar.value)}" for bar in shown)
    st.vega_lite_chart(
        standing_data(metric, shown, axis, style),
        standing_spec(axis, on_select is not None),
        height=_height(len(shown)),
        alt=f"{metric.title} by value. {told}",
        key=key,
        on_select=on_select or "ignore",
    )


def picked(state: Any) -> str | None:
    """Return the name of the row that was clicked; None where none is."""
    points = (state or {}).get("selection", {}).get("pick", [])
    return str(points[0]["name"]) if points else None


def diverging(bars: Sequence[Bar], unit: Unit, says: Sequence[str], style: Style, alt: str, key: str) -> None:
    """Show signed amounts (effects, changes) as bars to both sides of zero, in the order given; ``says`` reads each."""
    axis = axis_of(unit, [bound for bar in bars for bound in (bar.value, bar.low, bar.high)], style)
    rows = [
        {
            "nth": nth,
            "name": bar.name,
            "value": axis.scaled(bar.value),
            "low": axis.scaled(bar.low),
            "high": axis.scaled(bar.high),
            "reads": text,
            "role": "value" if (bar.value or 0) >= 0 else "compare",
        }
        for nth, (bar, text) in enumerate(zip(bars, says, strict=True))
    ]
    st.vega_lite_chart(
        pa.Table.from_pylist(rows, schema=SCHEMA), diverging_spec(axis), height=_height(len(rows)), alt=alt, key=key
    )


SCHEMA = pa.schema(
    [("nth", pa.int64()), *((name, pa.string()) for name in ("name", "reads", "role"))]
    + [(name, pa.float64()) for name in ("value", "low", "high")]
)


def standing_data(metric: Metric, bars: Sequence[Bar], axis: Axis, style: Style) -> pa.Table:
    """Return what the chart of ``standing`` draws."""
    rows = [
        {
            "nth": nth,
            "name": bar.name,
            "value": axis.scaled(bar.value),
            "low": axis.scaled(bar.low),
            "high": axis.scaled(bar.high),
            "reads": style.value(metric, bar.value) + ("" if bar.n is None else f" · n = {style.number(bar.n)}"),
            "role": "value",
        }
        for nth, bar in enumerate(bars)
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _height(rows: int) -> int:
    return ROW_HEIGHT * max(rows, 1) + 34


def _rows(axis: Axis, room: int, zero: bool) -> tuple[Any, Any, Any]:
    """Return the base of a chart of rows, its x and its y; ``room`` pixels at the right are for what is written."""
    scale = alt.Scale(zero=zero, nice=True, range=[0, {"expr": f"width - {room}"}])
    x = alt.X("value:Q", title=None, scale=scale, axis=alt.Axis(labelExpr=axis.label, tickCount=4, labelOverlap=True))
    names = alt.Axis(title=None, labelLimit=130, ticks=False, domain=False)
    y = alt.Y("name:N", sort=alt.EncodingSortField("nth", op="min"), axis=names)
    return alt.Chart().encode(y=y), x, y


@cache
def standing_spec(axis: Axis, is_selectable: bool) -> dict[str, Any]:
    """Return the specification: a bar from zero, the interval as a line across its end, the value written out."""
    base, x, _ = _rows(axis, 110, zero=True)
    hover = [alt.Tooltip("name:N", title="Of"), alt.Tooltip("reads:N", title="Value")]
    bar = painted(base.mark_bar(height=16, cornerRadiusEnd=2, opacity=0.55), "value", x=x, tooltip=hover)
    if is_selectable:
        bar = bar.add_params(alt.selection_point(name="pick", fields=["name"], on="click"))
    written = base.mark_text(align="left", dx=8).transform_calculate(end="max(datum.value, datum.high || 0)")
    return finished(
        alt.layer(
            bar,
            painted(base.mark_rule(strokeWidth=2), "ink", x=alt.X("low:Q"), x2="high:Q"),
            painted(written, "ink", x=alt.X("end:Q"), text="reads:N"),
        ),
        axis,
        padding=4,
    )


@cache
def diverging_spec(axis: Axis) -> dict[str, Any]:
    """Return the specification of bars to both sides of zero, the amount written at the right."""
    base, x, _ = _rows(axis, 110, zero=True)
    hover = [alt.Tooltip("name:N", title="Of"), alt.Tooltip("reads:N", title="Amount")]
    bar = base.mark_bar(height=16, opacity=0.8).encode(x=x, color=by_role(), tooltip=hover)
    text = base.mark_text(align="right").encode(x=alt.value({"expr": "width"}), text="reads:N")
    return finished(
        alt.layer(
            bar,
            painted(base.mark_rule(strokeWidth=1.5), "ink", x=alt.X("low:Q"), x2="high:Q"),
            painted(alt.Chart().mark_rule(strokeWidth=1), "ink", x=alt.datum(0)),
            painted(text, "ink"),
        ),
        axis,
        padding=4,
    )
