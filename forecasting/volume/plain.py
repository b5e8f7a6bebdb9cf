"""Members that need no fitting: what the same weekdays did before."""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Calendar, Daily, Floats, ahead

WEEKS: Final = 8


def by_weekday(series: Daily, weeks: int = WEEKS) -> Floats:
    """Return the last ``weeks`` weeks, one row a week, columns by days since 1970 modulo 7; NaN where not known."""
    last = series.between(series.last - weeks * WEEK + 1, series.last).reshape(weeks, WEEK)
    first_weekday = (series.last + 1) % WEEK
    return np.roll(last, first_weekday, axis=1)


def seasonal_naive(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return the last seven days again and again: the reference everything is measured against."""
    week = series.filled().y[-WEEK:]
    return np.resize(week, horizon)


def weekday_median(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return the median of each weekday over the last eight weeks."""
    weeks = by_weekday(series.filled(), min(WEEKS, max(len(series) // WEEK, 1)))
    medians: Floats = np.nan_to_num(np.nanmedian(weeks, axis=0))
    return medians[ahead(series, horizon) % WEEK]
