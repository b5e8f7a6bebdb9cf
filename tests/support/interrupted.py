"""Simulated daily series with an interruption: weekdays, trend, a season, days that resemble their neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.segmented import Bools, Family, Floats, Series

SPREAD = 0.83  # of single handling times and durations, on the log scale: the variance is as large as the mean squared


@dataclass(frozen=True)
class Shape:
    """What a series is like. ``change`` is on the scale of the line: logits of a share, logs of everything else."""

    family: Family
    before: int = 364
    after: int = 84
    rows: float = 20.0
    change: float = 0.0
    likeness: float = 0.4  # correlation of neighbouring days' chance
    chance: float = 0.08  # its size
    season: float = 0.0
    trend: float = 0.1  # a year


def simulated(shape: Shape, seed: int, shared: Floats | None = None) -> Series:
    """Return a series whose day 0 is the first after; ``shared`` moves its line by as much each day."""
    rng = np.random.default_rng([seed, *shape.family.encode()])
    days = np.arange(-shape.before, shape.after)
    weekday = rng.normal(0, 0.15, 7)[days % 7]
    season = shape.season * np.sin(2 * np.pi * (days / 365.25 + rng.uniform()))
    line = shape.trend * days / 365.25 + weekday + season + shape.change * (days >= 0)
    line = line + chance(shape, rng) + (0 if shared is None else shared)
    if shape.family == "count":
        total = rng.poisson(shape.rows * np.exp(line)).astype(float)
        return Series("count", days, total, np.ones(len(days)), np.zeros(len(days)))
    rows = rng.poisson(shape.rows * np.exp(weekday))
    total = np.array([_total(shape.family, rng, int(n), float(eta)) for n, eta in zip(rows, line, strict=True)])
    some: Bools = rows > 0
    return Series(shape.family, days[some], total[some], rows[some].astype(float), np.zeros(int(some.sum())))


def chance(shape: Shape, rng: np.random.Generator) -> Floats:
    """Return an AR(1) of the shape's size and likeness, one value a day."""
    steps: Floats = rng.standard_normal(shape.before + shape.after) * shape.chance * np.sqrt(1 - shape.likeness**2)
    steps[0] /= np.sqrt(1 - shape.likeness**2)
    for day in range(1, len(steps)):
        steps[day] += shape.likeness * steps[day - 1]
    return steps


def _total(family: Family, rng: np.random.Generator, rows: int, line: float) -> float:
    if rows == 0:
        return 0.0
    if family == "share":
        return float(rng.binomial(rows, 1 / (1 + np.exp(-0.9 - line))))
    times = rng.lognormal(np.log(1000) - SPREAD**2 / 2 + line, SPREAD, rows)
    return float(times.sum()) if family == "mean" else float(np.log(np.median(times)))
