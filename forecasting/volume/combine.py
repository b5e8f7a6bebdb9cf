"""Combining members: the mean of the three that did best on this series' finished windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.series import Floats

BEST: Final = 3
FEWEST_WINDOWS: Final = 3  # with fewer finished ones, all members count alike


@dataclass(frozen=True, eq=False)
class Combination:
    """A combined forecast, what it is made of as text, and each member's weight."""

    yhat: Floats
    model: str
    weights: dict[str, float]


def combined(told: Mapping[str, Floats], finished: Sequence[tuple[Mapping[str, Floats], Floats]]) -> Combination:
    """Combine members' forecasts, given (forecasts, actual counts) of the finished windows."""
    chosen = best(list(told), finished)
    yhat = np.mean([told[name] for name in chosen], axis=0)
    return Combination(yhat, " + ".join(chosen), {name: 1 / len(chosen) for name in chosen})


def best(names: Sequence[str], finished: Sequence[tuple[Mapping[str, Floats], Floats]]) -> list[str]:
    """Return the three members with the least absolute error over the windows they all took part in."""
    errors = {name: error for name in names if (error := mean_error(name, finished)) is not None}
    if len(errors) < BEST:
        return list(names)
    return sorted(errors, key=lambda name: (errors[name], name))[:BEST]


def mean_error(name: str, finished: Sequence[tuple[Mapping[str, Floats], Floats]]) -> float | None:
    """Return a member's mean absolute error relative to the windows' mean count; None with too few windows."""
    shares = []
    for told, actual in finished:
        known = np.isfinite(actual)
        if name in told and known.any():
            scale = max(float(actual[known].mean()), 1.0)
            shares.append(float(np.abs(told[name][known] - actual[known]).mean()) / scale)
    return float(np.mean(shares)) if len(shares) >= FEWEST_WINDOWS else None
