"""How a series grows by the year, season, weekdays, holidays and events apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume import glm
from forecasting.volume.calendar_effects import interval, without_events
from forecasting.volume.series import WEEK, Calendar, Daily

FEWEST_DAYS: Final = 540  # with less, a season and a trend are told apart by luck
FEWEST_A_DAY: Final = 0.5


@dataclass(frozen=True)
class Growth:
    """Growth a year as shares added, with its 95 % interval: (.08, .05, .11) is 8 % more every year."""

    effect: tuple[float, float, float]
    days: int


def growth(series: Daily, calendar: Calendar) -> Growth | None:
    """Return the growth of a series; None where it is too short, or too small, for a trend to be told from a season.

    The trend of a regression over all known days. How sure it is, whole weeks tell: days of a week err together.
    """
    quiet, _ = without_events(series, calendar)
    known = np.flatnonzero(np.isfinite(quiet.y))
    if len(known) < FEWEST_DAYS or quiet.y[known].mean() < FEWEST_A_DAY:
        return None
    days, y = quiet.days[known], quiet.y[known]
    built = glm.design(days, calendar, has_season=True)
    beta = glm.fitted(built.columns, y, np.ones(len(y)), built.ridge)
    expected = np.exp(np.clip(built.columns @ beta, -20, 20))
    information = built.columns.T @ (expected[:, None] * built.columns) + np.diag(built.ridge * y.mean())
    spread = np.linalg.inv(information)
    at = built.trend
    # A season of twelve terms and the trend itself have followed the weeks' noise too.
    weeks = np.unique((days - days[0]) // WEEK, return_inverse=True)[1]
    off, sums = np.bincount(weeks, y - expected), np.bincount(weeks, expected)
    taken = 2 * glm.HARMONICS + 2
    dispersion = max(float((off**2 / sums).sum() / (len(sums) - taken)), 1.0)
    return Growth(interval(float(beta[at]), float(np.sqrt(dispersion * spread[at, at]))), len(known))
