"""The journal on charts: what people noted and did, as markers on a trend."""

from __future__ import annotations

from datetime import date

import streamlit as st

from journal import Journal, open_journal
from journal.entries import touches
from metrics.kinds import Metric
from ui.filters import Where
from ui.page import Page
from ui.spans import Span
from ui.trends import Marker

MOST_MARKERS = 12


def journal_of(page: Page) -> Journal:
    """Open the journal under the viewer's eyes."""
    return open_journal(page.house.settings, page.scope.viewer, page.scope.teams)


def markers(page: Page, metric: Metric, span: Span, where: Where) -> list[Marker]:
    """Return what was noted about a metric and this part of the desk in the span, oldest first; the newest of many."""
    journal = journal_of(page)
    noted = [
        Marker(note.since, note.until, note.text)
        for note in journal.annotations(span.since, span.until, metric.name, where)
    ]
    done = [
        Marker(act.on, act.on, act.title)
        for act in journal.interventions(metric.name)
        if span.since <= act.on <= span.until and touches(act.where, where)
    ]
    return sorted([*noted, *done], key=_when)[-MOST_MARKERS:]


def note(page: Page, metric: Metric, days: Span | None, where: Where) -> None:
    """Show a form that marks days on the charts of a metric, or of every one, for this part of the desk."""
    today = page.build.local_as_of.date()
    with st.popover("Note", icon=":material/edit_note:"), st.form("note", clear_on_submit=True, border=False):
        text = st.text_input("What happened", max_chars=120, placeholder="Outage, release, campaign, new macro …")
        picked = st.date_input("From and until", (days.since, days.until) if days else (today, today), max_value=today)
        is_general = st.toggle("On every metric's chart", value=True)
        if st.form_submit_button("Mark it", icon=":material/bookmark_flag:") and text.strip() and len(picked) == 2:
            about = "" if is_general else metric.name
            journal_of(page).annotate(
                text, since=picked[0], until=picked[1], metric=about, where=where, teams=page.scope.teams
            )
            st.rerun()


def _when(marker: Marker) -> date:
    return marker.since
