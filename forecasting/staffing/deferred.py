"""Deferred work (e-mail, web forms): a backlog on the business clock, first in, first out.

Nobody hangs up on an e-mail, so what matters is whether the desk catches up in time. Work flows in hour by hour and is
worked off as fast as people are there (a fluid), with the luck of both kept as a variance: the backlog of an hour is
normal, cut off at zero. Without the variance a desk busy nine tenths of its time looks a sixth too punctual.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, pi, sqrt

import numpy as np
import numpy.typing as npt

from forecasting.staffing.errors import BadStaffing, UnstableQueue, need_positive

Hours = npt.NDArray[np.float64]
MOST_CYCLES = 200
SETTLED = 1e-3  # tickets


@dataclass(frozen=True)
class Backlog:
    """What becomes of a cycle of hours (such as a week) that repeats, once it has settled.

    ``open_tickets`` are those waiting at the end of each hour, on average; ``on_time`` the share answered within the
    promise; ``utilization`` handled hours over hours worked.
    """

    open_tickets: Hours
    on_time: float
    utilization: float


def settled_backlog(
    arrivals: Hours,
    agents: Hours,
    handling_seconds: float,
    within_open_hours: float,
    is_open: npt.NDArray[np.bool_] | None = None,
) -> Backlog:
    """Return the backlog of a repeating cycle of hours.

    ``arrivals`` are tickets an hour, ``agents`` people on this work in the hour, both of one shape. The promise's clock
    runs in the hours of ``is_open``, by default those with people. Raises ``UnstableQueue`` where a cycle brings more
    work than its people can do.
    """
    need_positive(handling_time=handling_seconds)
    arrivals, agents = np.asarray(arrivals, float), np.asarray(agents, float)
    if arrivals.shape != agents.shape or arrivals.ndim != 1 or (arrivals < 0).any() or (agents < 0).any():
        raise BadStaffing("arrivals and agents must be hours of one cycle, none below zero")
    capacity = agents * 3600 / handling_seconds
    came, able = arrivals.sum(), capacity.sum()
    if came >= able:
        raise UnstableQueue(
            f"{came:.4g} tickets arrive and {able:.4g} can be handled: the backlog would grow without end"
        )
    means, variances = _settled(arrivals, capacity)
    begun_within = max(within_open_hours - handling_seconds / 3600, 0.0)  # the answer itself takes its time
    clock = agents > 0 if is_open is None else is_open
    on_time = _on_time(arrivals, capacity, clock, means, variances, begun_within)
    return Backlog(means, on_time, float(came / able))


def _settled(arrivals: Hours, capacity: Hours) -> tuple[Hours, Hours]:
    """Return mean and variance of the backlog at the end of each hour, once a cycle ends as it began."""
    flows = list(zip(arrivals.tolist(), capacity.tolist(), strict=True))
    mean = variance = 0.0
    means, variances = np.empty(len(flows)), np.empty(len(flows))
    for _ in range(MOST_CYCLES):
        before = mean
        for hour, (came, able) in enumerate(flows):
            mean, variance = _kept_above_zero(mean + came - able, variance + came + able)
            means[hour], variances[hour] = mean, variance
        if abs(mean - before) < SETTLED:
            break
    return means, variances


def _kept_above_zero(mean: float, variance: float) -> tuple[float, float]:
    """Return mean and variance of max(0, X) for a normal X (Clark 1961)."""
    if variance <= 0:
        return max(mean, 0.0), 0.0
    spread = sqrt(variance)
    below, density = _normal(mean / spread), exp(-mean * mean / variance / 2) / sqrt(2 * pi)
    first = mean * below + spread * density
    second = (mean * mean + variance) * below + mean * spread * density
    return first, max(second - first * first, 0.0)


def _normal(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2


def _on_time(
    arrivals: Hours, capacity: Hours, is_open: npt.NDArray[np.bool_], means: Hours, variances: Hours, limit: float
) -> float:
    """Return the share of a cycle's arrivals begun within ``limit`` open hours of their arrival."""
    hours, cycles = len(arrivals), 2 + int(np.ceil((limit + 1) / is_open.sum()))
    edges = np.arange(hours * cycles + 1.0)
    clock = np.concatenate([[0.0], np.cumsum(np.tile(is_open, cycles).astype(float))])
    able = np.concatenate([[0.0], np.cumsum(np.tile(capacity, cycles))])
    # The deadline on the wall: the last instant at which the promise's clock still shows it.
    middles = np.arange(hours) + 0.5
    deadlines = np.interp(middles, edges, clock) + limit
    last = np.minimum(np.searchsorted(clock, deadlines, side="right") - 1, len(able) - 2)
    can_do = able[last] + (deadlines - clock[last]) * (able[last + 1] - able[last]) - np.interp(middles, edges, able)
    ahead = (means + np.roll(means, 1)) / 2  # what an arrival in the middle of the hour finds
    spread = np.sqrt((variances + np.roll(variances, 1)) / 2 + can_do)
    chances = [
        _normal(margin / s) if s > 0 else float(margin >= 0) for margin, s in zip(can_do - ahead, spread, strict=True)
    ]
    return float(np.average(chances, weights=arrivals)) if arrivals.any() else 1.0
