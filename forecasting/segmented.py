"""Interrupted time series: a line through the days before, and how far the days after left it.

One regression a series: level, trend, weekdays, the year where two years of it are known, holidays, and from the day
itself a step and a change of slope. Shares are binomial, counts and means quasi-Poisson on a log scale, durations
Gaussian on their logs; each day weighs what was counted on it. A control group has a regression of its own: what it did
after the day is what would have happened anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from forecasting.dependence import dependence_of, standard_error

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Family = Literal["share", "count", "mean", "log"]

YEAR: Final = 365.25
SEASON_FROM_DAYS: Final = 364  # before the day: with less, a season cannot be told from a trend
AFTER_COLUMNS: Final = slice(2, 4)  # step and change of slope

FAMILIES: Final = {
    "share": sm.families.Binomial,
    "count": sm.families.Poisson,
    "mean": sm.families.Poisson,
    "log": sm.families.Gaussian,
}


class Unfittable(ValueError):
    """The series has nothing to fit a line to; says why."""


@dataclass(frozen=True)
class Series:
    """One row a day that had data. ``day`` counts from any origin; ``total`` is hits, count, sum or log duration.

    ``rows`` is the denominator of the day, 1 for counts; ``holiday`` how much of the desk was closed, 0 to 1.
    """

    family: Family
    day: Ints
    total: Floats
    rows: Floats
    holiday: Floats

    @property
    def observed(self) -> Floats:
        """What a reader would see on each day: a share, count, mean or duration."""
        if self.family == "log":
            return np.exp(self.total)
        return self.total / self.rows

    def back(self, linear: Floats) -> Floats:
        """Return values of the model's line in the metric's own unit."""
        return 1 / (1 + np.exp(-linear)) if self.family == "share" else np.exp(linear)


def design_of(series: Series, begins: int) -> Floats:
    """Return the regression's columns for each day: level, trend, step, change of slope, then the calendar."""
    since = (series.day - begins) / YEAR
    after = (series.day >= begins).astype(float)
    columns = [np.ones(len(since)), since, after, after * since]
    columns += [(series.day % 7 == weekday).astype(float) for weekday in np.unique(series.day % 7)[1:]]
    for turn in range(1, harmonics_of(int(begins - series.day.min())) + 1):
        columns += [np.sin(2 * np.pi * turn * since), np.cos(2 * np.pi * turn * since)]
    if series.family == "count" and np.ptp(series.holiday[series.day < begins]) > 0:
        columns.append(series.holiday)
    return np.column_stack(columns)


def harmonics_of(days_before: int) -> int:
    """Return how many waves of the year so many days can tell: none in less than a year, two from two years on."""
    return min(days_before // SEASON_FROM_DAYS, 2)


@dataclass(frozen=True)
class Fit:
    """A fitted series: its line, and the scaled residuals and design its uncertainty is told from."""

    series: Series
    design: Floats
    line: Floats
    coefficients: Floats
    bread: Floats
    scaled_design: Floats
    residuals: Floats

    @property
    def shift(self) -> Floats:
        """How far the line left its own past on each day, on the scale of the line; zero before the day."""
        return self.design[:, AFTER_COLUMNS] @ self.coefficients[AFTER_COLUMNS]

    @property
    def shift_design(self) -> Floats:
        """The columns that make up ``shift``, all others zero."""
        kept = np.zeros_like(self.design)
        kept[:, AFTER_COLUMNS] = self.design[:, AFTER_COLUMNS]
        return kept

    @property
    def spare(self) -> int:
        """Degrees of freedom left."""
        return int(len(self.line) - self.design.shape[1])

    @property
    def covariance(self) -> Floats:
        """The covariance of the coefficients, days that resemble their neighbours considered."""
        first, last = int(self.series.day.min()), int(self.series.day.max())
        design, residuals = (on_grid(self.series.day, x, first, last) for x in (self.scaled_design, self.residuals))
        found: Floats = self.bread @ dependence_of(residuals, design, self.bread).spread(design) @ self.bread
        return found

    def influence(self, gradient: Floats) -> Floats:
        """Return what each day's scaled residual adds to the error of a combination of coefficients."""
        found: Floats = self.scaled_design @ (self.bread @ gradient)
        return found


def fit(series: Series, begins: int) -> Fit:
    """Fit a series interrupted on day ``begins``; raises ``Unfittable``."""
    design = design_of(series, begins)
    if len(series.day) <= design.shape[1] + 7 or np.linalg.matrix_rank(design) < design.shape[1]:
        raise Unfittable("too few days with data")
    family = FAMILIES[series.family]()
    told = series.total if series.family in ("log", "count") else series.total / series.rows
    if series.family == "share" and not 0 < series.total.sum() < series.rows.sum():
        raise Unfittable("every row is alike")
    if series.total.sum() == 0 and series.family != "log":
        raise Unfittable("nothing was counted")
    # A mean's sum is like a count with so many rows to come from: its variance grows with them.
    result = sm.GLM(told, design, family=family, var_weights=series.rows).fit(maxiter=60)
    if not result.converged or np.abs(result.params).max() > 1e4:
        raise Unfittable("no line could be fitted")
    line = design @ result.params
    slope = np.ones(len(line)) if series.family == "log" else 1 / family.link.deriv(result.mu)
    scale = np.sqrt(slope**2 * series.rows / family.variance(result.mu))
    scaled = design * scale[:, None]
    return Fit(
        series=series,
        design=design,
        line=line,
        coefficients=result.params,
        bread=np.linalg.pinv(scaled.T @ scaled),
        scaled_design=scaled,
        residuals=(told - result.mu) / slope * scale,
    )


def on_grid(days: Ints, values: Floats, first: int, last: int) -> Floats:
    """Spread rows over every day from first to last, zero where there is none."""
    grid = np.zeros((last - first + 1, *values.shape[1:]))
    grid[days - first] = values
    return grid


def error_of(gradients: list[tuple[Fit, Floats]]) -> float:
    """Return the standard error of a combination of the coefficients of one fit, or of two over the same days.

    Each day's errors of both enter as one, so that what moves both alike on a day cancels as it does in the estimate.
    """
    first = min(int(f.series.day.min()) for f, _ in gradients)
    last = max(int(f.series.day.max()) for f, _ in gradients)
    parts = [(on_grid(f.series.day, f.influence(g), first, last), f) for f, g in gradients]
    weights = np.sqrt(sum(part**2 for part, _ in parts))
    weights = np.where(parts[0][0] < 0, -weights, weights)
    scores = sum(part * on_grid(f.series.day, f.residuals, first, last) for part, f in parts)
    errors = np.divide(scores, weights, out=np.zeros_like(weights), where=weights != 0)
    lead = gradients[0][0]
    return standard_error(weights, errors, on_grid(lead.series.day, lead.scaled_design, first, last), lead.bread)
