"""Counts: a day far above what was expected of it, and a level that has shifted for good.

Single days alert upwards only: a low day is nearly always one that somebody closed. A lasting drop is a shift, and is
told; nothing coming in at all is not, it is for Data health.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.alerts.level import SHUT, SHUT_FROM, Expected, Levels
from forecasting.alerts.limits import score_limits
from forecasting.alerts.line import EVERY_DAYS, Lines, is_refitted
from forecasting.alerts.tails import count_band, normal_scores
from forecasting.alerts.watched import DOWN, UP, Cusum, Watched
from forecasting.volume.series import Bools, Calendar, Floats, Ints

SLACK: Final = 0.5  # deviations a day that count for nothing
SHIFT: Final = 5.8
DROP: Final = 1.4 * SHIFT
CLIP: Final = 3.0  # so that one day is not a shift
WANDER_DAYS: Final = 120.0
MOST_WANDER: Final = 9.0
BESIDE_HOLIDAY: Final = 1.5  # times the limit, on holidays and the days beside them


class _Shifts:
    """Slow shifts of many series: deviations from the baseline of before, over how far their weeks usually wander."""

    def __init__(self, series: int) -> None:
        self.up, self.down = Cusum(series), Cusum(series)
        self._week = np.zeros(series)
        self.wander = np.ones(series)  # variance of a week's mean over that of independent days

    def see(self, day: int, y: Floats, expected: Expected, ordinary: Bools) -> None:
        """Take in a day of counts (``day`` is its column)."""
        known = ordinary & np.isfinite(expected.before)
        before = np.where(known, np.maximum(expected.before, 0.02), 1.0)
        off = np.where(known, np.clip((y - before) / expected.deviation(before), -CLIP, CLIP), 0.0)
        steady = off / np.sqrt(self.wander)
        self.up.add(day, steady - SLACK, known, np.inf)
        self.down.add(day, -steady - SLACK, known, np.inf)
        self._week = self._week * 6 / 7 + off / 7
        seen = np.minimum(self._week**2 * 13, MOST_WANDER)  # an average of memory seven has a 13th of the variance
        self.wander = np.where(known, np.clip(self.wander + (seen - self.wander) / WANDER_DAYS, 1, 9), self.wander)

    def forget(self, where: Bools) -> None:
        """Begin anew where a shift was told."""
        self.up.forget(where)
        self.down.forget(where)


def watch_counts(
    y: Floats, first: int, calendar: Calendar, explained: Bools | None = None, since: int = 0, patience: float = 1.0
) -> Watched:
    """Watch daily counts (series × days from ``first`` since 1970-01-01; NaN where unknown).

    ``explained`` days (a campaign, a release, marked as expected) neither alert nor change what is expected. Days
    before column ``since`` are not judged. A shift is told, once, at ``patience`` times its limit: more where it must
    stand out among many series.
    """
    quiet = np.zeros(y.shape, dtype=bool) if explained is None else explained
    return seen_counts(y, first, calendar, quiet, since, patience).judged(quiet)


def seen_counts(y: Floats, first: int, calendar: Calendar, quiet: Bools, since: int, patience: float) -> Seen:
    """Return what ``watch_counts`` saw, to be asked about the explained (``quiet``) days as well."""
    seen = Seen(y, first, calendar, since, patience)
    for day in range(y.shape[1]):
        seen.day(day, quiet[:, day])
    return seen


class Seen:
    """What was expected of every day (series × days), and which shifts were told.

    ``mean`` is today's expectation, ``before`` that of the level of more than two weeks ago, ``spread`` the variance
    beyond Poisson's in squared means, ``wander`` how much more weeks vary than independent days would.
    """

    def __init__(self, y: Floats, first: int, calendar: Calendar, since: int, patience: float) -> None:
        self.y, self._first, self._since, self.patience = y, first, since, patience
        self._near = _near_holidays(first, y.shape[1], calendar)
        self._line = Lines(y, first, calendar)
        self._levels, self._shifts = Levels(len(y)), _Shifts(len(y))
        self.mean, self.before, self.spread, self.wander = (np.full(y.shape, np.nan) for _ in range(4))
        self.shift: Ints = np.zeros(y.shape, dtype=np.int64)
        self.height = np.zeros(y.shape)
        self.began: Ints = np.zeros(y.shape, dtype=np.int64)

    def day(self, at: int, quiet: Bools) -> None:
        """See column ``at``: expect it, compare, learn."""
        if is_refitted(at) and at + EVERY_DAYS > self._since:
            self._line.settle(at, self.y, self.mean)
            self._line.refit(at)
        line = self._line.told[:, at]
        has_line = np.isfinite(line)
        if not has_line.any():
            return
        usual, day = np.where(has_line, line, 1.0), self._first + at
        expected = self._levels.expect(day, usual)
        known = np.isfinite(self.y[:, at]) & has_line
        y = np.where(known, self.y[:, at], expected.mean)
        shut = known & (y < SHUT * expected.mean) & (expected.mean > SHUT_FROM)
        self._line.leave_out(at, shut | quiet, shut)
        ordinary = known & ~shut & ~quiet & (not self._near[at])
        self._shifts.see(at, y, expected, ordinary)
        self._shifts.forget(quiet)  # what led up to something explained is no evidence for what comes after it
        self._note(at)
        self._levels.learn(day, usual, y, expected, ordinary)
        told = self.shift[:, at] != 0
        if told.any():
            self._levels.start_over(told)
            self._shifts.forget(told)
        self.mean[:, at] = np.where(has_line, expected.mean, np.nan)
        self.before[:, at], self.spread[:, at] = expected.before, expected.spread
        self.wander[:, at] = self._shifts.wander

    def _note(self, at: int) -> None:
        """Note how near both sums are to their limits, and which are beyond."""
        for side, sign, limit in ((self._shifts.up, UP, SHIFT), (self._shifts.down, DOWN, DROP)):
            reached = side.height / limit
            higher = reached > self.height[:, at]
            self.shift[:, at] = np.where(reached > self.patience, sign, self.shift[:, at])
            self.height[:, at] = np.where(higher, reached, self.height[:, at])
            self.began[:, at] = np.where(higher, side.began, self.began[:, at])

    def judged(self, quiet: Bools) -> Watched:
        """Return alerts: days beyond their limit, and shifts."""
        y = self.y
        scores = self.scores(~quiet, self.mean)
        high = np.nan_to_num(scores / self.limits(scores))
        by_shift = (self.shift != 0) & (high <= 1)
        direction = np.where(high > 1, UP, self.shift).astype(np.int8)
        expected = np.where(by_shift & np.isfinite(self.before), self.before, self.mean)
        low, top = count_band(expected, self.spread)
        days = np.broadcast_to(np.arange(y.shape[1]), y.shape)
        since = np.where(by_shift, self.began, days)
        return Watched(direction, np.maximum(high, self.height), y, expected, low, top, since)

    def scores(self, where: Bools, mean: Floats) -> Floats:
        """Return how many deviations single days are out; NaN elsewhere, where unknown, or somebody closed."""
        shut = (self.y < SHUT * mean) & (mean > SHUT_FROM)
        known = np.isfinite(self.y) & np.isfinite(mean) & ~shut & where
        scores = np.full(self.y.shape, np.nan)
        scores[known] = normal_scores(self.y[known], mean[known], self.spread[known])
        return scores

    def limits(self, scores: Floats) -> Floats:
        """Return from which score on each day alerts, by the scores of days nothing explains."""
        return score_limits(np.where(self._near, np.nan, scores)) * np.where(self._near, BESIDE_HOLIDAY, 1.0)


def _near_holidays(first: int, days: int, calendar: Calendar) -> Bools:
    return np.array([any(first + day + by in calendar.holidays for by in (-1, 0, 1)) for day in range(days)])
