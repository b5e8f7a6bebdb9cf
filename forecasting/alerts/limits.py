"""From which score on a day alerts: what the series' own past year exceeded a few times, and a margin.

A calm series is held to a tight limit, one with outbursts of its own to a wide one: that is what keeps alerts few
everywhere without a setting. Days within the calendar's reach need more.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Floats

PAST_DAYS: Final = 365
A_YEAR: Final = 4.0  # days of the past year that were further out than the limit without its margin
MARGIN: Final = 0.8
LOWEST: Final = 2.6
HIGHEST: Final = 4.2
YOUNG: Final = 3.3
LEAST_DAYS: Final = 56


def score_limits(scores: Floats) -> Floats:
    """Return the limit of each day (series × days; NaN where a day has no score), set anew every week."""
    limits = np.full(scores.shape, YOUNG)
    known = np.isfinite(scores)
    comparable = np.where(known, scores, -np.inf)
    for at in range(WEEK, scores.shape[1], WEEK):
        past = slice(max(0, at - PAST_DAYS), at)
        days = known[:, past].sum(axis=1)
        beyond = np.maximum(np.rint(A_YEAR * days / PAST_DAYS).astype(np.int64), 1)
        newest = np.sort(comparable[:, past], axis=1)
        own = np.take_along_axis(newest, np.maximum(newest.shape[1] - beyond - 1, 0)[:, None], axis=1)[:, 0]
        told = np.where(days >= LEAST_DAYS, np.clip(own + MARGIN, LOWEST, HIGHEST), YOUNG)
        limits[:, at : at + WEEK] = told[:, None]
    return limits
