"""What people know about days: the calendar's events, what was done to move a metric, what was marked as expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
from sqlalchemy import select

from config.settings import Settings
from forecasting.alerts.incidents import Incident
from forecasting.alerts.judging import ExpectedMark, concerns
from forecasting.volume import desk
from forecasting.volume.series import Calendar, Event, number_of
from journal import AlertMark, Intervention, open_journal
from metrics.days import short_day
from metrics.published import Build

EVENTS: Final = ("release", "campaign", "outage")
BEFORE_DAYS: Final = 1  # an event may be written down a day late
AFTER_DAYS: Final = 3
WRITER: Final = "forecasting"


@dataclass(frozen=True, eq=False)
class Known:
    """The calendar (``events`` with the category each names, or ``""``), interventions, what was marked expected."""

    calendar: Calendar
    events: tuple[tuple[Event, str], ...]
    interventions: tuple[Intervention, ...]
    expected: tuple[ExpectedMark, ...]


def known_of(build: Build, settings: Settings) -> Known:
    """Read the calendar and the journal."""
    total = desk.whole(build)
    calendar = desk.calendar(build, total.series, settings, 28) if total else Calendar()
    rows = build.read(select(desk.CALENDAR).where(desk.CALENDAR.c.kind.in_(EVENTS)))
    events = []
    for row in rows.sort_values(["starts_on", "title"]).to_dict("records"):
        first, last = (number_of(pd.Timestamp(row[name]).date()) for name in ("starts_on", "ends_on"))
        category = str(row["category"]) if pd.notna(row["category"]) else ""
        events.append((Event(row["kind"], str(row["title"]), first, max(first, last)), category))
    journal = open_journal(settings, WRITER, None)
    marks = tuple(_expected(mark) for mark in journal.alert_marks(states=["expected"]))
    return Known(calendar, tuple(events), tuple(journal.interventions()), marks)


def _expected(mark: AlertMark) -> ExpectedMark:
    return ExpectedMark(mark.metric, mark.dimension, mark.value, mark.since, mark.until)


def cause_of(incident: Incident, known: Known) -> str:
    """Return what coincides with an incident's beginning; empty where nothing is known to.

    An event, or something that was done, counts from a day before it until three days after it ended.
    """
    lead = incident.lead
    found: list[tuple[int, str]] = []
    for event, category in known.events:
        is_near = event.first - BEFORE_DAYS <= max(lead.since, incident.raised - 7) <= event.last + AFTER_DAYS
        if is_near and concerns(category, lead.part):
            found.append((abs(lead.since - event.first), event.title))
    for done in known.interventions:
        where = dict(done.where)
        is_about = lead.part.value in where.get(lead.part.dimension, (lead.part.value,))
        if is_about and 0 <= lead.since - number_of(done.on) + BEFORE_DAYS <= AFTER_DAYS + BEFORE_DAYS:
            found.append((abs(lead.since - number_of(done.on)), f"{done.title} ({short_day(done.on)})"))
    return min(found)[1] if found else ""
