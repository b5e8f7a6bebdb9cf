"""Rolling origins: what would have been forecast at each of many cutoffs, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from config.errors import DeskpulseError
from forecasting.volume.cache import Memory
from forecasting.volume.conformal import Bands, bands
from forecasting.volume.forecaster import WINDOWS, Forecast, Plan, calibration, forecast
from forecasting.volume.pool import REFERENCE
from forecasting.volume.series import WEEK, Calendar, Daily, Floats

QUANTILES: Final = ((0.1, "lo80"), (0.25, "lo50"), (0.75, "hi50"), (0.9, "hi80"))
FEWEST_DAYS: Final = 14  # known before a cutoff
FEWEST_EARLIER: Final = 4  # windows finished before one, for its bands to mean something


class TooShort(DeskpulseError):
    """The series ends before anything could be forecast and compared."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A forecast made on ``cutoff``, what came afterwards (NaN where not known) and the reference of the same days."""

    cutoff: int
    yhat: Floats
    bands: Bands
    actual: Floats
    naive: Floats
    model: str
    says: str


@dataclass(frozen=True)
class Accuracy:
    """How forecasts went, pooled over their days; None where nothing was there to compare with.

    ``mase`` is relative to the mean weekly difference before each cutoff; ``pinball`` is the mean loss of the 10, 25,
    50, 75 and 90 % quantiles, in counts; ``noise_floor`` is the WAPE that chance alone leaves to counts of that size.
    """

    wape: float | None
    mase: float | None
    pinball: float | None
    ratio: float | None
    coverage50: float | None
    coverage80: float | None
    coverage80_by_week: tuple[float | None, ...]
    noise_floor: float | None


def plan_of(horizon: int, step: int) -> Plan:
    """Return windows that scored cutoffs ``step`` days apart share, none reaching beyond the cutoff it informs."""
    stride = horizon if step % horizon == 0 else step * -(-horizon // step)
    return Plan(horizon=horizon, stride=stride)


def backtest(
    series: Daily, calendar: Calendar, memory: Memory, horizon: int = 28, cutoffs: int = 16, step: int = 28
) -> list[Scored]:
    """Forecast from the last ``cutoffs`` origins, ``step`` days apart, that leave ``horizon`` days to compare with.

    Fewer where the series is shorter. Every forecast is given the days up to its cutoff, and only those. Raises
    ``TooShort`` when not one cutoff is left.
    """
    plan = plan_of(horizon, step)
    newest = series.last - horizon
    asked = [newest - step * back for back in reversed(range(cutoffs))]
    usable = [cutoff for cutoff in asked if np.isfinite(series.until(cutoff).y).sum() >= FEWEST_DAYS]
    if not usable:
        raise TooShort(
            f"{len(series)} days are too few: {FEWEST_DAYS} before a cutoff and {horizon} after it are needed"
        )
    return [_scored(series, cutoff, calendar, memory, plan) for cutoff in usable]


def _scored(series: Daily, cutoff: int, calendar: Calendar, memory: Memory, plan: Plan) -> Scored:
    history = series.until(cutoff)
    told = forecast(history, calendar, memory, plan)
    actual = series.between(cutoff + 1, cutoff + plan.horizon)
    naive = REFERENCE.run(history, plan.horizon, calendar)
    return Scored(cutoff, told.yhat, told.bands, actual, naive, told.model, told.says)


def track_record(told: Forecast, history: Daily, plan: Plan) -> list[Scored]:
    """Return how a forecast's own finished windows went, each with the bands the windows before it would have given."""
    found = []
    for at, past in enumerate(told.past):
        earlier = [p for p in told.past[:at] if p.window.origin + plan.horizon <= past.window.origin]
        if len(earlier) >= FEWEST_EARLIER:
            known = history.until(past.window.origin)
            made = bands(past.yhat, calibration(earlier[-WINDOWS:], known, plan))
            window = past.window
            found.append(Scored(window.origin, past.yhat, made, window.actual, window.naive, past.model, ""))
    return found


def accuracy(scored: Sequence[Scored], series: Daily) -> Accuracy:
    """Return how forecasts of a series went, pooled."""
    actual = np.concatenate([s.actual for s in scored])
    yhat = np.concatenate([s.yhat for s in scored])
    naive = np.concatenate([s.naive for s in scored])
    known = np.isfinite(actual)
    if not known.any():
        return Accuracy(None, None, None, None, None, None, (), None)
    miss, total = np.abs(actual - yhat)[known], float(actual[known].sum())
    reference = float(np.abs(actual - naive)[known].sum())
    return Accuracy(
        wape=_share(float(miss.sum()), total),
        mase=_mase(scored, series),
        pinball=_pinball(scored),
        ratio=_share(float(miss.sum()), reference),
        coverage50=_covered(scored, "50"),
        coverage80=_covered(scored, "80"),
        coverage80_by_week=tuple(
            _covered(scored, "80", slice(first, first + WEEK)) for first in range(0, len(scored[0].actual), WEEK)
        ),
        noise_floor=noise_floor(float(actual[known].mean())),
    )


def noise_floor(mean: float) -> float | None:
    """Return the WAPE that Poisson chance alone leaves to a perfect forecast of so many a day."""
    return min(0.8 / mean**0.5, 1.0) if mean > 0 else None


def _share(part: float, whole: float) -> float | None:
    if whole > 0:
        return part / whole
    return 0.0 if part == 0 else None


def _mase(scored: Sequence[Scored], series: Daily) -> float | None:
    errors = []
    for one in scored:
        past = series.until(one.cutoff).y
        scale = np.abs(past[WEEK:] - past[:-WEEK])
        scale = scale[np.isfinite(scale)]
        miss = np.abs(one.actual - one.yhat)
        miss = miss[np.isfinite(miss)]
        if len(scale) and scale.mean() > 0 and len(miss):
            errors.append(float(miss.mean() / scale.mean()))
    return float(np.mean(errors)) if errors else None


def _pinball(scored: Sequence[Scored]) -> float:
    losses = []
    for one in scored:
        made: Bands = one.bands
        quantiles = [(0.5, one.yhat), *((q, getattr(made, name)) for q, name in QUANTILES)]
        for share, told in quantiles:
            off = one.actual - told
            loss = np.maximum(share * off, (share - 1) * off)
            losses.append(loss[np.isfinite(loss)])
    return float(np.concatenate(losses).mean())


def _covered(scored: Sequence[Scored], level: str, days: slice = slice(None)) -> float | None:
    inside = []
    for one in scored:
        low, high = getattr(one.bands, f"lo{level}")[days], getattr(one.bands, f"hi{level}")[days]
        actual = one.actual[days]
        inside.append(((actual >= low) & (actual <= high))[np.isfinite(actual)])
    found = np.concatenate(inside)
    return float(found.mean()) if len(found) else None
