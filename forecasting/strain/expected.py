"""How a week went against what was to be expected of that work: by team and category, from the weeks before alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.strain.signals import SIGNALS, Floats, Signal
from forecasting.strain.weekly import Weekly

EXPECTED_WEEKS: Final = 8
BORROWED: Final = 150.0  # tickets of the category elsewhere that a team's own few are read with
BORROWED_OF_ALL: Final = 20.0  # tickets of everything that a category's own few are read with
WEEK_SPREAD: Final = {"share": 0.01, "log": 0.001}  # what a category's week differs by everywhere, squared
LOG_VARIANCE: Final = 0.5  # of a ticket's log handling time, until some are seen


@dataclass(frozen=True, eq=False)
class Surprise:
    """``score`` is ``info`` times what a week was off by (log odds, or log of a duration); ``info`` is one over the
    variance that chance alone leaves in that; both 0 where nothing was counted. Shape (signals, agents, weeks).
    """

    score: Floats
    info: Floats


def surprise(weekly: Weekly) -> Surprise:
    """Return how each agent-week went against its expectation; a week is judged by the weeks before it and itself."""
    agents, weeks = weekly.shape
    score, info = np.zeros((2, len(SIGNALS), agents, weeks))
    for place, signal in enumerate(SIGNALS):
        if signal.n in weekly.numbers and signal.total in weekly.numbers:
            told, known = _of_rows(weekly, signal)
            score[place], info[place] = weekly.summed(told), weekly.summed(known)
    return Surprise(score, info)


def _of_rows(weekly: Weekly, signal: Signal) -> tuple[Floats, Floats]:
    n, total = weekly.numbers[signal.n], weekly.numbers[signal.total]
    known = np.isfinite(n) & np.isfinite(total) & (n > 0)
    n, total = np.where(known, n, 0.0), np.where(known, total, 0.0)
    mean, is_known = _expected(weekly, n, total)
    if signal.kind == "share":
        mean = np.clip(mean, 0.001, 0.999)
        score, info = total - n * mean, n * mean * (1 - mean)
    else:
        variance = _variance(weekly, signal, n, total)
        score, info = (total - n * mean) / variance, n / variance
    score, info = score * is_known, info * is_known
    return score - info * _everywhere(weekly, signal, score, info), info


def _expected(weekly: Weekly, n: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Return each row's expected mean, its team's shrunk to its category's, and 1 where there was a week before."""
    shape = (len(weekly.teams), len(weekly.categories), len(weekly.weeks))
    cell = (weekly.team * shape[1] + weekly.category) * shape[2] + weekly.week
    size = shape[0] * shape[1] * shape[2]
    some, sums = (
        before(np.bincount(cell, x, size).astype(np.float64).reshape(shape), EXPECTED_WEEKS, 1) for x in (n, total)
    )
    all_n, all_total = some.sum(axis=(0, 1)), sums.sum(axis=(0, 1))
    overall = all_total / np.maximum(all_n, 1e-9)
    of_category = (sums.sum(axis=0) + BORROWED_OF_ALL * overall) / (some.sum(axis=0) + BORROWED_OF_ALL)
    means = (sums + BORROWED * of_category) / (some + BORROWED)
    return means.reshape(-1)[cell], (all_n > 0).astype(np.float64)[weekly.week]


def _everywhere(weekly: Weekly, signal: Signal, score: Floats, info: Floats) -> Floats:
    """Return what each row's category was off by that week in all teams together, shrunk to nothing where few."""
    weeks = len(weekly.weeks)
    cell = weekly.category * weeks + weekly.week
    size = len(weekly.categories) * weeks
    held = np.bincount(cell, info, size) + 1 / WEEK_SPREAD[signal.kind]
    told: Floats = (np.bincount(cell, score, size) / held)[cell]
    return told


def _variance(weekly: Weekly, signal: Signal, n: Floats, total: Floats) -> Floats:
    """Return the variance of one ticket's log, as seen inside rows up to each row's week."""
    if signal.squares is None or signal.squares not in weekly.numbers:
        return np.full(len(n), LOG_VARIANCE)
    squares = weekly.numbers[signal.squares]
    inside = np.where((n > 1) & np.isfinite(squares), np.maximum(squares - total**2 / np.maximum(n, 1), 0), 0.0)
    free = np.where((n > 1) & np.isfinite(squares), n - 1, 0.0)
    weeks = len(weekly.weeks)
    seen, of = (np.cumsum(np.bincount(weekly.week, x, weeks)) for x in (inside, free))
    told: Floats = np.maximum((seen + 50 * LOG_VARIANCE) / (of + 50), 0.01)[weekly.week]
    return told


def before(values: Floats, weeks: int, gap: int) -> Floats:
    """Return the sums over so many weeks that end ``gap`` weeks before each; the last axis is weeks."""
    length = values.shape[-1]
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    ends = np.clip(np.arange(length) - gap + 1, 0, None)
    told: Floats = sums[..., ends] - sums[..., np.clip(ends - weeks, 0, None)]
    return told
