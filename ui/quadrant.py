"""Volume by effort: a dot a category, larger the more hours it would free, what follows a path told from judgment."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from metrics.audit import PathRule
from metrics.reading import Style
from ui.labels import AWAY, LONGEST, Dot, names_at
from ui.specs import by_role, finished, painted

HEIGHT = 340
ROLE = {True: "value", False: "muted"}
SIZES = (70, 700)
LEADER = AWAY - 3  # pixels from a dot's middle to where the line to its name ends
NARROW, TALL = 560.0, 250.0  # pixels between the axes: names that have room there have it on wider charts, too


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
    [(name, pa.string()) for name in ("kind", "category", "role", "side", "tickets_read", "hours_read", "effort_read")]
    + [(name, pa.float64()) for name in ("effort", "tickets", "name_at", "size")]
)


def quadrant_data(audited: pd.DataFrame, rule: PathRule, style: Style) -> pa.Table:
    """Return what the chart draws: a row a category, and the rule on effort."""
    most = float(audited["hours"].max()) or 1.0
    hours = dict(zip(audited["category"].astype(str), audited["hours"].astype(float), strict=True))
    sizes = {category: SIZES[0] + (SIZES[1] - SIZES[0]) * spent / most for category, spent in hours.items()}
    spots = _names_at(audited, sizes)
    rows: list[dict[str, Any]] = [
        {
            "kind": "category",
            "category": row["category"],
            "role": ROLE[bool(row["is_path"])],
            "effort": float(row["effort_points"]),
            "tickets": float(row["tickets"]),
            **spots[str(row["category"])],
            "size": sizes[str(row["category"])],
            "tickets_read": style.number(row["tickets"]),
            "hours_read": style.number(row["hours"]),
            "effort_read": style.number(row["effort_points"], 1),
        }
        for row in audited.to_dict("records")
    ]
    rows.append({"kind": "rule", "effort": rule.effort_points_to, "tickets": 0.0})
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _names_at(audited: pd.DataFrame, sizes: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Return the side each name stands on and its height in tickets; no side where there is no room for it.

    What follows a path is what the page is about: its names are always there.
    """
    effort, most = audited["effort_points"].astype(float), float(audited["tickets"].max())
    left, points, tickets = float(effort.min()), NARROW / max(float(np.ptp(effort)), 1.0), TALL / max(most, 1.0)
    dots = [
        Dot(
            name=str(row["category"]),
            x=(float(row["effort_points"]) - left) * points,
            y=float(row["tickets"]) * tickets,
            radius=sizes[str(row["category"])] ** 0.5 / 2,
            is_named=bool(row["is_path"]),
        )
        for row in audited.to_dict("records")
    ]
    spots = names_at(dots, NARROW)
    return {
        dot.name: {
            "side": spots[dot.name].side if dot.name in spots else "",
            "name_at": (dot.y + (spots[dot.name].raised if dot.name in spots else 0.0)) / tickets,
        }
        for dot in dots
    }


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
    # A phone has room for what follows a path only; what has no room anywhere is in the tooltip and the table.
    in_sight = alt.condition("width > 420 || datum.is_path", alt.value(1), alt.value(0))
    named = dots.transform_calculate(is_path="datum.role === 'value'").encode(y=alt.Y("name_at:Q"), opacity=in_sight)
    right = named.mark_text(align="left", dx=AWAY, limit=LONGEST).transform_filter("datum.side === 'right'")
    left = named.mark_text(align="right", dx=-AWAY, limit=LONGEST).transform_filter("datum.side === 'left'")
    return finished(
        alt.layer(
            painted(rule, "muted", x=alt.X("effort:Q")),
            dots.mark_point(filled=True, opacity=0.75).encode(shape=shape, size=size, color=by_role(), tooltip=hover),
            _leader("right", x, y, in_sight),
            _leader("left", x, y, in_sight),
            painted(right, "ink", text="category:N"),
            painted(left, "ink", text="category:N"),
        ),
        padding=4,
    )


def _leader(side: str, x: Any, y: Any, in_sight: Any) -> Any:
    """Return the line from a dot to a name that had to move away from it."""
    away = LEADER if side == "right" else -LEADER
    moved = alt.Chart().transform_filter(f"datum.side === '{side}' && datum.name_at !== datum.tickets")
    line = moved.transform_calculate(is_path="datum.role === 'value'").mark_rule(strokeWidth=1, x2Offset=away)
    return line.transform_calculate(role="'muted'").encode(
        x=x, x2="effort:Q", y=y, y2="name_at:Q", color=by_role(), opacity=in_sight
    )
