"""A heat table: rows × columns, each cell written out and shaded by its value; a cell that does not exist is blank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa
import streamlit as st

from ui.specs import finished, painted

ROW_HEIGHT = 32  # never under 28: a row must be hit with a finger
MOST_ROWS = 40
LEVEL = 7  # columns of as many letters, such as the days of a week


@dataclass(frozen=True)
class Cell:
    """A cell: its row and column (data, not markup), what is written in it, its shade (0 to 1; None: blank)."""

    row: str
    column: str
    reads: str
    share: float | None
    is_early: bool = False
    hint: str = ""


def heat(
    cells: Sequence[Cell], rows: Sequence[str], columns: Sequence[str], alt: str, key: str,
    on_select: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """Show cells in the order of ``rows`` and ``columns``; with ``on_select`` a cell can be picked (``picked``)."""
    kept = list(rows[:MOST_ROWS])
    st.vega_lite_chart(
        heat_data(cells, kept, columns),
        heat_spec(on_select is not None, _is_level(columns)),
        height=ROW_HEIGHT * max(len(kept), 1) + 70,
        alt=alt,
        key=key,
        on_select=on_select or "ignore",
    )
    if len(rows) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {len(rows)} rows; the export has all of them.")


def _is_level(columns: Sequence[str]) -> bool:
    """Return whether headings fit beside each other on a phone, so that they need not stand aslant."""
    return len(columns) <= LEVEL and max(map(len, columns), default=0) <= LEVEL


def picked(state: Any) -> tuple[str, str] | None:
    """Return row and column of the cell that was clicked; None where none is."""
    points = (state or {}).get("selection", {}).get("pick", [])
    return (str(points[0]["row"]), str(points[0]["column"])) if points else None


def heat_data(cells: Sequence[Cell], rows: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """Return what the heat table draws."""
    down = {name: nth for nth, name in enumerate(rows)}
    across = {name: nth for nth, name in enumerate(columns)}
    shown = [cell for cell in cells if cell.row in down and cell.column in across]
    return pa.table(
        {
            "row": pa.array([cell.row for cell in shown], pa.string()),
            "column": pa.array([cell.column for cell in shown], pa.string()),
            "down": pa.array([down[cell.row] for cell in shown], pa.int64()),
            "across": pa.array([across[cell.column] for cell in shown], pa.int64()),
            "reads": pa.array([cell.reads for cell in shown], pa.string()),
            "hint": pa.array([cell.hint or cell.reads for cell in shown], pa.string()),
            "shade": pa.array([0.0 if cell.share is None else 0.05 + 0.5 * cell.share for cell in shown], pa.float64()),
            "early": pa.array([cell.is_early for cell in shown], pa.bool_()),
        }
    )


def shares(values: Sequence[float | None]) -> list[float | None]:
    """Return where each value lies between the smallest (0) and the largest (1)."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return [None if value is None else (value - low) / (high - low) if high > low else 0.5 for value in values]


@cache
def heat_spec(is_selectable: bool, is_level: bool) -> dict[str, Any]:
    """Return the specification: shade is opacity of one colour, so ink stays readable in light and dark."""
    across = alt.Axis(
        title=None, orient="top", labelAngle=0 if is_level else -35, labelLimit=110, ticks=False, domain=False
    )
    down = alt.Axis(title=None, labelLimit=130, ticks=False, domain=False)
    base = alt.Chart().encode(
        x=alt.X("column:N", sort=alt.EncodingSortField("across", op="min"), axis=across),
        y=alt.Y("row:N", sort=alt.EncodingSortField("down", op="min"), axis=down),
    )
    hover = [alt.Tooltip(f"{name}:N", title=title) for name, title in HOVER.items()]
    shade = alt.Opacity("shade:Q", scale=None, legend=None)
    cell = painted(base.mark_rect(), "value", opacity=shade, tooltip=hover)
    if is_selectable:
        cell = cell.add_params(alt.selection_point(name="pick", fields=["row", "column"], on="click"))
    # Too narrow for figures, as on a phone: the shade and the tooltip remain.
    wide = {"expr": "bandwidth('x') > 36 ? 1 : 0"}
    final = base.mark_text(opacity=wide, limit={"expr": "bandwidth('x')"}).transform_filter("!datum.early")
    early = base.mark_text(opacity=wide, fontStyle="italic").transform_filter("datum.early")
    return finished(
        alt.layer(cell, painted(final, "ink", text="reads:N"), painted(early, "ink", text="reads:N")), padding=4
    )


HOVER = {"row": "Row", "column": "Column", "hint": "Value"}
