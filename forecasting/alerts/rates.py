"""Rates: FCR, satisfaction, reopens, service targets: a binomial CUSUM weighed by each day's denominator.

It is designed for eight to nine points at 75 % (as far on the arcsine scale elsewhere) and divided by the series' own
overdispersion; beside it a single day far out alerts by itself (Laney's p′ chart). Days with few rows need no pooling:
they bring little evidence, and it adds up.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.alerts.baseline import Spread, baselines
from forecasting.alerts.drifts import Chart, Evidence, Limits, widened
from forecasting.alerts.watched import DOWN, Watched
from forecasting.volume.series import Bools, Floats

LIMITS: Final = Limits(worse=4.15, better=7.0, day_worse=3.8, day_better=4.0)
DESIGN: Final = 0.09 / np.sqrt(0.75 * 0.25)
OVERDISPERSED: Final = 0.6  # an estimated overdispersion is not certain
LEAST_HITS: Final = 3.0  # expected variance of a day's hits from which a normal score can be trusted
EDGE: Final = 0.002


def watch_rates(hits: Floats, rows: Floats, worse: int = DOWN, explained: Bools | None = None) -> Watched:
    """Watch daily rates: ``hits`` among ``rows`` (series × days; NaN or no rows where unknown).

    ``worse`` is the direction to look out for (``UP`` for a rate that should be low). ``explained`` days neither alert
    nor belong to any baseline.
    """
    counted = np.isfinite(hits) & (np.nan_to_num(rows) > 0)
    if explained is not None:
        counted &= ~explained
    hits, rows = np.where(counted, hits, 0.0), np.where(counted, rows, 0.0)
    base = baselines(hits, rows, counted)
    usual = (base.total + 1) / (base.rows + 2)
    known = counted & base.known
    variance = usual * (1 - usual)
    spread = Spread(hits - rows * usual, rows, known, variance, floor=1.0)
    chart = Chart(hits.shape, LIMITS, worse)
    shift = DESIGN * np.sqrt(variance)
    evidence = {sign: _likelihood(hits, rows, usual, np.clip(usual + sign * shift, EDGE, 1 - EDGE)) for sign in (-1, 1)}
    told = _information(usual, np.clip(usual - shift, EDGE, 1 - EDGE)) * base.a_day
    for day in range(hits.shape[1]):
        spread.learn(day)
        weeks = spread.of_weeks
        divisor = widened(weeks * (1 + OVERDISPERSED * (1 - 1 / weeks)), rows[:, day], base, day)
        far = np.sqrt(spread.of_days * variance[:, day] * (1 + rows[:, day] / np.maximum(base.rows[:, day], 1)))
        chart.width[:, day] = far / np.sqrt(np.maximum(rows[:, day], 1))
        trusted = known[:, day] & (rows[:, day] * variance[:, day] >= LEAST_HITS)
        off = _even(hits[:, day], rows[:, day]) - np.arcsin(np.sqrt(usual[:, day]))
        alone = np.where(trusted, 2 * off * np.sqrt(rows[:, day] * variance[:, day]) / np.where(trusted, far, 1.0), 0.0)
        seen = Evidence(evidence[1][:, day] / divisor, evidence[-1][:, day] / divisor, told[:, day] / divisor, alone)
        chart.see(day, seen, known[:, day])
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(counted, hits / rows, np.nan)
    chart.width[~known] = np.nan
    return chart.watched(value, np.where(base.known, usual, np.nan), (0.0, 1.0))


def _even(hits: Floats, rows: Floats) -> Floats:
    """Return a day's rate on the arcsine scale (Anscombe's), on which both tails are alike and spread is the same."""
    return np.asarray(np.arcsin(np.sqrt((hits + 3 / 8) / (rows + 3 / 4))), np.float64)


def _likelihood(hits: Floats, rows: Floats, usual: Floats, shifted: Floats) -> Floats:
    """Return the log likelihood ratio of a shifted rate."""
    return hits * np.log(shifted / usual) + (rows - hits) * np.log((1 - shifted) / (1 - usual))


def _information(usual: Floats, shifted: Floats) -> Floats:
    """Return what a row tells for a shifted rate where that is the truth."""
    return shifted * np.log(shifted / usual) + (1 - shifted) * np.log((1 - shifted) / (1 - usual))
