"""How unlikely a count is: normal scores of the negative binomial's tail, and the band that holds 95 % of days."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, ndtri

from forecasting.alerts.watched import NORMAL_95
from forecasting.volume.series import Floats

LEAST_TAIL = 1e-300


def normal_scores(y: Floats, mean: Floats, spread: Floats) -> Floats:
    """Return the normal score of the mid-p upper tail of counts whose variance is mean + spread × mean²."""
    size = 1 / np.maximum(spread, 1e-6)
    share = mean / (size + mean)
    whole = np.floor(y)
    beyond, with_it = _above(whole, size, share), _above(whole - 1, size, share)
    tail = np.clip((beyond + with_it) / 2, LEAST_TAIL, 1 - 1e-16)
    return np.asarray(-ndtri(tail), np.float64)


def _above(count: Floats, size: Floats, share: Floats) -> Floats:
    """Return the probability of more than a count."""
    tail = betainc(np.maximum(count, 0) + 1, size, share)
    return np.where(count < 0, 1.0, tail)


def count_band(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return the bounds of 95 % of days, on the scale on which such counts are even (a square root's)."""
    half = NORMAL_95 * np.sqrt(1 + spread * mean) / 2
    root = np.sqrt(np.maximum(mean, 0))
    return np.maximum(root - half, 0) ** 2, (root + half) ** 2
