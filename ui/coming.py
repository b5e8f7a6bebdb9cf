"""What is ahead, told on pages that are about what was: the next weeks' volume, and next week's staffing gap."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Final

import pandas as pd
import streamlit as st

from metrics.ahead import WEEK, weeks_ahead
from metrics.days import short_span, span_reads
from metrics.narrative_ahead import keeping_up_reads, needed_reads, staffing_reads
from metrics.reading import THIN, Style
from ui.filters import Where
from ui.forecast import Ahead, of, waiting
from ui.page import Page
from ui.tables import wrapped
from ui.text import plain

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
    when = span_reads(days[0], days[-1], with_year=False)
    st.caption(plain(f"{when}, staffed for four days in five; hours of the day in {page.build.time_zone}"))
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
            wrapped(weeks_read(mine, page.style), headings, alt="Expected tickets against capacity by week")
            st.caption(CAPACITY)


def weeks_read(rows: pd.DataFrame, style: Style) -> pd.DataFrame:
    """Return the weeks of ``backlog_ahead`` rows of one part, as they are read."""
    return pd.DataFrame(
        {
            "week": short_span(week["first"], week["last"]),
            "arrivals": style.number(week["arrivals"]),
            "band": f"{style.number(week['arrivals_lo80'])}–{style.number(week['arrivals_hi80'])}",
            "capacity": _capacity(week["capacity"], style),
            "open": style.number(week["still_open"]),
        }
        for week in weeks_ahead(rows).to_dict("records")
    )


def _capacity(tickets: float, style: Style) -> str:
    if isnan(tickets):
        return "not known"
    return style.number(tickets) if tickets else "no roster"


def _part(where: Where) -> tuple[str, str] | None:
    """Return the part of the desk filters name: the desk, one team, or nothing that is projected."""
    if not where:
        return "all", ""
    (name, values), *more = where
    return ("team", values[0]) if name == "team" and len(values) == 1 and not more else None
