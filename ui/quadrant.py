"""Volume by effort: a dot a category, larger the more hours it would free, what follows a path told from judgment."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from metrics.audit import PathRule
from metrics.reading import Style
from ui.specs import by_role, finished, painted

HEIGHT = 340
ROLE = {True: "value", False: "muted"}
SIZES = (70, 900)
NEAR_POINTS = 1.5  # names of dots this near to each other must not stand on one line
LINE_SHARE = 15 / 280  # of the chart's height: what a name needs


def quadrant(audited: pd.DataFrame, rule: PathRule, style: Style, key: str) -> None:
    """Show audited categories (``metrics.audit.audit``) by tickets and effort."""
    told = "; ".join(
        f"{row['category']}: {style.number(row['tickets'])} tickets of {style.number(row['effort_points'], 1)} points"
        for row in audited.to_dict("records")
    )
    st.vega_lite_chart(
        quadrant_data(audited, rule, style),
        quadrant_spec(),
        height=HEIGHT,
        alt=f"Categories by tickets and effort. {told}",
        key=key,
    )
    st.caption("Circles follow a path, squares need judgment; the larger, the more hours. Dashed: the rule on effort.")


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("kind", "category", "role", "tickets_read", "hours_read", "effort_read")]
    + [(name, pa.float64()) for name in ("effort", "tickets", "name_at", "size")]
)


def quadrant_data(audited: pd.DataFrame, rule: PathRule, style: Style) -> pa.Table:
    """Return what the chart draws: a row a category, and the rule on effort."""
    most = float(audited["hours"].max()) or 1.0
    heights = _names_at(audited)
    rows: list[dict[str, Any]] = [
        {
            "kind": "category",
            "category": row["category"],
            "role": ROLE[bool(row["is_path"])],
            "effort": float(row["effort_points"]),
            "tickets": float(row["tickets"]),
            "name_at": heights[str(row["category"])],
            "size": SIZES[0] + (SIZES[1] - SIZES[0]) * float(row["hours"]) / most,
            "tickets_read": style.number(row["tickets"]),
            "hours_read": style.number(row["hours"]),
            "effort_read": style.number(row["effort_points"], 1),
        }
        for row in audited.to_dict("records")
    ]
    rows.append({"kind": "rule", "effort": rule.effort_points_to, "tickets": 0.0})
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _names_at(audited: pd.DataFrame) -> dict[str, float]:
    """Return the height each name stands at, in tickets: its dot's, or lower where another name is there already."""
    line = float(audited["tickets"].max()) * LINE_SHARE
    placed: dict[str, tuple[float, float]] = {}
    for row in audited.sort_values("tickets", ascending=False).to_dict("records"):
        effort, at = float(row["effort_points"]), float(row["tickets"])
        for other_effort, other_at in sorted(placed.values(), key=lambda pair: -pair[1]):
            if abs(other_effort - effort) < NEAR_POINTS and abs(other_at - at) < line:
                at = other_at - line
        placed[str(row["category"])] = (effort, at)
    return {category: at for category, (_, at) in placed.items()}


@cache
def quadrant_spec() -> dict[str, Any]:
    """Return the specification: effort to the right, tickets upwards, names beside the dots."""
    effort = alt.Scale(zero=False, nice=True, padding=12)
    x = alt.X("effort:Q", title="Effort points of a ticket", scale=effort, axis=alt.Axis(grid=False, tickCount=6))
    y = alt.Y("tickets:Q", title="Tickets in 90 days", axis=alt.Axis(tickCount=5, domain=False))
    hover = [
        alt.Tooltip("category:N", title="Category"),
        alt.Tooltip("tickets_read:N", title="Tickets"),
        alt.Tooltip("effort_read:N", title="Effort points"),
        alt.Tooltip("hours_read:N", title="Hours on the path"),
    ]
    dots = alt.Chart().transform_filter("datum.kind === 'category'").encode(x=x, y=y)
    shape = alt.Shape("role:N", scale=alt.Scale(domain=["value", "muted"], range=["circle", "square"]), legend=None)
    size = alt.Size("size:Q", scale=None, legend=None)
    rule = alt.Chart().transform_filter("datum.kind === 'rule'").mark_rule(strokeDash=[4, 4])
    # Names stand towards the middle, so that none is cut off at an edge; a phone has room for what follows a path only.
    in_sight = alt.condition("width > 420 || datum.is_path", alt.value(1), alt.value(0))
    named = dots.transform_calculate(is_path="datum.role === 'value'").encode(y=alt.Y("name_at:Q"), opacity=in_sight)
    left = named.mark_text(align="left", dx=14, limit=150).transform_filter("datum.effort <= 5")
    right = named.mark_text(align="right", dx=-14, limit=150).transform_filter("datum.effort > 5")
    return finished(
        alt.layer(
            painted(rule, "muted", x=alt.X("effort:Q")),
            dots.mark_point(filled=True, opacity=0.75).encode(shape=shape, size=size, color=by_role(), tooltip=hover),
            painted(left, "ink", text="category:N"),
            painted(right, "ink", text="category:N"),
        ),
        padding=4,
    )
