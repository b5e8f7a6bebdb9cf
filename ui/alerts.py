"""Alerts on pages: what is open and where it stands, as lines elsewhere and as markers on charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from journal import AlertMark
from journal.alert_marks import state_of
from journal.entries import touches
from metrics import METRICS
from metrics.kinds import Metric
from metrics.narrative_alerts import also_reads, title_reads, where_reads
from metrics.outlook import Outlook, outlook
from metrics.outlook_alerts import SEVERITIES
from ui.filters import Where
from ui.notes import journal_of
from ui.page import Page
from ui.spans import Span
from ui.text import plain
from ui.trend_data import Marker

STEP = "alerts"
WAITING = ("new", "acknowledged", "assigned")  # a mute and what is expected need nobody
MOST_LINES = 5


@dataclass(frozen=True)
class Alert:
    """An incident with what somebody said of it; ``row`` is one of the table ``alert``."""

    row: Mapping[str, Any]
    mark: AlertMark | None
    state: str

    @property
    def key(self) -> str:
        """Its number."""
        return str(self.row["incident_id"])

    @property
    def metric(self) -> Metric | None:
        """The metric that leads; None where this version knows none of that name."""
        return METRICS.get(str(self.row["metric"]))

    @property
    def title(self) -> str:
        """What happened, in few words."""
        return title_reads(self.metric, self.row)

    @property
    def on_chart(self) -> str:
        """What happened before where it did: a chart has room for the beginning."""
        did = also_reads(self.metric, self.row["direction"]) if self.metric else str(self.row["metric"])
        return f"{did[:1].upper()}{did[1:]}{where_reads(self.row['dimension'], self.row['value'])}"

    @property
    def is_planned(self) -> bool:
        """Whether a planned event of the calendar explains it: there is nothing to say of it."""
        return bool(self.row["is_expected"])

    @property
    def needs_somebody(self) -> bool:
        """Whether it goes on and nobody muted or expected it."""
        return bool(self.row["is_open"]) and self.state in WAITING


def alerts_of(page: Page) -> tuple[Outlook, list[Alert]]:
    """Return the step's result and its incidents as the viewer may see them: what needs somebody first."""
    found = outlook(STEP, page.house.settings)
    rows = found.read("alert", page.scope)
    marks = journal_of(page).alert_marks() if len(rows) else []
    today = page.build.local_as_of.date()
    alerts = [
        _alert({str(name): value for name, value in row.items()}, marks, today) for row in rows.to_dict("records")
    ]
    return found, sorted(alerts, key=_first)


def _alert(row: dict[str, Any], marks: list[AlertMark], today: date) -> Alert:
    for name in ("began_on", "raised_on", "known_on", "last_on"):
        row[name] = pd.Timestamp(row[name]).date()
    about = (row["metric"], row["direction"], row["dimension"], row["value"])
    mark = next((one for one in marks if one.is_about(*about, row["began_on"], row["last_on"])), None)
    state = "expected" if row["is_expected"] else state_of(mark, bool(row["is_open"]), today)
    return Alert(row, mark, state)


def _first(alert: Alert) -> tuple[bool, int, int]:
    severity = str(alert.row["severity"])
    rank = SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
    return (not alert.needs_somebody, rank if alert.needs_somebody else 0, -alert.row["last_on"].toordinal())


def open_lines(page: Page, severities: tuple[str, ...] = SEVERITIES) -> None:
    """Show open alerts as sentences, for pages about something else; nothing where there is none of the severities."""
    _, alerts = alerts_of(page)
    waiting = [alert for alert in alerts if alert.needs_somebody and alert.row["severity"] in severities]
    for alert in waiting[:MOST_LINES]:
        st.warning(plain(str(alert.row["says"])), icon=":material/notifications_active:")
    if len(waiting) > MOST_LINES:
        st.caption(plain(f"And {len(waiting) - MOST_LINES} more on the page Alerts."))
    if severities == SEVERITIES and not waiting:
        st.caption("No alert is open.")


def alert_markers(page: Page, metric: Metric, span: Span, where: Where) -> list[Marker]:
    """Return the alerts of a metric, and days marked as expected, that concern this part of the desk in the span."""
    _, alerts = alerts_of(page)
    found = [
        Marker(alert.row["began_on"], alert.row["last_on"], _marked(alert))
        for alert in alerts
        if alert.row["metric"] == metric.name and _concerns(alert.row["dimension"], alert.row["value"], where)
    ]
    expected = [
        Marker(mark.since, mark.until, f"Expected: {mark.note or 'marked so'}")
        for mark in journal_of(page).alert_marks(metric.name, ["expected"])
        if _concerns(mark.dimension, mark.value, where)
    ]
    return [one for one in [*found, *expected] if one.since <= span.until and one.until >= span.since]


def _marked(alert: Alert) -> str:
    return f"Expected: {alert.row['cause']}" if alert.is_planned else f"Alert: {alert.on_chart}"


def _concerns(dimension: str, value: str, where: Where) -> bool:
    return touches(() if dimension == "all" else ((dimension, (value,)),), where)
