"""The journal on charts: what people noted and did, as markers on a trend."""

from __future__ import annotations

from datetime import date

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


def _when(marker: Marker) -> date:
    return marker.since
