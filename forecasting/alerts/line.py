"""What each day of many series usually brings, by weekday, holiday and time of the year: refitted every four weeks.

The regression is that of the volume forecast (``forecasting.volume.glm``), solved for all series at once, each day
weighed down by how far it lies off, so that what once went wrong does not bend the line.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.volume.glm import HALF_LIFE_DAYS, SEASON_FROM_DAYS, design
from forecasting.volume.series import Bools, Calendar, Floats

EVERY_DAYS: Final = 28
LEAST_DAYS: Final = 56
LONGEST_DAYS: Final = 1095
LEAST_KNOWN: Final = 14
SETTLED_DAYS: Final = 18  # of four weeks, weekends may be closed anyway
SETTLED_SHARE: Final = 0.05
ROUNDS: Final = 4
ASSUMED_SPREAD: Final = 0.01  # variance beyond Poisson's, in squared means
HUBER: Final = 3.0


class Lines:
    """The usual count of every day of many series, told four weeks at a time from the days before them.

    Days on which next to nothing came in (``shut``) belong to no line: somebody closed, or the records end there. Where
    four weeks stay that low and are not quite empty, that is the desk now, and what was before counts no more.
    """

    def __init__(self, y: Floats, first: int, calendar: Calendar) -> None:
        self._first, self._calendar = first, calendar
        self._y = y.copy()
        self._shut = np.zeros(y.shape, dtype=bool)
        self.told = np.full(y.shape, np.nan)

    def leave_out(self, day: int, where: Bools, shut: Bools) -> None:
        """Keep a day (a column) of some series out of every later line."""
        self._shut[:, day] = shut
        self._y[where, day] = np.nan

    def refit(self, start: int) -> None:
        """Tell the four weeks from column ``start``."""
        known = np.isfinite(self._y[:, :start]).sum(axis=1)
        long = known >= SEASON_FROM_DAYS
        stop = min(start + EVERY_DAYS, self._y.shape[1])
        for has_season, mine in ((True, long), (False, ~long & (known >= LEAST_KNOWN))):
            if mine.any():
                ahead = _ahead(self._y[mine], self._first, self._calendar, start, has_season)
                self.told[mine, start:stop] = ahead[:, : stop - start]

    def settle(self, start: int, y: Floats, mean: Floats) -> None:
        """Take four weeks that stayed low for the level from now on, before the line of column ``start`` is told."""
        weeks = slice(start - EVERY_DAYS, start)
        low = self._shut[:, weeks].sum(axis=1) >= SETTLED_DAYS
        came, usual = (np.nansum(np.where(self._shut[:, weeks], v[:, weeks], 0.0), axis=1) for v in (y, mean))
        stayed = low & (came >= SETTLED_SHARE * usual)
        if stayed.any():
            self._y[stayed, : start - EVERY_DAYS] = np.nan
            self._y[stayed, weeks] = y[stayed, weeks]


def is_refitted(day: int) -> bool:
    """Return whether the line is told anew on a day (a column)."""
    return day >= LEAST_DAYS and (day - LEAST_DAYS) % EVERY_DAYS == 0


def _ahead(y: Floats, first: int, calendar: Calendar, start: int, has_season: bool) -> Floats:
    """Return the four weeks from column ``start``, all of them however soon the series ends."""
    begin = max(0, start - LONGEST_DAYS)
    built = design(np.arange(first + begin, first + start + EVERY_DAYS), calendar, has_season)
    past = start - begin
    beta = fitted(built.columns[:past], y[:, begin:start], built.ridge)
    ahead: Floats = np.exp(np.clip(beta @ built.columns[past:].T, -20, 20))
    return ahead


def fitted(x: Floats, y: Floats, ridge: Floats) -> Floats:
    """Return coefficients (series × columns) of the log means of ``y`` (series × days, NaN where unknown)."""
    known = np.isfinite(y)
    counted = np.where(known, y, 0.0)
    weight = 0.5 ** (np.arange(y.shape[1])[::-1] / HALF_LIFE_DAYS) * known
    mean = np.maximum((weight * counted).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9), 0.1)
    centre = np.zeros((len(y), x.shape[1]))
    centre[:, 0] = np.log(mean)
    squares = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    diagonal = np.arange(x.shape[1])
    penalty = ridge * mean[:, None]
    beta = centre
    for _ in range(ROUNDS):
        line = np.clip(beta @ x.T, -10, np.log(mean)[:, None] + 5)
        expected = np.exp(line)
        pull = weight * expected * _believed(counted, expected, known)
        target = np.where(known, line + np.clip((counted - expected) / expected, -1, 5), 0.0)
        cross = (pull @ squares).reshape(len(y), x.shape[1], x.shape[1])
        cross[:, diagonal, diagonal] += penalty
        right = (pull * target) @ x + penalty * centre
        beta = np.asarray(np.linalg.solve(cross, right[..., None])[..., 0], np.float64)
    return beta


def _believed(y: Floats, expected: Floats, known: Bools) -> Floats:
    """Return Huber's weights: 1 for days near what is expected, less for those beyond three deviations."""
    off = np.abs(y - expected) / np.sqrt(expected + ASSUMED_SPREAD * expected**2)
    usual = np.nanmedian(np.where(known, off, np.nan), axis=1, keepdims=True) * 1.4826
    return np.minimum(1.0, HUBER * np.maximum(usual, 1.0) / np.maximum(off, 1e-9))
