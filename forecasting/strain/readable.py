"""Drift in the units people know: a signal over four weeks beside what was to be expected of that work and person."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.strain.drift import SMOOTHING, Drift, smoothed
from forecasting.strain.expected import before
from forecasting.strain.signals import SIGNALS, Floats, Signal

OVER_WEEKS = 4


def readable(told: Drift, weeks: int) -> pd.DataFrame:
    """Return the signals behind each known score of the last so many weeks, one row an agent, week and signal.

    Columns ``agent_key, week, part, signal, value, usual, team_usual, contribution, is_high, n``; shares are fractions,
    durations seconds. ``contribution`` adds up to z; ``usual`` is null where the signal was not counted; ``n`` is how
    many were.
    """
    recent = np.arange(told.z.shape[1]) >= told.z.shape[1] - weeks
    who, when = np.nonzero(np.isfinite(told.z) & recent)
    names = np.array(told.weekly.agents, dtype=object)[who]
    days = pd.DatetimeIndex(told.weekly.weeks)[when].astype("datetime64[s]")
    frames = []
    for at, signal in enumerate(SIGNALS):
        value, usual, n = _in_units(told, at, signal)
        frames.append(
            pd.DataFrame(
                {
                    "agent_key": names,
                    "week": days,
                    "part": "drift",
                    "signal": signal.name,
                    "value": value[who, when],
                    "usual": usual[who, when],
                    "team_usual": np.nan,
                    "contribution": told.parts[at, who, when],
                    "is_high": False,
                    "n": n[who, when],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _in_units(told: Drift, at: int, signal: Signal) -> tuple[Floats, Floats, Floats]:
    numbers, weekly = told.weekly.numbers, told.weekly
    nothing: Floats = np.full(told.z.shape, np.nan)
    if signal.n not in numbers or signal.total not in numbers:
        return nothing, nothing, nothing
    n = before(weekly.summed(np.nan_to_num(numbers[signal.n])), OVER_WEEKS, 0)
    total = before(weekly.summed(np.nan_to_num(numbers[signal.total])), OVER_WEEKS, 0)
    level = told.levels[at]
    pull = smoothed(level.info * told.weight, 1 - SMOOTHING, SMOOTHING)
    off = (
        smoothed(level.info * told.weight * level.off, 1 - SMOOTHING, SMOOTHING) / np.maximum(pull, 1e-9) - level.usual
    )
    mean = np.where(n > 0, total / np.maximum(n, 1e-9), np.nan)
    if signal.kind == "log":
        return np.exp(mean), np.exp(mean - off), n
    inside = np.clip(mean, 0.5 / np.maximum(n, 1), 1 - 0.5 / np.maximum(n, 1))
    usual: Floats = 1 / (1 + (1 - inside) / np.maximum(inside, 1e-9) * np.exp(off))
    return mean, np.where(n > 0, usual, np.nan), n
