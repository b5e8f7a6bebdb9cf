"""How a figure's rows are spread: a histogram and the share that is done by then. Durations stand on a log scale."""

from __future__ import annotations

from functools import cache
from math import inf, log10
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from metrics.kinds import Metric, unit_of
from metrics.reading import Style
from ui.spans import age_reads
from ui.specs import Axis, finished, painted
from ui.text import plain

HEIGHT = 260
TICKS = (1, 10, 60, 600, 3600, 4 * 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)
SHARES = (0.5, 0.9)
PER_CENT = Axis(0.01, after="%")


def spread(metric: Metric, found: pd.DataFrame, style: Style, key: str) -> None:
    """Show a distribution (``metrics.distribution``): how many rows in each bin, and how many are done by its end."""
    data = spread_data(metric, found, style)
    rows = float(found["done"].sum() + found["waiting"].sum())
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{plain(metric.title)}** · share of {style.number(rows)} rows")
        _chart(data, bar_spec(), f"Histogram of {metric.title}. {quartiles(metric, found, style)}", f"{key}_bars")
    with right:
        st.markdown("**Share done within** · half and nine in ten marked")
        _chart(
            data, share_spec(), f"Cumulative share of {metric.title}. {quartiles(metric, found, style)}", f"{key}_share"
        )
    waiting = float(found["waiting"].sum())
    if waiting:
        st.caption(
            plain(f"{style.number(waiting)} are not over yet: they count as at least as long as they have been.")
        )
    st.caption(plain(quartiles(metric, found, style)))


def _chart(data: pa.Table, spec: dict[str, Any], says: str, key: str) -> None:
    st.vega_lite_chart(data, spec, height=HEIGHT, alt=says, key=key)


def quartiles(metric: Metric, found: pd.DataFrame, style: Style) -> str:
    """Return where half and nine in ten of the rows are done, in words."""
    said = []
    for share, words in zip(SHARES, ("Half", "nine in ten"), strict=True):
        reached = found[found["share"] >= share - 1e-9]
        where = style.value(metric, float(reached["high"].iloc[0])) if len(reached) else ""
        if where and unit_of(metric) == "seconds":
            said.append(f"{words} within {where}")
        elif where:
            said.append(f"{words} at {style.number(float(reached['low'].iloc[0]))} or less")
    return f"{', '.join(said)}." if said else "Not enough is over to say how long half of it takes."


def spread_data(metric: Metric, found: pd.DataFrame, style: Style) -> pa.Table:
    """Return what both charts draw; x is the logarithm of seconds, or the number itself."""
    total = float(found["done"].sum() + found["waiting"].sum())
    is_seconds = unit_of(metric) == "seconds"
    rows: list[dict[str, Any]] = []
    for row in found.to_dict("records"):
        low, high = float(row["low"]), float(row["high"])
        start, end = (_log(low), _log(high)) if is_seconds else (low - 0.45, low + 0.45)
        part = float(row["done"]) / total
        rows.append(
            {
                "kind": "bin",
                "x": start,
                "x2": end,
                "part": part * 100,
                "share": float(row["share"]) * 100,
                "at": _bin_reads(metric, low, high, style),
                "reads": f"{style.number(float(row['done']))} ({style.percent(part)})",
                "within": style.percent(row["share"]),
            }
        )
    ends = [bound for row in rows for bound in (row["x"], row["x2"])]
    lowest, highest = (min(ends), max(ends)) if ends else (0.0, 1.0)
    if is_seconds:
        ticks = [(log10(at), age_reads(at)) for at in TICKS if lowest <= log10(at) <= highest]
    else:
        every = max(1, round((highest - lowest) / 8))
        ticks = [(float(at), style.number(at)) for at in range(round(lowest + 0.45), round(highest) + 1, every)]
    rows += [{"kind": "tick", "x": at, "at": text} for at, text in ticks]
    rows += [{"kind": "aim", "share": share * 100, "x": lowest} for share in SHARES]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "at", "reads", "within")]
    + [(name, pa.float64()) for name in ("x", "x2", "part", "share")]
)


def _log(seconds: float) -> float:
    return log10(seconds) if seconds >= 1 else -0.1


def _bin_reads(metric: Metric, low: float, high: float, style: Style) -> str:
    if high == inf:
        return f"{style.value(metric, low)} or more"
    if unit_of(metric) == "seconds":
        return f"{style.duration(low)} to {style.duration(high)}"
    return style.value(metric, low)


def _base() -> tuple[Any, Any, Any]:
    """Return the bins, their x, and the layers that draw the axis from the data."""
    x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False, nice=False, padding=6))
    ticks = alt.Chart().transform_filter("datum.kind === 'tick'")
    below = alt.value({"expr": "height"})
    axis = [
        painted(ticks.mark_tick(orient="vertical", size=6, thickness=1, yOffset=3), "muted", x=x, y=below),
        painted(ticks.mark_text(baseline="top", dy=8, opacity=0.75), "ink", x=x, y=below, text="at:N"),
    ]
    return alt.Chart().transform_filter("datum.kind === 'bin'"), x, axis


def _per_cent(field: str) -> Any:
    axis = alt.Axis(title=None, labelExpr=PER_CENT.label, tickCount=4, domain=False)
    return alt.Y(f"{field}:Q", scale=alt.Scale(zero=True, nice=True), axis=axis)


HOVER = {"at": "From, to", "reads": "Rows", "within": "Done by then"}


@cache
def bar_spec() -> dict[str, Any]:
    """Return the specification of the histogram."""
    bins, x, axis = _base()
    hover = [alt.Tooltip(f"{field}:N", title=title) for field, title in HOVER.items()]
    bars = bins.mark_rect(opacity=0.7, strokeWidth=0)
    zero = alt.Y2Datum(0)
    drawn = painted(bars, "value", x=x, x2="x2:Q", y=_per_cent("part"), y2=zero, tooltip=hover)
    return finished(alt.layer(drawn, *axis), PER_CENT, padding=4, below=24)


@cache
def share_spec() -> dict[str, Any]:
    """Return the specification of the cumulative share, with lines at half and nine in ten."""
    bins, _, axis = _base()
    hover = [alt.Tooltip(f"{field}:N", title=title) for field, title in HOVER.items()]
    aims = alt.Chart().transform_filter("datum.kind === 'aim'").mark_rule(strokeDash=[2, 3])
    end = alt.X("x2:Q", axis=None)
    line = bins.mark_line(strokeWidth=2, interpolate="step-after")
    return finished(
        alt.layer(
            painted(aims, "muted", y=_per_cent("share")),
            painted(line, "value", x=end, y=_per_cent("share")),
            bins.mark_point(size=200, opacity=0).encode(x=end, y=_per_cent("share"), tooltip=hover),
            *axis,
        ),
        PER_CENT,
        padding=4,
        below=24,
    )
