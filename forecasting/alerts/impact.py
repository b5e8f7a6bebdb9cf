"""What an incident costs: hours of work, or people affected, against an ordinary day of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from forecasting.alerts.asking import EVERYTHING, Part
from forecasting.alerts.families import HANDLING, VOLUME
from forecasting.alerts.incidents import Incident
from forecasting.alerts.signal import Signal
from metrics import Question, ask
from metrics.outlook_alerts import Severity
from metrics.published import Build

RECENT_DAYS: Final = 90
CRITICAL: Final = 0.3  # of an ordinary day of the desk
SERIOUS: Final = 0.15
LEAST: Final = 0.1  # below, nobody needs to be told
FEW_HOURS, FEW_PEOPLE = 4.0, 15.0
LEAST_HOURS, LEAST_PEOPLE = 8.0, 40.0  # from which on a large desk, too, somebody should be
HOUR: Final = 3600.0


@dataclass(frozen=True)
class Desk:
    """An ordinary day: tickets that come in, and seconds of handling a ticket takes, by category; all under ``""``."""

    tickets_a_day: float
    handling_seconds: Mapping[str, float]

    def handling(self, part: Part) -> float:
        """Return the seconds a ticket of a part takes."""
        category = part.value if part.dimension == "category" else ""
        return self.handling_seconds.get(category, self.handling_seconds.get("", 0.0))


@dataclass(frozen=True)
class Impact:
    """Hours of work (negative: less of it) and people affected; ``days_worth`` is the larger in ordinary days."""

    hours: float | None
    people: float | None
    days_worth: float

    @property
    def matters(self) -> bool:
        """Whether somebody should be told."""
        large = abs(self.hours or 0.0) >= LEAST_HOURS or (self.people or 0.0) >= LEAST_PEOPLE
        return large or self.days_worth >= LEAST

    @property
    def severity(self) -> Severity:
        """How much it matters; a few hours, or people, are slight on the smallest desk, too."""
        if abs(self.hours or 0.0) < FEW_HOURS and (self.people or 0.0) < FEW_PEOPLE:
            return "slight"
        return "critical" if self.days_worth >= CRITICAL else "serious" if self.days_worth >= SERIOUS else "slight"


def desk_of(build: Build) -> Desk:
    """Return an ordinary day of the last quarter."""
    until = build.local_as_of.date() - timedelta(days=1)
    question = Question((VOLUME, HANDLING), since=until - timedelta(days=RECENT_DAYS - 1), until=until)
    whole = ask(question, EVERYTHING, build).set_index("metric")["value"]
    by_category = ask(Question((HANDLING,), by=("category",), since=question.since, until=until), EVERYTHING, build)
    told = by_category.dropna(subset=["category", "value"])
    known = dict(zip(told["category"].astype(str), told["value"].astype(float), strict=True))
    handling = float(whole.get(HANDLING, np.nan))
    return Desk(float(whole[VOLUME]) / RECENT_DAYS, {**known, "": handling if np.isfinite(handling) else 0.0})


def impact_of(incident: Incident, desk: Desk) -> Impact:
    """Return what the leading signal cost; it matters as much as the worst of all that went the wrong way."""
    signals = [signal for signal in incident.signals if signal.is_worse] or [incident.lead]
    worst = max(_impact(signal, desk).days_worth for signal in signals)
    lead = _impact(incident.lead, desk)
    beside = [_impact(signal, desk) for signal in incident.others if signal.is_beside(incident.lead)]
    return Impact(
        _sum(lead.hours, (one.hours for one in beside)),
        _sum(lead.people, (one.people for one in beside)),
        max(worst, sum((one.days_worth for one in beside), lead.days_worth)),
    )


def _sum(own: float | None, others: Iterable[float | None]) -> float | None:
    return None if own is None else own + sum(one or 0.0 for one in others)


def _impact(signal: Signal, desk: Desk) -> Impact:
    excess = float(signal.judged.excess[signal.row, signal.span].sum())
    handling = desk.handling(signal.part)
    day_hours = desk.tickets_a_day * desk.handling_seconds.get("", 0.0) / HOUR
    if signal.family.kind == "rate":
        return Impact(None, abs(excess), abs(excess) / max(desk.tickets_a_day, 1.0))
    if signal.family.metric == HANDLING:
        hours = _longer(signal) * handling / HOUR
    elif signal.family.kind == "duration":
        people = float(np.nansum(signal.judged.panel.rows[signal.row, signal.span]))
        return Impact(None, people, people * abs(1 - np.exp(-_mean_change(signal))) / max(desk.tickets_a_day, 1.0))
    else:
        seen = signal.judged.excess[signal.row, signal.span]
        tickets = excess if signal.family.metric == VOLUME else float(seen[np.argmax(np.abs(seen))])
        hours = tickets * handling / HOUR
        if not handling:
            return Impact(None, abs(tickets), abs(tickets) / max(desk.tickets_a_day, 1.0))
    return Impact(hours, None, abs(hours) / day_hours if day_hours else 0.0)


def _longer(signal: Signal) -> float:
    """Return how many usual tickets' handling the slowdown amounts to."""
    seen = signal.judged.seen
    change = np.expm1(seen.value[signal.row, signal.span] - seen.expected[signal.row, signal.span])
    return float(np.nansum(change * signal.judged.panel.rows[signal.row, signal.span]))


def _mean_change(signal: Signal) -> float:
    seen, rows = signal.judged.seen, signal.judged.panel.rows[signal.row, signal.span]
    change = seen.value[signal.row, signal.span] - seen.expected[signal.row, signal.span]
    return float(np.nansum(change * rows) / max(float(np.nansum(rows)), 1.0))
