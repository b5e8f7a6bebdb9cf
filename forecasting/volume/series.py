"""A daily count series, and the calendar around it: what every member of the pool is given, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
EventKind = Literal["release", "campaign", "outage", "holiday"]

ORIGIN: Final = date(1970, 1, 1)
WEEK: Final = 7


def number_of(day: date) -> int:
    """Return a day as days since 1970-01-01."""
    return (day - ORIGIN).days


def day_of(number: int) -> date:
    """Return the day so many days after 1970-01-01."""
    return ORIGIN + timedelta(days=int(number))


def weekday(days: Ints) -> Ints:
    """Return 0 (Monday) to 6 of days since 1970-01-01."""
    return (days + 3) % WEEK


@dataclass(frozen=True)
class Event:
    """A release, campaign or outage, from ``first`` to ``last`` (days since 1970-01-01, both included)."""

    kind: EventKind
    title: str
    first: int
    last: int


@dataclass(frozen=True)
class Calendar:
    """What is known about days: holidays by day since 1970-01-01, and events."""

    holidays: dict[int, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def known_on(self, cutoff: int) -> Calendar:
        """Return what was known on a day: holidays and planned events ahead, outages only once they happened."""
        return replace(self, events=tuple(e for e in self.events if e.kind != "outage" or e.first <= cutoff))


@dataclass(frozen=True, eq=False)
class Daily:
    """Counts of consecutive days from ``first`` (days since 1970-01-01); NaN where the day's count is not known."""

    first: int
    y: Floats

    def __len__(self) -> int:
        return len(self.y)

    @property
    def last(self) -> int:
        """The last day, since 1970-01-01."""
        return self.first + len(self.y) - 1

    @property
    def days(self) -> Ints:
        """The days since 1970-01-01."""
        return np.arange(self.first, self.first + len(self.y), dtype=np.int64)

    def until(self, cutoff: int) -> Daily:
        """Return a copy that ends on ``cutoff``: nothing after it can be reached from there."""
        return Daily(self.first, self.y[: max(cutoff - self.first + 1, 0)].copy())

    def newest(self, days: int) -> Daily:
        """Return the last so many days."""
        kept = min(days, len(self.y))
        return Daily(self.last - kept + 1, self.y[len(self.y) - kept :])

    def between(self, first: int, last: int) -> Floats:
        """Return the counts from ``first`` to ``last``, both included; NaN outside the series."""
        wanted = np.arange(first, last + 1) - self.first
        inside = (wanted >= 0) & (wanted < len(self.y))
        found = np.full(len(wanted), np.nan)
        found[inside] = self.y[wanted[inside]]
        return found

    def filled(self) -> Daily:
        """Return the series with each unknown day told by the same weekday of the weeks before, else of all weeks."""
        unknown = np.flatnonzero(np.isnan(self.y))
        if not len(unknown):
            return self
        y = self.y.copy()
        overall = float(np.nanmean(y)) if np.isfinite(y).any() else 0.0
        for at in unknown:
            same = y[at % WEEK : at : WEEK][-4:]
            if not len(same):
                same = self.y[at % WEEK :: WEEK]
            known = same[np.isfinite(same)]
            y[at] = float(np.median(known)) if len(known) else overall
        return Daily(self.first, y)


def ahead(series: Daily, horizon: int) -> Ints:
    """Return the days after the series, since 1970-01-01."""
    return np.arange(series.last + 1, series.last + 1 + horizon, dtype=np.int64)
