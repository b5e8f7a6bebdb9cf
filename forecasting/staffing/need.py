"""From work to people: the fewest agents who keep the promise, and how many must be rostered for them to be there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from forecasting.staffing.chat import ChatQueue
from forecasting.staffing.erlang_a import ErlangA
from forecasting.staffing.erlang_c import ErlangC
from forecasting.staffing.errors import BadStaffing, UnstableQueue, need_positive, need_share

MOST_AGENTS = 100_000
Served = Callable[[int], float]
Hours = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Promise:
    """What callers are promised: ``level`` of them answered within ``within_seconds``; agents at most so busy."""

    level: float = 0.80
    within_seconds: float = 20.0
    occupancy_cap: float = 0.85

    def __post_init__(self) -> None:
        need_share(service_level=self.level)
        if not 0 < self.occupancy_cap <= 1:
            raise BadStaffing(f"the occupancy cap must be above 0 and at most 1, it is {self.occupancy_cap:g}")
        if self.within_seconds < 0:
            raise BadStaffing(f"the promised time cannot be negative, it is {self.within_seconds:g} s")


def fewest(served: Served, level: float, at_least: int = 1) -> int:
    """Return the fewest agents from ``at_least`` (0 or more) on with ``served(agents) >= level``; it must not fall."""
    few, many = at_least - 1, at_least
    while served(many) < level:
        few, many = many, max(2 * many, 1)
        if many > MOST_AGENTS:
            raise BadStaffing(f"not even {MOST_AGENTS:,} agents keep this promise")
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if served(middle) >= level else (middle, many)
    return many


def agents_for_calls(
    arrivals_per_second: float, handling_seconds: float, promise: Promise, patience_seconds: float | None = None
) -> int:
    """Return the agents at work that calls need: Erlang C, or Erlang A where the callers' patience is known."""
    if arrivals_per_second == 0:
        return 0
    load = arrivals_per_second * handling_seconds
    by_occupancy = max(ceil(load / promise.occupancy_cap - 1e-9), 1)
    if patience_seconds is None:

        def served(agents: int) -> float:
            return ErlangC(arrivals_per_second, handling_seconds, agents).service_level(promise.within_seconds)

        return max(fewest(served, promise.level, int(load) + 1), by_occupancy)

    def served_or_gone(agents: int) -> float:
        queue = ErlangA(arrivals_per_second, handling_seconds, agents, patience_seconds)
        return queue.service_level(promise.within_seconds)

    return max(fewest(served_or_gone, promise.level), by_occupancy)


def agents_for_chats(
    arrivals_per_second: float, handling_seconds: float, promise: Promise, concurrency: int, slow_down: float
) -> int:
    """Return the agents at work that chats need, each serving up to ``concurrency`` at once."""
    if arrivals_per_second == 0:
        return 0

    def served(agents: int) -> float:
        try:
            queue = ChatQueue(arrivals_per_second, handling_seconds, agents, concurrency, slow_down)
        except UnstableQueue:
            return -1.0
        return queue.service_level(promise.within_seconds) if queue.occupancy <= promise.occupancy_cap else -1.0

    return fewest(served, promise.level)


@dataclass(frozen=True)
class Shrinkage:
    """Why a rostered person is not on the queue. All shares of the time before them.

    ``in_shift``: breaks, meetings, learning. ``absence``: leave and illness. ``utilization_cap``: handled over rostered
    time at most. Learning and documentation are inside that aim already, so it is a check, never a second division.
    """

    in_shift: float = 0.15
    absence: float = 0.08
    utilization_cap: float = 0.80

    def __post_init__(self) -> None:
        need_share(shrinkage=self.in_shift, absence=self.absence)
        if not 0 < self.utilization_cap <= 1:
            raise BadStaffing(f"the utilization cap must be above 0 and at most 1, it is {self.utilization_cap:g}")


def carried(rostered: Hours, shrinkage: Shrinkage) -> Hours:
    """Return the erlangs so many rostered people handle at most: ``rostered`` turned round, where nothing queues."""
    return rostered * (1 - shrinkage.absence) * min(1 - shrinkage.in_shift, shrinkage.utilization_cap)


def rostered(agents: float, load_erlangs: float, shrinkage: Shrinkage) -> float:
    """Return how many people to roster so that ``agents`` are at work, and nobody is busier than the cap."""
    if agents == 0:
        return 0.0
    need_positive(agents=agents)
    on_shift = max(agents / (1 - shrinkage.in_shift), load_erlangs / shrinkage.utilization_cap)
    return on_shift / (1 - shrinkage.absence)
