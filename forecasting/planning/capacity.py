"""How many tickets a roster has room for: its hours, at the time a ticket takes, nobody busier than is aimed at.

What was closed in the past does not say so: a desk that answers all that comes closes no more than that, however many
people are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from forecasting.planning.work import Coming
from forecasting.staffing.need import Shrinkage, carried
from forecasting.volume.series import Floats, Ints, weekday

HOUR: Final = 3600


def capacity(hours: Floats, days: Ints, arrivals: Floats, coming: Sequence[Coming], shrinkage: Shrinkage) -> Floats:
    """Return the tickets that rostered hours can handle, day by day; NaN where no handling time is known.

    A ticket takes what it takes on average over these ``days``: calls, chats and written work of its kind together.
    """
    seconds = seconds_of_day(coming)[weekday(days)] @ arrivals
    if not seconds > 0:
        return np.full(len(days), np.nan)
    return np.asarray(carried(hours, shrinkage) * HOUR * arrivals.sum() / seconds, np.float64)


def seconds_of_day(coming: Sequence[Coming]) -> Floats:
    """Return the seconds of handling each ticket of the day brings, Monday first; chats as if one at a time."""
    found = np.zeros(7)
    for one in coming:
        found += one.per_ticket.sum(axis=1) * one.handling_seconds
    return found
