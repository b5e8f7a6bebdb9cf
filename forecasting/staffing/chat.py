"""Chats: an agent serves several at once, each a little slower for it.

A birth–death chain over the number of chats in service. Chats are spread evenly; an agent with j chats finishes
j / (handling × (1 + slow_down × (j − 1))) of them a second. Beyond ``agents × concurrency`` chats wait in line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, log

from forecasting.staffing.errors import BadStaffing, UnstableQueue, need_positive


@dataclass(frozen=True)
class ChatQueue:
    """``handling_seconds`` is a chat's when it is the agent's only one; ``slow_down`` what each further one adds.

    Raises ``BadStaffing``, and ``UnstableQueue`` where more arrives than full agents finish.
    """

    arrivals_per_second: float
    handling_seconds: float
    agents: int
    concurrency: int = 1
    slow_down: float = 0.0

    def __post_init__(self) -> None:
        need_positive(
            arrivals=self.arrivals_per_second,
            handling_time=self.handling_seconds,
            agents=self.agents,
            concurrency=self.concurrency,
        )
        if not 0 <= self.slow_down < 1:
            raise BadStaffing(f"a further chat slows an agent by at least 0 and less than 1, not by {self.slow_down:g}")
        if self.arrivals_per_second >= self.full_rate:
            raise UnstableQueue(
                f"{self.agents} agents with {self.concurrency} chats each finish {self.full_rate * 3600:.4g} an hour, "
                f"but {self.arrivals_per_second * 3600:.4g} arrive: the queue would grow without end"
            )

    def _agent_rate(self, chats: int) -> float:
        return chats / (self.handling_seconds * (1 + self.slow_down * (chats - 1))) if chats else 0.0

    def _rate(self, chats: int) -> float:
        """Chats finished a second while so many are in service."""
        each, more = divmod(chats, self.agents)
        return more * self._agent_rate(each + 1) + (self.agents - more) * self._agent_rate(each)

    @property
    def full_rate(self) -> float:
        """Chats finished a second when every agent is full."""
        return self.agents * self._agent_rate(self.concurrency)

    @cached_property
    def _weights(self) -> list[float]:
        """Chance of 0 … places − 1 chats in service, relative to the chance that all places are taken."""
        places = self.agents * self.concurrency
        logs = [0.0]
        for chats in range(places, 0, -1):
            logs.append(logs[-1] + log(self._rate(chats)) - log(self.arrivals_per_second))
        return [exp(min(weight, 700.0)) for weight in reversed(logs[1:])]

    @property
    def waiting_probability(self) -> float:
        """Probability that a chat waits for a place."""
        waiting = 1.0 / (1.0 - self.arrivals_per_second / self.full_rate)
        return waiting / (waiting + sum(self._weights))

    @property
    def mean_wait_seconds(self) -> float:
        """Mean wait over all chats, those taken at once included."""
        return self.waiting_probability / (self.full_rate - self.arrivals_per_second)

    @property
    def occupancy(self) -> float:
        """Share of the agents who serve at least one chat."""
        odds = self._weights
        busy = sum(weight * min(chats, self.agents) for chats, weight in enumerate(odds))
        waiting = 1.0 / (1.0 - self.arrivals_per_second / self.full_rate)
        return (busy + waiting * self.agents) / (sum(odds) + waiting) / self.agents

    def service_level(self, within_seconds: float) -> float:
        """Return the share of chats taken within so many seconds."""
        spare = self.full_rate - self.arrivals_per_second
        return 1.0 - self.waiting_probability * exp(-spare * max(within_seconds, 0.0))
