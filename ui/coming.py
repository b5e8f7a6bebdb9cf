"""What is ahead, told on pages that are about what was: the next weeks' volume, and next week's staffing gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from metrics.narrative_ahead import keeping_up_reads, needed_reads, span_reads, staffing_reads
from metrics.reading import THIN, Style
from ui.filters import Where
from ui.forecast import Ahead, of, waiting
from ui.page import Page
from ui.tables import wrapped
from ui.text import plain

WEEK: Final = 7
CAPACITY: Final = (
    "Capacity: the tickets rostered hours can handle at the time one takes, nobody busier than is aimed at. "
    "Keeping what is promised in every hour takes more people than the work alone."
)


def staffing_gap(page: Page, teams: Sequence[str] = ()) -> None:
    """Say team by team whether people are missing in the next seven days."""
    ahead = Ahead(page)
    need = ahead.rows("staffing_need")
    if teams:
        need = need[need["value"].isin(teams)]
    if need.empty:
        waiting(page, ahead.staffing.says or "No staffing is known for this part of the desk.")
        return
    days = sorted(set(need["ds"]))[:WEEK]
    zone = page.build.time_zone
    st.caption(plain(f"{span_reads(days[0], days[-1])}, staffed for four days in five; hours of the day in {zone}"))
    for says in staffing_reads(need[need["ds"].isin(days)], page.style):
        st.text(says)


def four_weeks(page: Page, where: Where) -> None:
    """Show the next four weeks' volume against what people can handle, for the desk or the one team filtered for."""
    part = _part(where)
    ahead = Ahead(page)
    rows = ahead.rows("backlog_ahead")
    st.subheader("The next four weeks", anchor=False)
    if rows.empty:
        waiting(page, ahead.staffing.says or "You see no part of the desk that is projected on its own.")
    elif part is None or of(rows, part).empty:
        st.caption("Volume against capacity is told for the desk and each of its teams: clear the other filters.")
    else:
        mine = of(rows, part).sort_values("ds")
        need = ahead.rows("staffing_need")
        needed = needed_reads(need if part[0] == "all" else of(need, part), page.style)
        st.markdown(plain(f"{keeping_up_reads(mine, page.style)} {needed}"))  # one paragraph: it prints on one page
        headings = {
            "week": "Days",
            "arrivals": "Expected",
            "band": f"80{THIN}%",
            "capacity": "Capacity",
            "open": "Backlog",
        }
        with st.container(key="screen_only_weeks"):  # on paper the sentence says it
            wrapped(weeks_ahead(mine, page.style), headings, alt="Expected tickets against capacity by week")
            st.caption(CAPACITY)


def weeks_ahead(rows: pd.DataFrame, style: Style) -> pd.DataFrame:
    """Return a row for each seven days of ``backlog_ahead`` rows of one part, as they are read.

    Days are taken to be wrong together, so that the week's band is as wide as its days' bands added up.
    """
    days = rows.reset_index(drop=True)
    weeks = [days[at : at + WEEK] for at in range(0, len(days), WEEK)]
    return pd.DataFrame(
        {
            "week": [span_reads(week["ds"].min(), week["ds"].max()) for week in weeks],
            "arrivals": [style.number(week["arrivals"].sum()) for week in weeks],
            "band": [
                f"{style.number(week['arrivals_lo80'].sum())}–{style.number(week['arrivals_hi80'].sum())}"
                for week in weeks
            ],
            "capacity": [_capacity(week["capacity"].astype(float), style) for week in weeks],
            "open": [style.number(week["still_open"].iloc[-1]) for week in weeks],
        }
    )


def _capacity(days: pd.Series, style: Style) -> str:
    if days.isna().all():
        return "not known"
    return style.number(days.sum()) if days.sum() else "no roster"


def _part(where: Where) -> tuple[str, str] | None:
    """Return the part of the desk filters name: the desk, one team, or nothing that is projected."""
    if not where:
        return "all", ""
    (name, values), *more = where
    return ("team", values[0]) if name == "team" and len(values) == 1 and not more else None
