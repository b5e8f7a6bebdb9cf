"""What an intervention changed, from the fitted series: effect, interval, and the line that would have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from forecasting.segmented import AFTER_COLUMNS, Bools, Fit, Floats, Series, error_of, fit

OUTSIDE = 0.05  # how often one of the effects judged together may lie outside its interval


@dataclass(frozen=True)
class Effect:
    """Observed against expected over the days after, with an interval that holds all those judged together to 95 %.

    A difference of fractions for shares, a share of what was expected otherwise (−0.18: 18 % less).
    """

    effect: float
    low: float
    high: float
    observed: float
    expected: float


@dataclass(frozen=True)
class Path:
    """Day by day, in the metric's unit: the fitted line, and what was expected with its 95 % band."""

    fitted: Floats
    expected: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Measured:
    """An intervention measured, on the series it was measured on."""

    series: Series
    effect: Effect
    path: Path


def measure(series: Series, begins: int, control: Series | None = None, together: int = 1) -> Measured:
    """Measure what changed on day ``begins``, over that of ``control`` where given; raises ``Unfittable``.

    Of so many judged ``together``, all intervals hold in 95 % of cases (Bonferroni); the path's band is a single day's.
    """
    own = fit(series, begins)
    other = fit(control, begins) if control is not None else None
    anyway, anyway_design = _anyway(own, other)
    expected = own.line - own.shift + anyway
    after = series.day >= begins
    return Measured(
        series,
        _effect(own, other, expected, anyway_design, after, together),
        _path(own, other, expected, anyway_design),
    )


def _anyway(own: Fit, other: Fit | None) -> tuple[Floats, Floats]:
    """Return what the control group did after the day, on each of the own days, and its columns."""
    if other is None:
        return np.zeros(len(own.line)), np.zeros((len(own.line), 0))
    columns = np.zeros((len(own.line), other.design.shape[1]))
    columns[:, AFTER_COLUMNS] = own.design[:, AFTER_COLUMNS]  # both are counted from the same day
    return columns @ other.coefficients, columns


def _effect(
    own: Fit, other: Fit | None, expected: Floats, anyway_design: Floats, after: Bools, together: int
) -> Effect:
    series = own.series
    weight = np.where(after, series.rows, 0.0) / series.rows[after].sum()
    quantile = _quantile(own, together)
    expected_design = own.design - own.shift_design
    if series.family == "log":  # the typical day: a mean of logs
        shift = float(weight @ (own.line - expected))
        gradient, anyway = weight @ (own.design - expected_design), -weight @ anyway_design
        observed = float(np.exp(weight @ series.total))
        wide = quantile * error_of(_both(own, gradient, other, anyway))
        return Effect(*_relative(shift, wide), observed, float(observed / np.exp(shift)))
    was, would = series.back(own.line), series.back(expected)
    observed, hoped = float(weight @ was), float(weight @ would)
    if series.family == "share":
        steep, steep_would = weight * was * (1 - was), weight * would * (1 - would)
        gradient = steep @ own.design - steep_would @ expected_design
        wide = quantile * error_of(_both(own, gradient, other, -steep_would @ anyway_design))
        shift = observed - hoped
        return Effect(shift, shift - wide, shift + wide, observed, hoped)
    gradient = weight * was @ own.design / observed - weight * would @ expected_design / hoped
    wide = quantile * error_of(_both(own, gradient, other, -(weight * would) @ anyway_design / hoped))
    shift = float(np.log(observed / hoped))
    return Effect(*_relative(shift, wide), observed, hoped)


def _quantile(own: Fit, together: int = 1) -> float:
    return float(stats.t.ppf(1 - OUTSIDE / 2 / together, own.spare))


def _relative(shift: float, wide: float) -> tuple[float, float, float]:
    """Return a difference of logs, and its bounds, as shares of what was expected."""
    return float(np.expm1(shift)), float(np.expm1(shift - wide)), float(np.expm1(shift + wide))


def _both(own: Fit, gradient: Floats, other: Fit | None, anyway: Floats) -> list[tuple[Fit, Floats]]:
    return [(own, gradient)] if other is None else [(own, gradient), (other, anyway)]


def _path(own: Fit, other: Fit | None, expected: Floats, anyway_design: Floats) -> Path:
    columns = own.design - own.shift_design
    variance = np.einsum("ij,jk,ik->i", columns, own.covariance, columns)
    if other is not None:  # as if the two had nothing in common: rather too wide than too narrow
        variance = variance + np.einsum("ij,jk,ik->i", anyway_design, other.covariance, anyway_design)
    wide = _quantile(own) * np.sqrt(variance)
    back = own.series.back
    return Path(back(own.line), back(expected), back(expected - wide), back(expected + wide))
