"""What if: the people every hour of a cycle needs, under assumptions a manager can move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil
from typing import Literal

import numpy as np

from forecasting.staffing.chat import ChatQueue
from forecasting.staffing.deferred import Hours, settled_backlog
from forecasting.staffing.errors import BadStaffing, UnstableQueue, need_positive, need_share
from forecasting.staffing.need import Promise, Shrinkage, agents_for_calls, agents_for_chats, fewest, rostered

Work = Literal["calls", "chats", "deferred"]
PARTS = 10  # a tenth of a person is half a day a week: as fine as a roster gets


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
    """Return what all streams need of one team. Raises ``BadStaffing``.

    Calls and chats have people of their own; deferred work fills the time those have left, up to the occupancy cap,
    and as many more people as it then still takes are there in every open hour.
    """
    if len({len(stream.arrivals) for stream in streams}) != 1:
        raise BadStaffing("streams of work must cover the same hours")
    agents, busy, spare = np.zeros((3, len(streams[0].arrivals)))
    for stream in streams:
        if stream.work != "deferred":
            at_work, load = _live_hours(stream, what_if)
            agents, busy = agents + at_work, busy + load
            spare += np.maximum(stream.promise.occupancy_cap * at_work - load, 0.0)
    for stream in streams:
        if stream.work == "deferred":
            more, done = _deferred_hours(stream, what_if, spare)
            agents, busy, spare = agents + more, busy + done, np.maximum(spare - done, 0.0)
    people = np.array([rostered(n, erlangs, what_if.shrinkage) for n, erlangs in zip(agents, busy, strict=True)])
    rate = what_if.loaded_rate_per_hour
    return Need(agents, people, None if rate is None else float(people.sum() * rate))


def gap(rostered_now: Hours, need: Need) -> Hours:
    """Return people rostered less people to roster, hour by hour: below zero somebody is missing."""
    return np.asarray(rostered_now, float) - need.rostered


def apart(gaps: Sequence[Hours]) -> tuple[Hours, Hours]:
    """Return people missing and people to spare, hour by hour, of teams' gaps: who is spare in one fills no other.

    NaN where no team's roster is known.
    """
    told = np.vstack(gaps)
    unknown = np.where(np.isnan(told).all(axis=0), np.nan, 0.0)
    return np.nansum(np.maximum(-told, 0.0), axis=0) + unknown, np.nansum(np.maximum(told, 0.0), axis=0) + unknown


def _moved(stream: Stream, what_if: WhatIf) -> tuple[Hours, float]:
    """Return arrivals an hour and handling time under the assumptions."""
    arrivals = np.asarray(stream.arrivals, float) * (what_if.volume * (1 - what_if.deflected))
    return arrivals, stream.handling_seconds * what_if.handling


def _live_hours(stream: Stream, what_if: WhatIf) -> tuple[Hours, Hours]:
    """Return agents and how many of them are busy, by hour; outside opening hours nobody is there to answer."""
    arrivals, handling = _moved(stream, what_if)
    is_open = np.array(stream.is_open or [True] * len(arrivals))
    queue = (stream.work, handling, stream.promise, stream.patience_seconds, stream.concurrency, stream.slow_down)
    found = [_live(round(hourly, 3), *queue) for hourly in np.where(is_open, arrivals, 0.0)]
    return np.array([agents for agents, _ in found], float), np.array([busy for _, busy in found], float)


@lru_cache(maxsize=50_000)
def _live(
    hourly: float,
    work: Work,
    handling_seconds: float,
    promise: Promise,
    patience_seconds: float | None,
    concurrency: int,
    slow_down: float,
) -> tuple[int, float]:
    """Return the agents an hour's calls or chats need, and how many of them are busy."""
    if hourly <= 0:
        return 0, 0.0
    per_second = hourly / 3600
    if work == "calls":
        agents = agents_for_calls(per_second, handling_seconds, promise, patience_seconds)
        return agents, min(per_second * handling_seconds, float(agents))
    agents = agents_for_chats(per_second, handling_seconds, promise, concurrency, slow_down)
    return agents, agents * ChatQueue(per_second, handling_seconds, agents, concurrency, slow_down).occupancy


def _deferred_hours(stream: Stream, what_if: WhatIf, spare: Hours) -> tuple[Hours, Hours]:
    """Return people beside those at calls and chats, whose ``spare`` is used first, and the work done, by hour."""
    arrivals, handling = _moved(stream, what_if)
    is_open = np.array(stream.is_open or [True] * len(arrivals))
    if not arrivals.any():
        return np.zeros(len(arrivals)), np.zeros(len(arrivals))
    if not is_open.any():
        raise BadStaffing(f"{stream.name}: work arrives, but the desk is never open")
    there = np.where(is_open, spare, 0.0)
    cap, work = stream.promise.occupancy_cap, arrivals.sum() * handling / 3600

    def people(tenths: int) -> Hours:
        return there + tenths / PARTS * is_open

    def served(tenths: int) -> float:
        try:
            return settled_backlog(arrivals, people(tenths), handling, stream.within_open_hours, is_open).on_time
        except UnstableQueue:
            return -1.0

    at_least = max(ceil(PARTS * (work - there.sum()) / (cap * is_open.sum()) - 1e-9), 0)
    tenths = fewest(served, stream.promise.level, at_least)
    return tenths / PARTS * is_open, work * people(tenths) / people(tenths).sum()
