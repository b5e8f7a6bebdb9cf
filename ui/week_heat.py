"""Hours × weekdays of people: needed, rostered, and the gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from metrics.reading import Style
from ui.choice import one_of
from ui.heat import Cell, heat
from ui.names import HOURS

Hours = npt.NDArray[np.float64]
SHOWN: Final = ("Gap", "Needed", "Rostered")
DAY: Final = len(HOURS)
SHOWN_FROM: Final = 0.05  # people: less reads as none


@dataclass(frozen=True, eq=False)
class People:
    """People of one or more teams by hour, day after day; ``rostered``, ``missing``, ``spare`` NaN where not known.

    ``missing`` in one team and ``spare`` in another are both told.
    """

    needed: Hours
    rostered: Hours
    missing: Hours
    spare: Hours
    is_open: npt.NDArray[np.bool_]

    @property
    def gap(self) -> Hours:
        """People missing, below zero, where any team lacks some; else people to spare."""
        return np.where(self.missing >= SHOWN_FROM, -self.missing, self.spare)


def week_heat(days: Sequence[date], people: People, style: Style) -> None:
    """Draw people by hour (rows) and day (columns); shaded where people are missing, or by how many there are."""
    if not people.is_open.any():
        st.caption("No team is open on these days.")
        return
    what = one_of("Show", SHOWN, "staff_shown")
    cells = week_cells(what, days, people, style)
    there = sorted({cell.row for cell in cells})
    rows = HOURS[HOURS.index(there[0]) : HOURS.index(there[-1]) + 1] if there else HOURS
    shaded = sum(1 for cell in cells if cell.share)
    says = f"{shaded} hours short of people" if what == "Gap" else f"People {what.lower()} by hour and day"
    heat(cells, rows, [column_reads(day) for day in days], says, "staff_heat")
    if not np.isfinite(people.rostered).any():
        st.caption("There is no roster for these days: need is shown, a gap cannot be told.")
    elif what == "Gap":
        st.caption(
            "People rostered less people needed; shaded where somebody is missing, whatever other teams have to spare. "
            "Written work can move to hours with people to spare, calls and chats cannot."
        )


def week_cells(what: str, days: Sequence[date], people: People, style: Style) -> list[Cell]:
    """Return a cell for each hour that is open or has people; what is not known has none."""
    values = {"Gap": people.gap, "Needed": people.needed, "Rostered": people.rostered}[what]
    weight = np.maximum(-values, 0.0) if what == "Gap" else values
    most = float(np.max(weight, initial=0.0, where=np.isfinite(weight))) or 1.0
    cells = []
    for at in np.flatnonzero(np.isfinite(values) & (people.is_open | (people.rostered > 0))).tolist():
        value = float(values[at])
        reads = style.signed(value, 1) if what == "Gap" else style.number(value, 1)
        told = {
            "needed": people.needed,
            "rostered": people.rostered,
            "missing": people.missing,
            "to spare": people.spare,
        }
        hint = ", ".join(f"{style.number(hours[at], 1)} {name}" for name, hours in told.items())
        share = float(weight[at]) / most
        cells.append(Cell(HOURS[at % DAY], column_reads(days[at // DAY]), reads, share or None, hint=hint))
    return cells


def column_reads(day: date) -> str:
    """Return what a day's column is called."""
    return f"{day:%a} {day.day}"
