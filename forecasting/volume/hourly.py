"""From days to hours: a day's forecast shared out by the hour-of-week profile of the last twelve weeks."""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Floats, Ints, weekday

HOURS: Final = 24
SHRUNK_BY: Final = 60.0  # tickets of the pooled profile that each weekday's own is mixed with
POOLED_BY: Final = 24.0


def profile(days: Ints, hours: Ints, counts: Floats) -> Floats:
    """Return each weekday's share by hour (7 × 24, Monday first, rows sum to 1) of counts by day and hour.

    A weekday with few counts leans on the weekdays together (Monday to Friday, Saturday and Sunday apart), and those on
    the hours being alike.
    """
    own = np.zeros((WEEK, HOURS))
    np.add.at(own, (weekday(days), hours), counts)
    found = np.empty_like(own)
    for group in (slice(0, 5), slice(5, WEEK)):
        together = own[group].sum(axis=0)
        pooled = (together + POOLED_BY / HOURS) / (together.sum() + POOLED_BY)
        found[group] = (own[group] + SHRUNK_BY * pooled) / (own[group].sum(axis=1, keepdims=True) + SHRUNK_BY)
    return found


def shared_out(yhat: Floats, days: Ints, by_hour: Floats) -> Floats:
    """Return a daily forecast by hour: days × 24."""
    return yhat[:, None] * by_hour[weekday(days)]
