"""How many people it takes: need against the roster by hour and weekday, and what if."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from config.errors import DeskpulseError
from forecasting.staffing.deferred import Hours
from forecasting.staffing.week import QUANTILES, STAFFED_TO, Moves, TeamWeek, team_week
from forecasting.staffing.what_if import apart, gap
from metrics.days import span_reads
from metrics.narrative_ahead import SPARE_HOURS, staffing_reads
from metrics.reading import NOTHING, Style
from ui import exports
from ui.choice import one_of
from ui.forecast import Ahead, waiting
from ui.tables import table
from ui.text import plain
from ui.week_heat import People, week_heat

WEEK: Final = 7
EVERYBODY: Final = "All teams"
COLUMNS: Final = ["value", "ds", "hour", "is_open", "at_work", "needed", "rostered", "gap", "cost"]


def staffing(ahead: Ahead) -> None:
    """Show need against the roster of seven of the days ahead, and let the reader move what it rests on."""
    need = ahead.rows("staffing_need")
    if need.empty:
        says = ahead.staffing.says or "No team's handling time and opening hours are known, so nothing can be told."
        waiting(ahead.page, says)
        return
    days = _days(need)
    teams = list(need["value"].unique())
    names = {team or "The desk": team for team in teams}
    picked = EVERYBODY
    if len(teams) > 1:
        picked = st.selectbox("Team", [EVERYBODY, *names], key="staff_team", bind="query-params")
    chosen = [names[picked]] if picked in names else teams
    week = need[need["ds"].isin(days)]
    by_team(ahead, week)
    _what_if(ahead, days, chosen)
    exports.buttons("staffing", "Need and roster", lambda: need[COLUMNS])
    with st.expander("What this assumes"):
        assumed = ahead.rows("staffing_assumption")
        for row in assumed[assumed["value"].isin(chosen)].to_dict("records"):
            st.text(f"{row['value'] or 'The desk'}: {row['says']}")


def _days(need: pd.DataFrame) -> list[date]:
    every = sorted(set(need["ds"]))
    weeks = [every[at : at + WEEK] for at in range(0, len(every), WEEK)]
    named = {span_reads(week[0], week[-1], with_year=False): week for week in weeks}
    return named[one_of("Days", list(named), "staff_days")]


def by_team(ahead: Ahead, week: pd.DataFrame) -> None:
    """Show each team's hours: needed, rostered, missing at their time, and what they cost."""
    style = ahead.page.style
    hours = week[["needed", "rostered", "gap", "cost"]].astype(float)  # what is not known comes as None
    sums = hours.assign(missing=-hours["gap"].clip(upper=0), value=week["value"]).groupby("value", sort=False)
    told = sums.sum(min_count=1).reset_index()
    shown = pd.DataFrame(
        {
            "team": [name or "The desk" for name in told["value"]],
            **{name: [style.number(hours, 0) for hours in told[name]] for name in ("needed", "rostered", "missing")},
            "cost": [style.money(cost, 0) for cost in told["cost"]],
        }
    )
    headings = {
        "team": "Team",
        "needed": "Hours needed",
        "rostered": "Hours rostered",
        "missing": "Missing at their time",
    }
    if told["cost"].notna().any():
        headings["cost"] = "Cost of the need"
    table(shown, headings, alt="Hours needed and rostered by team")
    for says in staffing_reads(week, style):
        st.text(says)
    st.caption(f"Hours of the day in {ahead.page.build.time_zone}. What one team has to spare helps no other.")


@st.fragment
def _what_if(ahead: Ahead, days: Sequence[date], teams: Sequence[str]) -> None:
    """Show the week under the reader's assumptions; answered here, without another run of the page."""
    weeks = [_week(ahead, days, team) for team in teams]
    moves = _moves(weeks)
    rate = ahead.page.house.settings.loaded_rate_per_hour
    try:
        needs, usual = [week.need(moves, rate) for week in weeks], [week.need(Moves(), rate) for week in weeks]
    except DeskpulseError as refused:
        st.error(plain(str(refused)))
        return
    missing, spare = apart([gap(week.rostered, need) for week, need in zip(weeks, needs, strict=True)])
    needed = np.sum([need.rostered for need in needs], axis=0)
    rostered = np.sum([week.rostered for week in weeks], axis=0)
    style = ahead.page.style
    more = float(needed.sum() - sum(need.rostered.sum() for need in usual))
    shown = {
        "Hours needed": (
            style.number(float(needed.sum())),
            f"{style.signed(more, 0)} against the plan" if abs(more) >= SPARE_HOURS else None,
        ),
        "Hours rostered": (style.number(float(rostered.sum())), None),
        "Missing at their time": (_hours(missing, style), None),
        "To spare": (_hours(spare, style), None),
    }
    if rate is not None:
        shown["Cost of the need"] = (style.money(float(needed.sum()) * rate, 0), None)
    for column, (label, (value, change)) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(label, value, change, delta_color="off", delta_arrow="off")
    is_open = np.any([week.is_open for week in weeks], axis=0)
    week_heat(days, People(needed, rostered, missing, spare, is_open), style)
    st.caption(f"Hours of the day in {ahead.page.build.time_zone}.")


def _hours(people: Hours, style: Style) -> str:
    """Return hours added up, as far as the roster is known."""
    return style.number(float(np.nansum(people)), 0) if np.isfinite(people).any() else NOTHING


def _week(ahead: Ahead, days: Sequence[date], team: str) -> TeamWeek:
    def make() -> TeamWeek:
        work, need, assumed = (ahead.rows(f"staffing_{name}") for name in ("work", "need", "assumption"))
        parts = [rows[(rows["value"] == team) & rows["ds"].isin(days)] for rows in (work, need)]
        return team_week(team or "The desk", parts[0], parts[1], assumed[assumed["value"] == team])

    return ahead.page.made(("week", team, days[0], ahead.staffing.build_id, ahead.staffing.computed_at), make)


def _moves(weeks: Sequence[TeamWeek]) -> Moves:
    """Show the sliders, in per cent, and return what they say."""
    told, shrinkage = next(iter(weeks[0].assumed.values())), weeks[0].shrinkage
    with st.expander("What if", expanded=True, icon=":material/tune:"):
        left, middle, right = st.columns(3)
        with left:
            volume = st.slider("Volume, %", -50, 100, 0, 5, key="move_volume")
            handling = st.slider("Handling time, %", -50, 100, 0, 5, key="move_handling")
            deflected = st.slider("Deflected by self-service, %", 0, 60, 0, 5, key="move_deflected")
        with middle:
            level = st.slider("Service level, %", 50, 99, round(told["level"] * 100), key="move_level")
            cap = round(shrinkage.utilization_cap * 100)
            busy = st.slider("Utilization at most, %", 50, 95, cap, key="move_utilization", help=AIM)
        with right:
            away = st.slider(
                "Shrinkage beyond the roster, %", 0, 50, round(shrinkage.in_shift * 100), key="move_shrinkage"
            )
            quantile = st.select_slider(
                "Staff to the", list(QUANTILES), STAFFED_TO, format_func=QUANTILE_READS.__getitem__, key="move_quantile"
            )
    return Moves(1 + volume / 100, 1 + handling / 100, deflected / 100, quantile, level / 100, busy / 100, away / 100)


AIM: Final = "Handling among time on shift. The aim is 70 to 80 %: learning and documentation are in it."
QUANTILE_READS: Final = {0.5: "expected", 0.75: "3 days in 4", 0.8: "4 days in 5", 0.9: "9 days in 10"}
