"""Forms that decide: a target for the desk or a team, and which figures are seen first."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import streamlit as st

from journal import Journal, JournalRefused
from journal.goals import FEWEST, MOST
from metrics import METRICS
from metrics.kinds import Metric, bounds_of, unit_of
from metrics.narrative_goals import aim_reads
from ui.goal_view import Aims, about, named
from ui.notes import journal_of
from ui.text import plain

DECIDE = ("local", "executive", "manager")  # the roles that set goals; whoever sees the page reads them
# Unit of a metric → what people write it in, and how much of the metric's own unit that is.
WRITTEN = {"fraction": ("%", 0.01), "seconds": ("minutes", 60.0)}


def decide(aims: Aims) -> None:
    """Offer to set goals and to choose what is seen first, to those whose decision it is."""
    if aims.page.scope.role not in DECIDE:
        st.caption("Goals are set by managers and executives.")
        return
    with st.container(horizontal=True):
        set_goal(aims)
        choose_headline(aims)


def set_goal(aims: Aims) -> None:
    """Offer to set a target, or to take one back, for the team that is filtered for, or the desk."""
    with st.popover("Set a goal", icon=":material/flag:"):
        st.caption(
            plain(f"For: {about(aims.part.teams, named(aims.page))}. The team filter at the side says for whom.")
        )
        names = [metric.name for metric in (*aims.metrics, *(m for m in aims.able if m not in aims.metrics))]
        name = st.selectbox("Figure", names, format_func=lambda name: METRICS[name].title, key="goal_metric")
        if name:
            _goal(aims, METRICS[name])


def _goal(aims: Aims, metric: Metric) -> None:
    unit, size = WRITTEN.get(unit_of(metric), (f"{metric.numerator}" if unit_of(metric) == "count" else "", 1.0))
    lowest, highest = (bound / size for bound in bounds_of(metric))
    today = aims.page.build.local_as_of.date()
    held = aims.target(metric, today)
    says = aim_reads(metric, held.value, held.at_least, aims.page.style) if held else "none"
    with st.form(f"goal_{metric.name}", border=False):
        st.caption(plain(f"Target now: {says}."))
        value = st.number_input(
            f"Target, in {unit}" if unit else "Target",
            value=held.value / size if held else None,
            min_value=float(lowest),
            max_value=float(highest) if isfinite(highest) else None,
        )
        side = _side(metric)
        since = st.date_input("From", value=today)
        note = st.text_input("Why", max_chars=200)
        with st.container(horizontal=True):
            is_set = st.form_submit_button("Set it", type="primary")
            is_back = st.form_submit_button("Take it back")
    if is_set and value is None:
        st.error("A target is needed.")
    elif is_set or is_back:
        _decided(
            aims,
            lambda journal: journal.set_goal(
                metric.name,
                round(value * size, 9) if is_set and value is not None else None,
                at_least=side,
                since=since,
                note=note,
                teams=aims.part.teams,
            ),
        )


def _side(metric: Metric) -> bool:
    """Return whether the target is to be reached from below; asked where neither way is better."""
    if metric.better != "neither":
        return metric.better == "up"
    return st.radio("At least or at most", ["at least", "at most"], horizontal=True) == "at least"


def choose_headline(aims: Aims) -> None:
    """Offer to choose which figures come first on Headline and in the digest."""
    with st.popover("Choose headline figures", icon=":material/star:"), st.form("headline", border=False):
        st.caption(plain(f"For: {about(aims.part.teams, named(aims.page))}. {FEWEST} to {MOST}, the weightiest first."))
        usual = [name for name in aims.page.headline(aims.chosen) if METRICS[name] in aims.able]
        names = [metric.name for metric in aims.able]
        picked = st.multiselect(
            "Seen first", names, default=usual, format_func=lambda name: METRICS[name].title, max_selections=MOST
        )
        if st.form_submit_button("Choose these", type="primary"):
            _decided(aims, lambda journal: journal.choose_headline(picked, teams=aims.part.teams))


def _decided(aims: Aims, write: Callable[[Journal], object]) -> None:
    """Write a decision down, or say why it cannot be."""
    try:
        write(journal_of(aims.page))
    except JournalRefused as refused:
        st.error(plain(str(refused)))
        return
    st.rerun()
