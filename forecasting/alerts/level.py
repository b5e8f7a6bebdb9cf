"""Where many counts stand today, day by day: their level against the usual line, their weekdays, their spread.

Levels of several memories are kept and the one that lately told the next day best is asked. Days that cannot be
ordinary (closed, explained, far out) do not move what is expected, or only as far as an ordinary one would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Bools, Floats

MEMORIES_DAYS: Final = np.array([1.5, 4.0, 10.0, 28.0])  # half-lives
STEADY: Final = 1  # of them, the one a new level is read from
LOSS_KEPT: Final = 0.985  # a day, when memories are compared
SPREAD_MEMORY_DAYS: Final = 90.0
FIRST_SPREAD: Final = 0.02  # variance beyond Poisson's, in squared means
MOST_SPREAD: Final = 1.0
WEEKDAY_STEP: Final = 0.08
WEEKDAY_HOLD: Final = 5.0  # counts by which a weekday is held: a single ticket says little of a series of a few a day
FAR: Final = 3.0  # deviations: how far one day may pull
SHUT: Final = 0.3  # of what is expected: less is a day somebody closed, or records that end
SHUT_FROM: Final = 5.0  # expected a day, for an empty day to say anything
BEFORE_DAYS: Final = 14  # the baseline of slow shifts does not know the last two weeks
BEFORE_MEMORY_DAYS: Final = 28.0
BEFORE_LEAST: Final = 14.0  # days' worth of it


@dataclass(frozen=True, eq=False)
class Expected:
    """What a day was expected to bring before it came, by series: today's mean, the baseline's, and their spread."""

    mean: Floats
    before: Floats  # NaN while the baseline is young
    spread: Floats

    def deviation(self, mean: Floats) -> Floats:
        """Return the standard deviation of counts of a mean."""
        return np.sqrt(mean + self.spread * mean**2)


class Levels:
    """The state of many series; ``expect`` a day, then let it ``learn``."""

    def __init__(self, series: int) -> None:
        self._counted = np.zeros((len(MEMORIES_DAYS), series))
        self._usual = np.zeros((len(MEMORIES_DAYS), series))
        self._loss = np.zeros((len(MEMORIES_DAYS), series))
        self._weekday = np.ones((WEEK, series))
        self._spread = np.full(series, FIRST_SPREAD)
        self._before = np.zeros((2, series))  # counted, usual: of the days before the last two weeks
        self._waiting = np.zeros((BEFORE_DAYS, 2, series))
        self._kept = 0.5 ** (1 / MEMORIES_DAYS)[:, None]
        self._all = np.arange(series)

    def expect(self, day: int, line: Floats) -> Expected:
        """Return what is expected of a day (since 1970-01-01) whose line is known."""
        usual = line * self._weekday[day % WEEK]
        best = np.argmin(self._loss, axis=0)
        mean = np.maximum(usual * self._levels(line)[best, self._all], 0.02)
        counted, expected = self._before
        with np.errstate(divide="ignore", invalid="ignore"):
            before = np.where(expected > BEFORE_LEAST * line, usual * counted / expected, np.nan)
        return Expected(mean, before, self._spread)

    def learn(self, day: int, line: Floats, y: Floats, expected: Expected, ordinary: Bools) -> None:
        """Take in a day's counts where they are ``ordinary``; the others leave everything as it was."""
        weekday = self._weekday[day % WEEK]
        mean = expected.mean
        far = FAR * expected.deviation(mean)
        near = np.clip(y, mean - far, mean + far)
        each = np.maximum(line * weekday * self._levels(line), 0.02)
        loss = np.minimum((y - each) ** 2 / (each + self._spread * each**2), FAR**2)
        self._loss = np.where(ordinary, self._loss * LOSS_KEPT + loss, self._loss)
        self._counted = np.where(ordinary, self._counted * self._kept + near / weekday, self._counted)
        self._usual = np.where(ordinary, self._usual * self._kept + line, self._usual)
        self._age(day, np.where(ordinary, near / weekday, 0.0), np.where(ordinary, line, 0.0))
        self._learn_spread(y, mean, far, ordinary)
        step = np.clip((near + WEEKDAY_HOLD) / (mean + WEEKDAY_HOLD), 0.2, 3.0) ** WEEKDAY_STEP
        self._weekday[day % WEEK] = np.where(ordinary, weekday * step, weekday)

    def start_over(self, where: Bools) -> None:
        """Take today's level for the baseline: a shift was told and need not be told again."""
        level = (self._counted[STEADY] / np.maximum(self._usual[STEADY], 1e-9))[where]
        self._before[0, where] = level * self._before[1, where]
        self._waiting[:, 0, where] = level * self._waiting[:, 1, where]

    def _levels(self, line: Floats) -> Floats:
        """Return counted against usual by memory, held a little by 1."""
        hold = 0.5 * np.maximum(line, 1.0)
        return np.where(self._usual > 0, (self._counted + hold) / (self._usual + hold), 1.0)

    def _age(self, day: int, counted: Floats, usual: Floats) -> None:
        """Let the day of two weeks ago into the baseline, and today wait in its place."""
        place = day % BEFORE_DAYS
        self._before = self._before * 0.5 ** (1 / BEFORE_MEMORY_DAYS) + self._waiting[place]
        self._waiting[place] = counted, usual

    def _learn_spread(self, y: Floats, mean: Floats, far: Floats, ordinary: Bools) -> None:
        beyond = (np.minimum((y - mean) ** 2, far**2) - mean) / mean**2
        pace = 1 - 0.5 ** (1 / SPREAD_MEMORY_DAYS)
        moved = np.clip(self._spread + pace * (beyond - self._spread), 0.0005, MOST_SPREAD)
        self._spread = np.where(ordinary & (mean > 1), moved, self._spread)
