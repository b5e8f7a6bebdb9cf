"""Hours × weekdays of people: needed, rostered, and the gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from metrics.reading import Style
from ui.choice import one_of
from ui.heat import Cell, heat
from ui.names import HOURS

People = npt.NDArray[np.float64]
SHOWN: Final = ("Gap", "Needed", "Rostered")
DAY: Final = len(HOURS)


def week_heat(
    days: Sequence[date], needed: People, rostered: People, is_open: npt.NDArray[np.bool_], style: Style
) -> None:
    """Draw people by hour (rows) and day (columns); shaded where people are missing, or by how many there are.

    ``needed``, ``rostered`` (NaN: not known) and ``is_open`` are in hours, day after day.
    """
    if not is_open.any():
        st.caption("No team is open on these days.")
        return
    what = one_of("Show", SHOWN, "staff_shown")
    cells = week_cells(what, days, needed, rostered, is_open, style)
    there = sorted({cell.row for cell in cells})
    rows = HOURS[HOURS.index(there[0]) : HOURS.index(there[-1]) + 1] if there else HOURS
    shaded = sum(1 for cell in cells if cell.share)
    says = f"{shaded} hours short of people" if what == "Gap" else f"People {what.lower()} by hour and day"
    heat(cells, rows, [column_reads(day) for day in days], says, "staff_heat")
    if not np.isfinite(rostered).any():
        st.caption("There is no roster for these days: need is shown, a gap cannot be told.")
    elif what == "Gap":
        st.caption(
            "People rostered less people needed; shaded where somebody is missing. Written work can move to hours "
            "with people to spare, calls and chats cannot."
        )


def week_cells(
    what: str, days: Sequence[date], needed: People, rostered: People, is_open: npt.NDArray[np.bool_], style: Style
) -> list[Cell]:
    """Return a cell for each hour that is open or has people; what is not known has none."""
    values = {"Gap": rostered - needed, "Needed": needed, "Rostered": rostered}[what]
    weight = np.maximum(-values, 0.0) if what == "Gap" else values
    most = float(np.max(weight, initial=0.0, where=np.isfinite(weight))) or 1.0
    cells = []
    for at in np.flatnonzero(np.isfinite(values) & (is_open | (rostered > 0))).tolist():
        value = float(values[at])
        reads = style.signed(value, 1) if what == "Gap" else style.number(value, 1)
        hint = f"{style.number(needed[at], 1)} needed, {style.number(rostered[at], 1)} rostered"
        share = float(weight[at]) / most
        cells.append(Cell(HOURS[at % DAY], column_reads(days[at // DAY]), reads, share or None, hint=hint))
    return cells


def column_reads(day: date) -> str:
    """Return what a day's column is called."""
    return f"{day:%a} {day.day}"
