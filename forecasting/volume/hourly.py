"""From days to hours: a day's forecast shared out by the hour-of-week profile of the past.

How far back the past speaks differs: hours of an emergency room hold for years, those of a desk move with its shifts,
or with the clocks where the reporting zone changes none. So profiles of different reach are made up to four weeks ago,
and the one that tells those weeks' hours best is made anew up to today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Floats, Ints, weekday

HOURS: Final = 24
SHRUNK_BY: Final = 400.0  # tickets of the pooled profile that each weekday's own is mixed with
POOLED_BY: Final = 24.0
NEIGHBOURS: Final = 0.1  # of an hour's share on each side: chance differs from hour to hour, habits hardly
JUDGED_DAYS: Final = 28


@dataclass(frozen=True)
class Reach:
    """How far back a profile looks, and after how many days a count weighs half."""

    weeks: int
    half_life_days: float


REACHES: Final = (Reach(12, 1e9), Reach(26, 60), Reach(104, 365))


def profile(days: Ints, hours: Ints, counts: Floats) -> Floats:
    """Return each weekday's share by hour (7 × 24, Monday first, rows sum to 1) of counts by day and hour.

    A weekday with few counts leans on the weekdays together (Monday to Friday, Saturday and Sunday apart), and those on
    the hours being alike.
    """
    if not len(days):
        return _shares(np.zeros((WEEK, HOURS)))
    last = int(days.max())
    before = days <= last - JUDGED_DAYS
    judged = np.zeros((WEEK, HOURS))
    np.add.at(judged, (weekday(days[~before]), hours[~before]), counts[~before])

    def told(reach: Reach) -> float:
        shares = _profile(days[before], hours[before], counts[before], reach, last - JUDGED_DAYS)
        return float((judged * np.log(shares)).sum())

    best = max(REACHES, key=told) if before.any() else REACHES[0]
    return _profile(days, hours, counts, best, last)


def _profile(days: Ints, hours: Ints, counts: Floats, reach: Reach, last: int) -> Floats:
    kept = days > last - WEEK * reach.weeks
    own = np.zeros((WEEK, HOURS))
    weight = 0.5 ** ((last - days[kept]) / reach.half_life_days)
    np.add.at(own, (weekday(days[kept]), hours[kept]), counts[kept] * weight)
    return _shares(own)


def _shares(own: Floats) -> Floats:
    found = np.empty_like(own)
    for group in (slice(0, 5), slice(5, WEEK)):
        together = _smooth(own[group].sum(axis=0))
        pooled = (together + POOLED_BY / HOURS) / (together.sum() + POOLED_BY)
        mixed = _smooth(own[group]) + SHRUNK_BY * pooled
        found[group] = mixed / mixed.sum(axis=1, keepdims=True)
    return found


def _smooth(counts: Floats) -> Floats:
    """Return counts by hour with a little of each neighbour's, around midnight too; a closed hour stays closed."""
    beside = np.roll(counts, 1, axis=-1) + np.roll(counts, -1, axis=-1)
    smooth: Floats = np.where(counts > 0, (1 - 2 * NEIGHBOURS) * counts + NEIGHBOURS * beside, 0.0)
    return smooth


def shared_out(yhat: Floats, days: Ints, by_hour: Floats) -> Floats:
    """Return a daily forecast by hour: days × 24."""
    return yhat[:, None] * by_hour[weekday(days)]
