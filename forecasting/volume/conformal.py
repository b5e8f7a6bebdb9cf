"""Bands by split conformal prediction: as wide as the forecast's own finished windows were wrong, by horizon week."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Floats

LEVELS: Final = (0.5, 0.8, 0.6)  # the last only for its upper end
FEWEST: Final = 14  # scores of a horizon week; with fewer, those of all weeks are taken


@dataclass(frozen=True)
class Bands:
    """The 50 % and 80 % bands of a forecast, and the count not exceeded on four days of five (to staff for)."""

    lo50: Floats
    hi50: Floats
    lo80: Floats
    hi80: Floats
    q80: Floats


def scores(actual: Floats, yhat: Floats) -> Floats:
    """Return (y − ŷ)/√max(ŷ, 1), NaN where the count is not known or the day is closed (nothing is forecast)."""
    found: Floats = (actual - yhat) / np.sqrt(np.maximum(yhat, 1.0))
    return np.where(yhat > 0, found, np.nan)


def bands(yhat: Floats, past: Floats) -> Bands:
    """Return bands around a forecast from the scores of its finished windows (windows × horizon)."""
    lows, highs = np.zeros((3, len(yhat))), np.zeros((3, len(yhat)))
    for first in range(0, len(yhat), WEEK):
        week = slice(first, first + WEEK)
        values = past[:, week][np.isfinite(past[:, week])]
        if len(values) < FEWEST:
            values = past[np.isfinite(past)]
        for at, level in enumerate(LEVELS):
            lows[at, week], highs[at, week] = limits(values, level)
    wide = np.where(yhat > 0, np.sqrt(np.maximum(yhat, 1.0)), 0.0)
    low, high = np.maximum(yhat + lows * wide, 0.0), np.maximum(yhat + highs * wide, 0.0)
    return Bands(low[0], high[0], low[1], high[1], high[2])


def limits(values: Floats, level: float) -> tuple[float, float]:
    """Return the quantiles of scores that hold ``level`` of what is still to come."""
    if not len(values):
        wide = NormalDist().inv_cdf((1 + level) / 2)  # nothing to learn from: Poisson chance
        return -wide, wide
    n = len(values)
    tail = (1 - level) / 2
    share = min((1 - tail) * (n + 1) / n, 1.0)
    return float(np.quantile(values, 1 - share)), float(np.quantile(values, share))
