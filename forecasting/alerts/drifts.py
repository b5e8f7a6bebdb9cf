"""The chart rates and durations share: evidence for a design shift, weighed by each day's rows, added up both ways.

The way that is worse has the lower limit; a lucky spell must go further before it is told. Where a day alone says much
(many rows), limits are higher: evidence comes in large steps there and overshoots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.alerts.baseline import UNSURE, Baseline
from forecasting.alerts.watched import DOWN, NORMAL_95, UP, Cusum, Signs, Watched
from forecasting.volume.series import Bools, Floats, Ints

CAP: Final = 1.5  # times the limit, so that the sum comes back soon after things are well again
A_DAYS_INFORMATION: Final = 0.4  # expected evidence of a day under the design shift, from which limits rise
STEEPER: Final = 0.5  # for each doubling of it
MOST_DOUBLINGS: Final = 3.0


@dataclass(frozen=True)
class Limits:
    """From which sums on the worse and the better way alert, and from how many deviations a single day (or never)."""

    worse: float
    better: float
    day_worse: float = np.inf
    day_better: float = np.inf


@dataclass(frozen=True, eq=False)
class Evidence:
    """One day of many series, before it is divided by the spread."""

    up: Floats
    down: Floats
    usual: Floats  # what an average day tells under the design shift
    score: Floats  # of the single day, in deviations


class Chart:
    """Both sums of many series and what they told."""

    def __init__(self, shape: tuple[int, ...], limits: Limits, worse: int) -> None:
        self._limits, self._worse = limits, worse
        self._up, self._down = Cusum(shape[0]), Cusum(shape[0])
        self.direction: Signs = np.zeros(shape, dtype=np.int8)
        self.score = np.zeros(shape)
        self.since: Ints = np.zeros(shape, dtype=np.int64)
        self.width = np.full(shape, np.nan)

    def see(self, day: int, told: Evidence, known: Bools) -> None:
        """Add a day's evidence and note whether it alerts."""
        rise = STEEPER * np.clip(np.log2(np.maximum(told.usual, 1e-9) / A_DAYS_INFORMATION), 0, MOST_DOUBLINGS)
        for side, sign, evidence in ((self._up, UP, told.up), (self._down, DOWN, told.down)):
            is_worse = sign == self._worse
            limit = (self._limits.worse if is_worse else self._limits.better) + rise
            alone = self._limits.day_worse if is_worse else self._limits.day_better
            side.add(day, evidence, known, CAP * limit)
            by_sum, by_day = side.height / limit, np.maximum(sign * told.score, 0.0) / alone
            reached = np.where(known, np.maximum(by_sum, by_day), 0.0)
            stronger = reached > self.score[:, day]
            self.direction[:, day] = np.where(stronger & (reached > 1), sign, self.direction[:, day])
            self.since[:, day] = np.where(stronger, np.where(by_sum > 1, side.began, day), self.since[:, day])
            self.score[:, day] = np.where(stronger, reached, self.score[:, day])

    def watched(self, value: Floats, expected: Floats, bounds: tuple[float, float]) -> Watched:
        """Return what was seen; ``bounds`` are the least and greatest value there can be."""
        low, high = (np.clip(expected + side * NORMAL_95 * self.width, *bounds) for side in (-1, 1))
        return Watched(self.direction, self.score, value, expected, low, high, self.since)


def widened(spread: Floats, rows: Floats, base: Baseline, day: int) -> Floats:
    """Return a spread with what is not known of the baseline added."""
    return spread * (1 + UNSURE * rows / np.maximum(base.rows[:, day], 1.0))
