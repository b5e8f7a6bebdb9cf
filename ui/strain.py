"""The Wellbeing page's parts: teams first, then people by name, what stands out, and what in the work could change."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from config.wellbeing import Basis, wellbeing_of
from journal.basis import individual_basis
from metrics.days import short_day
from metrics.narrative_strain import (
    BANDS,
    CANNOT_SEE,
    GROUPS,
    LOADS,
    SHORT,
    SIGNALS,
    missing_reads,
    move_reads,
    reasons,
    team_reads,
    thanks_reads,
    who_reads,
)
from metrics.reading import day_reads
from metrics.strain import Strain, strain, to_tell
from ui.bars import Bar, diverging
from ui.heat import Cell, heat
from ui.links import to_page
from ui.notes import journal_of
from ui.page import Page
from ui.tables import table
from ui.text import plain

HELP_PAGES = {  # where what in the work could change is looked at
    "workload": ("manager/workload", "Workload: who has room"),
    "agents": ("manager/agents", "Agents: the figures over time"),
    "staffing": ("manager/forecast", "Forecast & staffing: the roster"),
    "automation": ("analyst/automation", "Automation: what could be taken off"),
}
LOAD_ALONE = "Load of the people one looks after; their drift is not looked at"
HISTORY_WEEKS = 13
WORDS = BANDS | LOADS
SHADES = {"steady": 0.1, "watch": 0.6, "talk": 1.0, "usual": 0.1, "high": 0.7}


def opened(page: Page) -> Strain:
    """Open strain under the viewer's eyes; every look is written down with its purpose."""
    purpose = basis(page).purpose or LOAD_ALONE

    def log(what: str, agent_keys: Sequence[str]) -> None:
        journal_of(page).log_looks(what, agent_keys, role=page.scope.role, purpose=purpose)

    return strain(page.scope, page.house.settings, log)


def basis(page: Page) -> Basis:
    """Return for what purpose, and since when, single persons' drift is told."""
    return individual_basis(page.house.settings)


def cannot_see() -> None:
    """Say what the data cannot see, and how often it is wrong."""
    st.info(plain(CANNOT_SEE), icon=":material/info:")


def teams(told: Strain, heading: str = "Teams first") -> None:
    """Tell how whole teams are, before any person; groups of ten for who looks after nobody."""
    rows = told.teams()
    if rows.empty:
        groups(told)
        return
    if heading:
        st.subheader(heading, anchor=False)
    newest = rows[rows["week_starts_on"] == rows["week_starts_on"].max()]
    st.caption(
        f"The week of {day_reads(pd.Timestamp(newest['week_starts_on'].iloc[0]).date())}, the newest that is over."
    )
    for team in newest.sort_values("team").to_dict("records"):
        st.text(team_reads(team))


def groups(told: Strain) -> None:
    """Show bands of groups of ten and more: what executives and analysts see."""
    rows = told.groups()
    st.subheader("Strain on teams", anchor=False)
    if rows.empty:
        st.caption(plain(told.says or "No group of ten or more people: nothing is told here."))
        return
    shown = rows.assign(reads=rows["band"].map(GROUPS))
    table(shown, {"group": "Group", "members": "People", "reads": "Strain"}, alt="Strain of groups of ten and more")
    st.caption("Bands of groups of ten and more, from records of work only; smaller teams are told to their managers.")


def notices(told: Strain, page: Page) -> None:
    """Tell the direct manager in private who stood in "talk" for as long as the settings say."""
    notice = wellbeing_of(page.house.settings.wellbeing).notice
    if not notice.is_on:
        return
    for person in to_tell(told.weeks(), notice.after_weeks, notice.from_z).to_dict("records"):
        text = f"{person['agent']}: a conversation would be good this week. Only you are told."
        st.warning(plain(text), icon=":material/forum:")


def people(told: Strain, page: Page) -> str | None:
    """Show everybody by name, load and drift beside each other; returns the key of who is chosen."""
    rows = told.people()
    if rows.empty:
        return None
    st.subheader("People", anchor=False)
    if not basis(page).holds_on(page.build.as_of.date()):
        st.caption(
            "Drift of single persons is not switched on: it needs a purpose and a day by which everybody had been told "
            "(wellbeing.individual in the settings). Load is shown without."
        )
    for sentence in who_reads(rows):
        st.text(sentence)
    signals = {key: mine for key, mine in told.all_signals().groupby("agent_key")}
    why = [
        ", ".join(what.title for _, what in reasons(signals[key], band, page.style)) if key in signals else ""
        for key, band in zip(rows["agent_key"], rows["band"], strict=True)
    ]
    shown = rows.assign(load=rows["load_band"].map(LOADS), drift=rows["band"].map(BANDS), why=why)
    names = {"agent": "Person", "team": "Team", "load": "Load", "drift": "Drift", "why": "What stands out"}
    table(shown, names, alt="Load and drift of each person, by name")
    st.caption("By team and name: this is no order. Load is fact; drift is against each person's own past.")
    return _chosen("Look closer at", rows)


def _chosen(label: str, rows: pd.DataFrame) -> str | None:
    """Return the key of who is chosen; the address carries name and team, as people are told apart by."""
    names = rows["agent"] + " · " + rows["team"]
    keys = dict(zip(names, rows["agent_key"], strict=True))
    picked: str | None = st.selectbox(label, list(keys), index=None, key="person", bind="query-params")
    return None if picked is None else str(keys[picked])


def who_am_i(told: Strain, page: Page) -> str | None:
    """Return the viewer's own key among the agents; without sign-in, whose page to see is a choice."""
    if page.scope.role != "local":
        return page.scope.agent_key or None
    rows = told.people()
    st.caption("Without sign-in anybody at this machine may see each page; with it, only one's own.")
    return _chosen("Whose page", rows)


def one_person(told: Strain, page: Page, agent_key: str) -> None:
    """Show what stands out in somebody's newest week, what in the work could change, and the weeks before."""
    signals, history = told.signals(agent_key), told.history(agent_key)
    if history.empty:
        st.caption("Nothing is told of these weeks yet.")
        return
    newest = history.iloc[-1]
    st.subheader(plain(str(newest["agent"])), anchor=False)
    st.text(f"Load: {LOADS[newest['load_band']]}. Drift: {BANDS[newest['band']]}.")
    found = reasons(signals, str(newest["band"]), page.style)
    if not found:
        st.caption("Nothing stands out.")
    for text, what in found:
        st.text(f"{what.title}: {text}.")
        st.caption(plain(f"What could help: {what.helps}"))
    for name in dict.fromkeys(what.page for _, what in found):
        if name in HELP_PAGES:
            to_page(*HELP_PAGES[name])
    _contributions(signals, page)
    _history(history)


def _contributions(signals: pd.DataFrame, page: Page) -> None:
    drift = signals[signals["part"] == "drift"]
    if drift.empty:
        return
    total = float(drift["contribution"].sum())
    bars = [Bar(SIGNALS[row["signal"]].title, float(row["contribution"])) for row in drift.to_dict("records")]
    says = [page.style.signed(bar.value or 0.0, 2) for bar in bars]
    told = "; ".join(f"{bar.name} {text}" for bar, text in zip(bars, says, strict=True))
    st.markdown("**What the drift is made of**")
    diverging(bars, "count", says, page.style, alt=f"Contributions to drift: {told}", key="contributions")
    st.caption(
        f"They add up to {page.style.signed(total, 2)}; 2{page.style.decimal}4 and more is worth an eye, three weeks "
        "of it worth a conversation. To the right is towards strain."
    )


def _history(history: pd.DataFrame) -> None:
    recent = history.tail(HISTORY_WEEKS)
    weeks = [short_day(pd.Timestamp(week)) for week in recent["week_starts_on"]]
    cells = [
        Cell(row, week, SHORT[band], SHADES.get(band), hint=WORDS[band])
        for row, name in (("Drift", "band"), ("Load", "load_band"))
        for week, band in zip(weeks, recent[name], strict=True)
    ]
    st.markdown("**The weeks before**")
    heat(cells, ["Drift", "Load"], weeks, alt="Bands of drift and load by week", key="bands")


def proposals(told: Strain, page: Page) -> None:
    """Show which work could go to whom, with what that would do; and what is worth a thank-you."""
    moves = told.moves()
    if len(moves):
        st.subheader("Work that could go elsewhere", anchor=False)
        for move in moves.to_dict("records"):
            st.text(move_reads(move, page.style))
        st.caption(
            "From who is named above and carries clearly more than the team to who knows the work and has room. Nobody "
            "named above, and nobody with long runs of days, short rests or much work after hours, is asked to take "
            "more. Ask both what they would rather do."
        )
    rows = told.thanks()
    if len(rows):
        st.subheader("Worth a thank-you", anchor=False)
        for reason, mine in rows.groupby("reason", sort=False):
            st.text(thanks_reads(str(reason), list(mine["agent"])))
        st.caption("Of the last four weeks, beside each person's own usual; by name: no order, no score.")


def missing(told: Strain) -> None:
    """Say which signals are missing, and that hours are not guessed."""
    sentences = missing_reads(told.missing())
    if sentences:
        st.subheader("What is missing here", anchor=False)
        for sentence in sentences:
            st.text(sentence)
        st.caption("Hours worked are never guessed from what is there.")
