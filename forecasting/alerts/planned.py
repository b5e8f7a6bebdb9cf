"""Days of planned events, as they would have been told had nobody written the events down.

Such days do not change what is expected, so they are held against what it was: single days as ever, and the sum of what
came beyond the level of more than two weeks ago, from the event's first day on.
"""

from __future__ import annotations

import numpy as np

from forecasting.alerts.counts import CLIP, SHIFT, SLACK, Seen
from forecasting.alerts.tails import count_band
from forecasting.alerts.watched import UP, Cusum, Watched
from forecasting.volume.series import Bools, Floats, Ints


def watch_planned(seen: Seen, quiet: Bools, owner: Ints) -> Watched:
    """Return what was seen of planned days among the ``quiet`` ones, on which alone it alerts, upwards only.

    ``owner`` (series × days) is the number of the event that explains a day, 0 where none does.
    """
    planned = owner > 0
    settled = planned & np.isfinite(seen.before)
    expected = np.where(settled, np.maximum(seen.before, 0.02), seen.mean)
    known = planned & np.isfinite(seen.y) & np.isfinite(expected)
    limits = seen.limits(seen.scores(~quiet, seen.mean))
    high = np.maximum(np.nan_to_num(seen.scores(planned, expected) / limits), 0.0)
    height, began = _added_up(_beyond(seen, expected, known), known, owner)
    by_shift = (height > seen.patience) & (high <= 1)
    direction = np.where((high > 1) | by_shift, UP, 0).astype(np.int8)
    low, top = count_band(expected, seen.spread)
    days = np.broadcast_to(np.arange(seen.y.shape[1]), seen.y.shape)
    return Watched(direction, np.maximum(high, height), seen.y, expected, low, top, np.where(by_shift, began, days))


def _beyond(seen: Seen, expected: Floats, known: Bools) -> Floats:
    """Return deviations from what was expected, over how far weeks of the series usually wander."""
    usual = np.where(known, expected, 1.0)
    deviation = np.sqrt((usual + seen.spread * usual**2) * seen.wander)
    return np.where(known, np.clip((seen.y - usual) / deviation, -CLIP, CLIP), 0.0)


def _added_up(beyond: Floats, known: Bools, owner: Ints) -> tuple[Floats, Ints]:
    """Return how near the sum of each planned day is to its limit, and the column it began on: each event's own."""
    sums = Cusum(len(beyond))
    height: Floats = np.zeros(beyond.shape)
    began: Ints = np.zeros(beyond.shape, dtype=np.int64)
    for day in np.flatnonzero(owner.any(axis=0)).tolist():
        sums.forget(owner[:, day] != owner[:, max(day - 1, 0)])
        sums.add(day, beyond[:, day] - SLACK, known[:, day], np.inf)
        height[:, day] = np.where(owner[:, day] > 0, sums.height / SHIFT, 0.0)
        began[:, day] = sums.began
    return height, began
