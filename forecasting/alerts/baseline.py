"""What rates and durations are held against: their own last eleven weeks, without the newest seven days.

The week's gap keeps what is going wrong out of what is usual while it is being found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.alerts.watched import running
from forecasting.volume.series import Bools, Floats

PAST_DAYS: Final = 77
GAP_DAYS: Final = 7
LEAST_DAYS: Final = 21
MEMORY_DAYS: Final = 75.0
UNSURE: Final = 10.0  # how much a baseline of few rows widens: a fault of it adds up over about so many days
WEEKLY: Final = 0.85  # of the spread of weeks: a sum over seven days that overlap
OUTBURST: Final = (9.0, 6.0)  # times the usual: the most one day, and one week, may add to the spread
CORRECTED: Final = (1.02, 1.05)  # for what that takes away of chance


@dataclass(frozen=True, eq=False)
class Baseline:
    """Sums of the days a day is held against (series × days): total, rows; ``known`` where they are enough."""

    total: Floats
    rows: Floats
    a_day: Floats  # rows of an average day of it
    known: Bools


def baselines(total: Floats, rows: Floats, counted: Bools) -> Baseline:
    """Return every day's baseline; ``counted`` are the days that belong to one."""
    day = np.arange(total.shape[1])
    begin, end = np.maximum(day - PAST_DAYS - GAP_DAYS, 0), np.maximum(day - GAP_DAYS, 0)

    def over(values: Floats | Bools) -> Floats:
        sums = running(values)
        return sums[:, end] - sums[:, begin]

    days, weight = over(counted), over(np.where(counted, rows, 0.0))
    summed = over(np.where(counted, total, 0.0))
    enough = (days >= LEAST_DAYS) & (weight > 0)
    return Baseline(summed, weight, weight / np.maximum(days, 1), enough)


class Spread:
    """How far days, and weeks, of many series usually lie off their baseline: variance a row, learned with the gap.

    ``floor`` is what chance alone makes of it (1 where residuals are in its units, 0 where that is not known).
    """

    def __init__(self, off: Floats, rows: Floats, known: Bools, unit: Floats, floor: float) -> None:
        self._known, self._floor = known, floor
        held = np.where(known, off, 0.0)
        weight = np.where(known, rows * unit, 0.0)
        day = np.arange(off.shape[1])
        week = np.maximum(day - 6, 0)
        sums, weights = running(held), running(weight)
        self._weekly = _ratio(sums[:, day + 1] - sums[:, week], weights[:, day + 1] - weights[:, week])
        self._daily = _ratio(held, weight)
        first = floor if floor else np.nan
        self.days = np.full(len(off), first)
        self.weeks = np.full(len(off), first)
        self._seen = np.zeros(len(off))

    def learn(self, day: int) -> None:
        """Take in the day a week before column ``day``."""
        if day < GAP_DAYS:
            return
        at = day - GAP_DAYS
        known = self._known[:, at]
        pace = 1 / MEMORY_DAYS if self._floor else np.maximum(1 / MEMORY_DAYS, 1 / (self._seen + 1))
        for name, values, most, corrected in (
            ("days", self._daily, OUTBURST[0], CORRECTED[0]),
            ("weeks", self._weekly, OUTBURST[1], CORRECTED[1]),
        ):
            now, new = getattr(self, name), values[:, at]
            cap = np.where(self._seen > LEAST_DAYS // 2, most, 99.0) if not self._floor else most
            moved = now + pace * (np.minimum(new, cap * now) * corrected - now)
            setattr(self, name, np.where(known, np.where(np.isnan(now), new, moved), now))
        self._seen += known

    @property
    def of_days(self) -> Floats:
        """Variance a row, as single days show it."""
        return np.asarray(np.maximum(self.days, self._floor), np.float64)

    @property
    def of_weeks(self) -> Floats:
        """The same with what neighbouring days share."""
        return np.asarray(np.maximum(self.of_days, self.weeks * WEEKLY), np.float64)

    @property
    def is_known(self) -> Bools:
        """Where enough days were seen."""
        return np.asarray(np.isfinite(self.days) & ((self._seen >= LEAST_DAYS * 2 // 3) | bool(self._floor)))


def _ratio(off: Floats, weight: Floats) -> Floats:
    """Return squared residuals of sums over their weight; 0 where there is none."""
    return np.where(weight > 0, off**2 / np.where(weight > 0, weight, 1.0), 0.0)
