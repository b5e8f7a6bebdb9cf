"""Durations: handle time, first reply, resolution, as the day's mean of winsorised logarithms.

A CUSUM of normal evidence weighed by each day's rows, designed for a sixth more; on the log scale with the longest and
shortest twentieth drawn in, one endless ticket is no slowdown of everybody.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.alerts.baseline import Spread, baselines
from forecasting.alerts.drifts import Chart, Evidence, Limits, widened
from forecasting.alerts.watched import UP, Watched
from forecasting.volume.series import Bools, Floats

LIMITS: Final = Limits(worse=4.5, better=6.2)
DESIGN: Final = 0.16  # of the logarithm: 17 % longer
CLIP: Final = 3.0  # deviations: the most a day may say


def watch_durations(y: Floats, rows: Floats, worse: int = UP, explained: Bools | None = None) -> Watched:
    """Watch daily means of log seconds ``y`` over ``rows`` (series × days; NaN or no rows where unknown).

    ``worse`` is the direction to look out for. ``explained`` days neither alert nor belong to any baseline.
    """
    counted = np.isfinite(y) & (np.nan_to_num(rows) > 0)
    if explained is not None:
        counted &= ~explained
    value = np.where(counted, y, np.nan)
    y, rows = np.where(counted, y, 0.0), np.where(counted, rows, 0.0)
    base = baselines(y * rows, rows, counted)
    usual = base.total / np.maximum(base.rows, 1.0)
    known = counted & base.known
    off = np.where(known, y - usual, 0.0)
    spread = Spread(off * rows, rows, known, np.ones(y.shape), floor=0.0)
    chart = Chart(y.shape, LIMITS, worse)
    for day in range(y.shape[1]):
        spread.learn(day)
        ready = known[:, day] & spread.is_known & (spread.of_days > 0)
        variance = np.where(ready, widened(np.where(ready, spread.of_weeks, 1.0), rows[:, day], base, day), 1.0)
        score = np.where(ready, np.clip(off[:, day] * np.sqrt(rows[:, day] / variance), -CLIP, CLIP), 0.0)
        step = DESIGN * np.sqrt(rows[:, day] / variance)
        usually = DESIGN**2 * base.a_day[:, day] / variance / 2
        up, down = (np.where(ready, sign * step * score - step**2 / 2, 0.0) for sign in (1, -1))
        chart.see(day, Evidence(up, down, usually, score), ready)
        chart.width[:, day] = np.where(ready, np.sqrt(variance / np.maximum(rows[:, day], 1)), np.nan)
    return chart.watched(value, np.where(base.known, usual, np.nan), (-np.inf, np.inf))
