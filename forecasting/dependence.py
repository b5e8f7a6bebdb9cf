"""How sure a fitted contrast is when one day's chance resembles the next day's.

Residuals of a regression look less alike than the errors behind them, most of all over short histories. So their
autocovariances are first freed of what the fit took out (their expectation is linear in those of the errors), then
described by two numbers: how alike neighbouring days are, and how fast that fades (an ARMA(1,1)'s correlations). The
Newey–West estimate, which assumes no such form, is taken where it is wider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import toeplitz

Floats = npt.NDArray[np.float64]

LAGS: Final = 14  # autocovariances that are estimated
FADING_LAGS: Final = 7  # those the two numbers are fitted to
FADING: Final = np.linspace(0.05, 0.98, 32)


@dataclass(frozen=True)
class Dependence:
    """How errors on a grid of days hang together: one variance, and correlations ``likeness * fading ** days``."""

    variance: float
    likeness: float
    fading: float

    def variance_of(self, weights: Floats) -> float:
        """Return the variance of ``sum(weights * errors)``; never less than if the days were independent."""
        by_lag = _products(weights, len(weights) - 1)
        fades = self.fading ** np.arange(1, len(by_lag))
        return self.variance * max(float(by_lag[0] + 2 * self.likeness * by_lag[1:] @ fades), float(by_lag[0]))

    def spread(self, design: Floats) -> Floats:
        """Return the covariance (k × k) of ``design.T @ errors``."""
        row = np.concatenate([[1.0], self.likeness * self.fading ** np.arange(1, len(design))])
        found: Floats = self.variance * design.T @ toeplitz(row) @ design
        return found


def dependence_of(residuals: Floats, design: Floats, bread: Floats) -> Dependence:
    """Return how the errors behind residuals hang together, on a grid of consecutive days.

    ``residuals`` (n) and ``design`` (n × k) are scaled to errors of one variance, and zero on days without data;
    ``bread`` (k × k) is the inverse of the design's cross product.
    """
    covariances = error_covariances(residuals, design, bread)
    variance = max(float(covariances[0]), 1e-12)
    return Dependence(variance, *_described(covariances[1:] / variance))


def standard_error(weights: Floats, residuals: Floats, design: Floats, bread: Floats) -> float:
    """Return the standard error of ``sum(weights * errors)``; the arguments are those of ``dependence_of``."""
    modelled = dependence_of(residuals, design, bread).variance_of(weights)
    return float(np.sqrt(max(modelled, _newey_west(weights * residuals, design))))


def error_covariances(residuals: Floats, design: Floats, bread: Floats) -> Floats:
    """Return the errors' autocovariances at lags 0 to ``LAGS``, unbiased where they vanish beyond."""
    present = (np.abs(design).sum(axis=1) > 0).astype(float)
    lags = range(LAGS + 1)
    sums = [_both_ways(design, lag) for lag in lags]
    halves = [design if lag == 0 else sums[lag] / 2 for lag in lags]
    inner = [bread @ design.T @ halves[lag] for lag in lags]
    outer = [bread @ design.T @ sums[lag] for lag in lags]
    pairs = _products(present, LAGS)
    taken = np.empty((LAGS + 1, LAGS + 1))
    for row in lags:
        for column in lags:
            crossed = np.sum((halves[row] * present[:, None]) * (sums[column] @ bread))
            taken[row, column] = (pairs[row] if row == column else 0) - 2 * crossed
            taken[row, column] += np.sum(inner[row] * outer[column].T)
    found: Floats = np.asarray(np.linalg.solve(taken, _products(residuals, LAGS)), np.float64)
    return found


def _both_ways(design: Floats, lag: int) -> Floats:
    """Return the rows ``lag`` days before and after added; the rows themselves for lag 0."""
    if lag == 0:
        return design
    moved = np.zeros_like(design)
    moved[lag:] += design[:-lag]
    moved[:-lag] += design[lag:]
    return moved


def _products(values: Floats, most: int) -> Floats:
    """Return the sums of products of values 0 to ``most`` days apart."""
    n = len(values)
    spectrum = np.fft.rfft(values, 2 * n)
    found: Floats = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n)[: most + 1]
    return found


def _described(correlations: Floats) -> tuple[float, float]:
    """Return (likeness, fading): the curve ``likeness * fading ** lag`` nearest to the first correlations."""
    lags = np.arange(1, FADING_LAGS + 1)
    curves = FADING[:, None] ** lags
    wanted = correlations[:FADING_LAGS]
    likeness = np.clip(curves @ wanted / np.sum(curves**2, axis=1), 0, 1)
    misses = np.sum((wanted - likeness[:, None] * curves) ** 2, axis=1)
    best = int(np.argmin(misses))
    return float(likeness[best]), float(FADING[best])


def _newey_west(scores: Floats, design: Floats) -> float:
    """Return Newey and West's variance of the sum of scores (1987), for few degrees of freedom."""
    days = int((np.abs(design).sum(axis=1) > 0).sum())
    lags = max(FADING_LAGS, int(4 * (days / 100) ** (2 / 9)))
    products = _products(scores, lags)
    tapering = 1 - np.arange(1, lags + 1) / (lags + 1)
    return float((products[0] + 2 * tapering @ products[1:]) * days / max(days - design.shape[1], 1))
