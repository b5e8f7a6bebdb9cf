"""Every part of a family judged: its rule, what calendar and journal explain, and false discoveries held down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from scipy.special import ndtr

from forecasting.alerts.asking import ALL, Panel, Part
from forecasting.alerts.counts import seen_counts, watch_counts
from forecasting.alerts.durations import watch_durations
from forecasting.alerts.families import VOLUME
from forecasting.alerts.planned import watch_planned
from forecasting.alerts.rates import watch_rates
from forecasting.alerts.watched import Signs, Watched
from forecasting.volume.series import Bools, Calendar, Event, Floats, Ints, number_of
from metrics.decompose import benjamini_hochberg

JUDGED_DAYS: Final = 365
LEARNING_DAYS: Final = 240  # before the judged year, for counts to know their level and limits
DISCOVERIES: Final = 0.05
PATIENCE: Final = 1.25  # so that a shift, told once, stands out among everything judged that day
AT_LIMIT: Final = 2.8  # deviations a score of 1 amounts to: a rule is beyond its limit on one to two days a year
PLANNED: Final = ("release", "campaign")  # what is planned explains volume; an outage is what an alert is for


@dataclass(frozen=True)
class ExpectedMark:
    """Days somebody marked as expected for a metric and part of the desk, both included."""

    metric: str
    dimension: str
    value: str
    since: date
    until: date


@dataclass(frozen=True, eq=False)
class Judged:
    """A panel with what its rule says; ``alerts`` are 1, -1 or 0.

    ``excess`` is what a day brought beyond what was expected, in tickets, people, or seconds of logged handling.
    ``planned`` is the same of the days planned events explain, and of no others; None where they explain none.
    """

    panel: Panel
    seen: Watched
    alerts: Signs
    excess: Floats
    planned: Judged | None = None


def judged(
    panel: Panel, calendar: Calendar, events: Sequence[tuple[Event, str]], marks: Sequence[ExpectedMark]
) -> Judged:
    """Judge a panel's last year. ``events`` are planned ones, each with its category or ``""``."""
    quiet = explained(panel, events, marks)
    planned = np.where(explained(panel, [], marks), 0, planned_by(panel, events))
    if not planned.any():
        return _told(panel, _watched(panel, calendar, quiet))
    counted = seen_counts(panel.total, panel.first, calendar, quiet, _learning_from(panel), PATIENCE)
    return replace(_told(panel, counted.judged(quiet)), planned=_told(panel, watch_planned(counted, quiet, planned)))


def _told(panel: Panel, seen: Watched) -> Judged:
    """Return what a rule says of a panel's last year."""
    alerts = seen.direction.copy()
    alerts[:, : max(panel.total.shape[1] - JUDGED_DAYS, 0)] = 0
    return Judged(panel, seen, alerts, _excess(panel, seen))


def _learning_from(panel: Panel) -> int:
    return max(int(panel.total.shape[1]) - JUDGED_DAYS - LEARNING_DAYS, 0)


def believed(told: Sequence[Judged]) -> list[Judged]:
    """Keep, of each day's alerts, those Benjamini and Hochberg's procedure keeps among everything judged that day."""
    kept = [one.alerts.copy() for one in told]
    days = sorted({one.panel.first + int(at) for one in told for at in np.flatnonzero(one.alerts.any(axis=0))})
    for day in days:
        at = [(one, alerts, day - one.panel.first) for one, alerts in zip(told, kept, strict=True)]
        at = [(one, alerts, column) for one, alerts, column in at if 0 <= column < alerts.shape[1]]
        scores = np.concatenate([one.seen.score[:, column] for one, _, column in at])
        doubtful = benjamini_hochberg(2 * (1 - ndtr(AT_LIMIT * np.nan_to_num(scores)))) > DISCOVERIES
        begin = 0
        for _, alerts, column in at:
            alerts[doubtful[begin : begin + len(alerts)], column] = 0
            begin += len(alerts)
    return [replace(one, alerts=alerts) for one, alerts in zip(told, kept, strict=True)]


def explained(panel: Panel, events: Sequence[tuple[Event, str]], marks: Sequence[ExpectedMark]) -> Bools:
    """Return the days of parts that something explains: planned events explain volume, marks their metric."""
    quiet = planned_by(panel, events) > 0
    days = panel.first + np.arange(panel.total.shape[1])
    for row, part in enumerate(panel.parts):
        for mark in marks:
            if mark.metric == panel.family.metric and _touches(mark, part):
                quiet[row] |= (days >= number_of(mark.since)) & (days <= number_of(mark.until))
    return quiet


def planned_by(panel: Panel, events: Sequence[tuple[Event, str]]) -> Ints:
    """Return, for each day of a part, which planned event explains it: its place in ``events`` from 1 on, 0 for none.

    Days of two events are those of the one that began first.
    """
    owner: Ints = np.zeros(panel.total.shape, dtype=np.int64)
    days = panel.first + np.arange(panel.total.shape[1])
    begins = sorted(range(len(events)), key=lambda at: -events[at][0].first)
    for at in begins if panel.family.metric == VOLUME else ():
        event, category = events[at]
        inside = (days >= event.first) & (days <= event.last) & (event.kind in PLANNED)
        rows = np.array([concerns(category, part) for part in panel.parts])
        owner[rows[:, None] & inside] = at + 1
    return owner


def concerns(category: str, part: Part) -> bool:
    """Tell whether an event that names a category, or none (``""``), is about a part of the desk."""
    return part.dimension != "category" or category in ("", part.value)


def _touches(mark: ExpectedMark, part: Part) -> bool:
    """Tell whether what is expected of one part shows in another: in itself, the whole, and other ways of dividing."""
    return mark.dimension == ALL or mark.dimension != part.dimension or mark.value == part.value


def _watched(panel: Panel, calendar: Calendar, quiet: Bools) -> Watched:
    match panel.family.kind:
        case "count":
            patience = np.inf if panel.family.is_stock else PATIENCE  # what grows slowly is told ahead (early.py)
            return watch_counts(panel.total, panel.first, calendar, quiet, _learning_from(panel), patience)
        case "rate":
            return watch_rates(panel.total, panel.rows, panel.family.worse, quiet)
        case "duration":
            return watch_durations(panel.total, panel.rows, panel.family.worse, quiet)


def _excess(panel: Panel, seen: Watched) -> Floats:
    if panel.family.kind == "duration":
        beyond = (np.exp(seen.value) - np.exp(seen.expected)) * panel.rows
    else:
        beyond = (seen.value - seen.expected) * panel.rows
    return np.asarray(np.nan_to_num(beyond), np.float64)
