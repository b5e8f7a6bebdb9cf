"""What a planned event of the calendar brought: one incident each, expected: it can be seen and needs nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from forecasting.alerts.explaining import FEW, NOTICED
from forecasting.alerts.incidents import Incident
from forecasting.alerts.judging import Judged, believed, planned_by
from forecasting.alerts.signal import BEYOND_SHARE, Signal, rank_of, usual_share
from forecasting.alerts.watched import UP, Signs
from forecasting.volume.series import Event


def foreseen(told: Sequence[Judged], events: Sequence[tuple[Event, str]]) -> list[tuple[Incident, str]]:
    """Return what would have been told of planned events' days, and the event's title; nothing of one that shows none.

    ``events`` come with the category each names, or ``""``.
    """
    found = []
    for shown in _believed(told):
        owner = planned_by(shown.panel, events)
        for at, (event, category) in enumerate(events, start=1):
            alerts = np.where(owner == at, shown.alerts, np.int8(0))
            if alerts.any():
                found.append((_incident(replace(shown, alerts=alerts), category), event.title))
    return found


def _believed(told: Sequence[Judged]) -> list[Judged]:
    """Return what panels with planned days show on them, chance held down among everything judged those days."""
    shown = []
    for one in told:
        if one.planned is not None:
            others = [replace(other, alerts=np.zeros_like(other.alerts)) for other in told if other is not one]
            shown.append(believed([one.planned, *others])[0])
    return shown


def _incident(shown: Judged, category: str) -> Incident:
    """Return one incident of an event's alerts, told of the category it names, else of those that stand out."""
    rows = tuple(int(row) for row in np.flatnonzero(shown.alerts.any(axis=1)))
    whole = _signal(shown, 0, rows)
    named = [
        row for row, part in enumerate(shown.panel.parts) if part.value == category and not rank_of(part.dimension)
    ]
    told = named or _standing_out(whole) or [0]
    signals = [replace(whole, row=row) for row in told]
    return Incident(signals[0], signals[1:])


def _signal(shown: Judged, row: int, rows: tuple[int, ...]) -> Signal:
    at: Signs = shown.alerts != 0
    days = np.flatnonzero(at.any(axis=0))
    first = shown.panel.first
    since = int(shown.seen.since[at].min())
    return Signal(shown, UP, row, rows, first + since, first + int(days[0]), first + int(days[-1]))


def _standing_out(whole: Signal) -> list[int]:
    """Return the few categories that drew notice and brought more than their share, most beyond it first."""
    parts, seen = whole.judged.panel.parts, whole.judged.seen
    out = [
        row
        for row, part in enumerate(parts)
        if not rank_of(part.dimension)
        and float(seen.score[row, whole.span].max()) >= NOTICED
        and whole.share(row) >= BEYOND_SHARE * usual_share(whole, row)
    ]
    return sorted(out, key=lambda row: whole.excess(row) - usual_share(whole, row) * whole.excess(0), reverse=True)[
        :FEW
    ]
