"""What releases, campaigns and outages did to a series: taken out before it is modelled, put back where one is planned.

An event's effect is its days' count against what the regression expected, at the level of the weeks around it. How sure
that is, spans of as many days without an event tell: how far those lie off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume import glm
from forecasting.volume.series import Bools, Calendar, Daily, Event, EventKind, Floats, ahead

AROUND_DAYS: Final = 21  # on either side, for the level an event is held against
FEWEST_AROUND: Final = 14
FEWEST_SPANS: Final = 8
NORMAL_95: Final = 1.96
LONGEST_DAYS: Final = 42  # what lasts longer is a level, not an event


class _Estimated:
    """A log factor with its standard error."""

    log_factor: float
    error: float

    @property
    def effect(self) -> tuple[float, float, float]:
        """The effect with its 95 % interval as shares added: (.18, .09, .28) is 18 % more."""
        return interval(self.log_factor, self.error)

    @property
    def believed(self) -> float:
        """The log factor, nearer to none the less sure it is."""
        return self.log_factor**3 / (self.log_factor**2 + self.error**2) if self.log_factor else 0.0


@dataclass(frozen=True)
class EventEffect(_Estimated):
    """An event's effect on a series as a log factor with its standard error; ``days`` it lasted, up to the cutoff."""

    event: Event
    log_factor: float
    error: float
    days: int


@dataclass(frozen=True)
class KindEffect(_Estimated):
    """What an event of a kind does to a series, over all its events: a log factor, its error, events and usual days."""

    kind: EventKind
    log_factor: float
    error: float
    events: int
    days: int


def interval(log_factor: float, error: float) -> tuple[float, float, float]:
    """Return effect, low and high as shares added, of a log factor and its standard error."""
    low, high = log_factor - NORMAL_95 * error, log_factor + NORMAL_95 * error
    return float(np.expm1(log_factor)), float(np.expm1(low)), float(np.expm1(high))


def event_effects(history: Daily, calendar: Calendar) -> list[EventEffect]:
    """Return the effect of every event within a series; those that cannot be told apart from chance level included."""
    events = [e for e in calendar.events if history.first <= e.first <= history.last]
    events = [e for e in events if e.last - e.first < LONGEST_DAYS]
    if not events or len(history) < 2 * AROUND_DAYS + FEWEST_AROUND:
        return []
    busy = _during(history, events)
    held = _Held(history.y, _line(history, busy, calendar), np.isfinite(history.y) & ~busy)
    found = []
    for event in events:
        first, last = event.first - history.first, min(event.last, history.last) - history.first
        told, error = held.log_ratio(first, last), held.error(last - first + 1)
        if told is not None and error is not None:
            found.append(EventEffect(event, told, error, last - first + 1))
    return found


def holiday_effects(history: Daily, calendar: Calendar) -> list[EventEffect]:
    """Return what each public holiday did, against the same weekday without one."""
    days = sorted(day for day in calendar.holidays if history.first <= day <= history.last)
    named = tuple(Event("holiday", calendar.holidays[day], day, day) for day in days)
    told = event_effects(history, Calendar({}, (*calendar.events, *named)))
    return [one for one in told if one.event.kind == "holiday"]


def kind_effects(effects: Sequence[EventEffect]) -> list[KindEffect]:
    """Return the effect of each kind: the events' mean, as sure as they are each and as they agree with each other."""
    found = []
    for kind in sorted({e.event.kind for e in effects}):
        same = [e for e in effects if e.event.kind == kind]
        logs, errors = np.array([e.log_factor for e in same]), np.array([e.error for e in same])
        between = max(float(logs.var(ddof=1) - (errors**2).mean()), 0.0) if len(same) > 1 else 0.0
        weight = 1 / (errors**2 + between)
        days = int(np.median([e.days for e in same]))
        mean = float(weight @ logs / weight.sum())
        found.append(KindEffect(kind, mean, float(weight.sum() ** -0.5), len(same), days))
    return found


def without_events(history: Daily, calendar: Calendar) -> tuple[Daily, list[EventEffect]]:
    """Return a series as it would have been without its events, and what those did."""
    effects = event_effects(history, calendar)
    if not effects:
        return history, effects
    return Daily(history.first, history.y / np.exp(_log_lift(history.first, len(history), effects))), effects


def lifted(history: Daily, horizon: int, calendar: Calendar, effects: Sequence[EventEffect]) -> Floats:
    """Return the factors of the days after a series: what planned events, and those under way, are expected to do."""
    days = ahead(history, horizon)
    known = {k.kind: k for k in kind_effects(effects)}
    own = {e.event: e for e in effects}
    log = np.zeros(horizon)
    for event in calendar.events:
        told = own.get(event) or known.get(event.kind)
        if told is not None and event.last > history.last:
            log[(days >= event.first) & (days <= event.last)] += told.believed
    return np.exp(log)


def _log_lift(first: int, length: int, effects: Sequence[EventEffect]) -> Floats:
    days = first + np.arange(length)
    log = np.zeros(length)
    for told in effects:
        log[(days >= told.event.first) & (days <= told.event.last)] += told.believed
    return log


def _during(history: Daily, events: Sequence[Event]) -> Bools:
    during = np.zeros(len(history), dtype=bool)
    for event in events:
        during[max(event.first - history.first, 0) : max(event.last - history.first + 1, 0)] = True
    return during


def _line(history: Daily, busy: Bools, calendar: Calendar) -> Floats:
    """Return what the regression expects on each day, from days without events."""
    quiet = Daily(history.first, np.where(busy, np.nan, history.y))
    return glm.line(quiet, 0, calendar)


class _Held:
    """Counts held against what was expected of them, over spans of days."""

    def __init__(self, y: Floats, line: Floats, quiet: Bools) -> None:
        known = np.isfinite(y)
        self._busy = _running(~quiet)
        self._counted, self._expected = _running(np.where(known, y, 0)), _running(np.where(known, line, 0))
        self._quiet, self._calm = _running(np.where(quiet, y, 0)), _running(np.where(quiet, line, 0))
        self._days = len(y)
        self._errors: dict[int, float | None] = {}

    def log_ratio(self, first: int, last: int) -> float | None:
        """Return how far a span lies off what was expected at the level around it; None where that is not known."""
        begin, end = max(first - AROUND_DAYS, 0), min(last + 1 + AROUND_DAYS, self._days)

        def around(sums: Floats) -> float:
            return float(sums[end] - sums[begin] - sums[last + 1] + sums[first])

        expected = float(self._expected[last + 1] - self._expected[first])
        if (end - begin) - (last + 1 - first) - around(self._busy) < FEWEST_AROUND or expected <= 0:
            return None
        level = (around(self._quiet) + 1) / (around(self._calm) + 1)
        counted = float(self._counted[last + 1] - self._counted[first])
        return float(np.log((counted + 0.5) / (level * expected + 0.5)))

    def error(self, days: int) -> float | None:
        """Return how far spans of so many days lie off where nothing happened (root mean square of the log)."""
        if days not in self._errors:
            starts = range(0, self._days - days + 1, days)
            calm = [at for at in starts if self._busy[at + days] == self._busy[at]]
            off = [told for at in calm if (told := self.log_ratio(at, at + days - 1)) is not None]
            enough = len(off) >= FEWEST_SPANS
            self._errors[days] = max(float(np.sqrt(np.mean(np.square(off)))), 1e-3) if enough else None
        return self._errors[days]


def _running(values: Floats | Bools) -> Floats:
    """Return running sums, from the sum of nothing."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
