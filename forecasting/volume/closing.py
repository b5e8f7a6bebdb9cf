"""What no model may forecast: work on closed days, less than nothing, or far more than there ever was."""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.volume.plain import WEEKS, by_weekday
from forecasting.volume.series import WEEK, Bools, Calendar, Daily, Floats, ahead

CLOSED_WEEKDAY: Final = 0.85  # of the last eight weeks without anything
CLOSED_HOLIDAYS: Final = 0.80  # of the holidays known
FEWEST_HOLIDAYS: Final = 3
MOST: Final = 2.5  # times the largest naive or weekday average
RARE: Final = 1.0  # a day's mean below which an empty day says nothing


def within_reason(yhat: Floats, series: Daily, calendar: Calendar) -> Floats:
    """Return a forecast of the days after a series, zero on closed days and within [0, 2.5 × the largest seen]."""
    days = ahead(series, len(yhat))
    weeks = by_weekday(series, min(WEEKS, max(len(series) // WEEK, 1)))
    known = weeks[np.isfinite(weeks).any(axis=1)]
    averages = np.nan_to_num(_nanmean(known)) if len(known) else np.zeros(WEEK)
    latest = series.y[-WEEK:]
    largest = max(float(averages.max()), float(np.nanmax(latest)) if np.isfinite(latest).any() else 0.0)
    reasonable = np.clip(np.nan_to_num(yhat, nan=0.0, posinf=MOST * largest, neginf=0.0), 0.0, MOST * largest)
    shut = closed_weekdays(series)[days % WEEK]
    if rests_on_holidays(series, calendar):
        shut |= np.array([int(day) in calendar.holidays for day in days])
    reasonable[shut] = 0.0
    return reasonable


def closed_weekdays(series: Daily) -> Bools:
    """Return which weekdays (days since 1970 modulo 7) were empty in at least 85 % of the last eight weeks."""
    weeks = by_weekday(series, min(WEEKS, max(len(series) // WEEK, 1)))
    known = np.isfinite(weeks).sum(axis=0)
    empty = np.where(np.isfinite(weeks), weeks == 0, False).sum(axis=0)
    busy = float(np.nan_to_num(_nanmean(weeks)).max(initial=0.0)) >= RARE
    return np.asarray((known > 0) & (empty >= CLOSED_WEEKDAY * np.maximum(known, 1)) & busy)


def rests_on_holidays(series: Daily, calendar: Calendar) -> bool:
    """Return whether at least 80 % of the holidays that fell on open weekdays were empty."""
    open_weekday = ~closed_weekdays(series)
    at = [day - series.first for day in calendar.holidays if series.first <= day <= series.last]
    counts = [series.y[i] for i in at if open_weekday[(series.first + i) % WEEK] and np.isfinite(series.y[i])]
    usual = float(np.nanmean(series.y)) if np.isfinite(series.y).any() else 0.0
    if len(counts) < FEWEST_HOLIDAYS or usual < RARE:
        return False
    return float(np.mean(np.array(counts) == 0)) >= CLOSED_HOLIDAYS


def _nanmean(weeks: Floats) -> Floats:
    known = np.isfinite(weeks)
    mean: Floats = np.where(known, weeks, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known.any(axis=0), mean, np.nan)
