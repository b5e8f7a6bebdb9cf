"""A ridge quasi-Poisson regression: weekday, holidays and the days beside them, the year's course, today's level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Calendar, Daily, Floats, Ints, ahead, weekday

LONGEST: Final = 1826
HARMONICS: Final = 6
YEAR_DAYS: Final = 365.25
SEASON_FROM_DAYS: Final = 400  # less than a year and a bit cannot tell a season from a trend
LEVEL_DAYS: Final = 28
ROUNDS: Final = 8
HALF_LIFE_DAYS: Final = 365.0


@dataclass(frozen=True)
class Design:
    """Columns of the regression, the ridge each is held by, and which of them is the trend."""

    columns: Floats
    ridge: Floats
    trend: int  # the column of the slow trend, a unit a year


def glm(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return the regression's forecast at the level of the last four weeks."""
    used = series.newest(LONGEST)
    told = line(used, horizon, calendar)
    return told[len(used) :] * _level(used, told[: len(used)])


def line(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return what is expected on each day of a series and of the ``horizon`` days after it, unknown days apart."""
    days = np.concatenate([series.days, ahead(series, horizon)])
    built = design(days, calendar, has_season=len(series) >= SEASON_FROM_DAYS)
    known = np.flatnonzero(np.isfinite(series.y))
    weight = 0.5 ** ((series.last - series.days[known]) / HALF_LIFE_DAYS)
    beta = fitted(built.columns[known], series.y[known], weight, built.ridge)
    expected: Floats = np.exp(np.clip(built.columns @ beta, -20, 20))
    return expected


def design(days: Ints, calendar: Calendar, has_season: bool) -> Design:
    """Return the columns for days: intercept, weekdays, holidays and their neighbours, slow trend, the year."""
    parts: list[tuple[Floats, float]] = [(np.ones((len(days), 1)), 1e-6)]
    parts.append((np.eye(WEEK)[weekday(days)], 0.1))
    parts.append((_holidays(days, calendar), 1.0))
    trend = sum(columns.shape[1] for columns, _ in parts)
    parts.append(((days[:, None] - days[-1]) / YEAR_DAYS, 1.0))
    if has_season:
        angle = 2 * np.pi * days[:, None] * np.arange(1, HARMONICS + 1) / YEAR_DAYS
        parts.append((np.hstack([np.sin(angle), np.cos(angle)]), 0.3))
    return Design(
        np.hstack([columns for columns, _ in parts]),
        np.concatenate([np.full(columns.shape[1], ridge) for columns, ridge in parts]),
        trend,
    )


def fitted(x: Floats, y: Floats, weight: Floats, ridge: Floats) -> Floats:
    """Return coefficients of the log mean, by reweighted least squares; the ridge is in units of a day's mean."""
    mean = max(float(np.average(y, weights=weight)), 0.1)
    beta: Floats = np.zeros(x.shape[1])
    beta[0] = np.log(mean)
    penalty = np.diag(ridge * mean)
    centre = beta.copy()
    for _ in range(ROUNDS):
        line = np.clip(x @ beta, -10, np.log(mean) + 5)
        expected = np.exp(line)
        pull = weight * expected
        target = line + np.clip((y - expected) / expected, -1, 5)
        cross = x.T @ (pull[:, None] * x) + penalty
        beta = np.asarray(np.linalg.solve(cross, x.T @ (pull * target) + penalty @ centre), np.float64)
    return beta


def _level(used: Daily, line: Floats) -> float:
    """Return observed against fitted of the last four weeks, newer days counting more."""
    y, fit = used.y[-LEVEL_DAYS * 2 :], line[-LEVEL_DAYS * 2 :]
    known = np.isfinite(y)
    weight = 0.5 ** (np.arange(len(y))[::-1] / 14)
    level = (weight * np.where(known, y, 0)).sum() / max((weight * np.where(known, fit, 0)).sum(), 1e-9)
    return float(np.clip(level, 0.1, 10))


def _holidays(days: Ints, calendar: Calendar) -> Floats:
    """Return columns for any holiday, the day before and the day after; then the same three for each name."""
    first, last = int(days[0]), int(days[-1])
    near = [(day, name) for day, name in calendar.holidays.items() if first - 1 <= day <= last + 1]
    place = {name: 3 * (at + 1) for at, name in enumerate(sorted({name for _, name in near}))}
    columns = np.zeros((len(days), 3 * (len(place) + 1)))
    for day, name in near:
        for at, beside in enumerate((day, day - 1, day + 1)):
            if first <= beside <= last:
                columns[beside - first, [at, place[name] + at]] = 1.0
    return columns
