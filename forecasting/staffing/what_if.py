"""What if: the people every hour of a cycle needs, under assumptions a manager can move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Literal

import numpy as np

from forecasting.staffing.deferred import Hours, settled_backlog
from forecasting.staffing.errors import BadStaffing, need_positive, need_share
from forecasting.staffing.need import Promise, Shrinkage, agents_for_calls, agents_for_chats, fewest, rostered

Work = Literal["calls", "chats", "deferred"]


@dataclass(frozen=True)
class Stream:
    """Work that comes in, hour by hour of a cycle.

    ``arrivals`` an hour, at the quantile to staff for; ``promise`` in seconds for calls and chats; deferred work is
    promised within ``within_open_hours``. Chats: up to ``concurrency`` at once, each further one adds ``slow_down``.
    """

    name: str
    work: Work
    arrivals: tuple[float, ...]
    handling_seconds: float
    promise: Promise = field(default_factory=Promise)
    within_open_hours: float = 8.0
    patience_seconds: float | None = None
    concurrency: int = 1
    slow_down: float = 0.0
    is_open: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        need_positive(handling_time=self.handling_seconds)
        if self.is_open and len(self.is_open) != len(self.arrivals):
            raise BadStaffing(f"{self.name}: opening hours and arrivals must cover the same hours")


@dataclass(frozen=True)
class WhatIf:
    """What a manager may move. Factors are relative to the forecast: 1.1 is a tenth more; ``deflected`` is a share."""

    volume: float = 1.0
    handling: float = 1.0
    deflected: float = 0.0
    shrinkage: Shrinkage = field(default_factory=Shrinkage)
    loaded_rate_per_hour: float | None = None

    def __post_init__(self) -> None:
        need_positive(volume=self.volume, handling_time=self.handling)
        need_share(deflected=self.deflected)


@dataclass(frozen=True)
class Need:
    """People an hour: at work (``agents``) and to roster (``rostered``); ``cost`` of a cycle, None without a rate."""

    agents: Hours
    rostered: Hours
    cost: float | None


def needed(streams: Sequence[Stream], what_if: WhatIf) -> Need:
    """Return what all streams need together, each with people of its own. Raises ``BadStaffing``."""
    if len({len(stream.arrivals) for stream in streams}) != 1:
        raise BadStaffing("streams of work must cover the same hours")
    agents = np.zeros(len(streams[0].arrivals))
    people = np.zeros_like(agents)
    for stream in streams:
        at_work, load = _at_work(stream, what_if)
        agents += at_work
        people += [rostered(n, erlangs, what_if.shrinkage) for n, erlangs in zip(at_work, load, strict=True)]
    rate = what_if.loaded_rate_per_hour
    return Need(agents, people, None if rate is None else float(people.sum() * rate))


def gap(rostered_now: Hours, need: Need) -> Hours:
    """Return people rostered less people to roster, hour by hour: below zero somebody is missing."""
    return np.asarray(rostered_now, float) - need.rostered


def _at_work(stream: Stream, what_if: WhatIf) -> tuple[Hours, Hours]:
    factor = what_if.volume * (1 - what_if.deflected)
    arrivals = np.asarray(stream.arrivals, float) * factor
    handling = stream.handling_seconds * what_if.handling
    load = arrivals * handling / 3600
    if stream.work == "deferred":
        at_work = _deferred(stream, arrivals, handling)
        # Deferred work is spread over the hours people are there, so that is where its load lies too.
        there = at_work > 0
        return at_work, np.where(there, load.sum() / max(there.sum(), 1), 0.0)
    return np.array([_live(stream, round(hourly, 9), handling) for hourly in arrivals], float), load


@lru_cache(maxsize=20_000)
def _live(stream: Stream, arrivals_per_hour: float, handling_seconds: float) -> int:
    per_second = arrivals_per_hour / 3600
    if stream.work == "calls":
        return agents_for_calls(per_second, handling_seconds, stream.promise, stream.patience_seconds)
    return agents_for_chats(per_second, handling_seconds, stream.promise, stream.concurrency, stream.slow_down)


def _deferred(stream: Stream, arrivals: Hours, handling_seconds: float) -> Hours:
    is_open = np.array(stream.is_open or [True] * len(arrivals))
    if not arrivals.any():
        return np.zeros(len(arrivals))
    if not is_open.any():
        raise BadStaffing(f"{stream.name}: work arrives, but the desk is never open")

    def served(agents: int) -> float:
        return settled_backlog(arrivals, agents * is_open, handling_seconds, stream.within_open_hours).on_time

    hands_on_hours = arrivals.sum() * handling_seconds / 3600
    by_utilization = max(ceil(hands_on_hours / (stream.promise.occupancy_cap * is_open.sum()) - 1e-9), 1)
    return fewest(served, stream.promise.level, by_utilization) * is_open.astype(float)
