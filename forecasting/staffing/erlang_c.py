"""Erlang C: calls that wait as long as it takes (M/M/n; A. K. Erlang 1917).

Blocking comes from the recursion of its inverse, which adds positive numbers only and so loses nothing to
cancellation; an overloaded queue is refused rather than answered with a probability above one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite

from forecasting.staffing.errors import UnstableQueue, need_positive


def inverse_blocking(load_erlangs: float, agents: int) -> float:
    """Return 1 / Erlang B: one over the probability that all of ``agents`` servers without a queue are busy."""
    inverse = 1.0
    for n in range(1, agents + 1):
        inverse = 1.0 + n / load_erlangs * inverse
        if not isfinite(inverse):
            return inverse
    return inverse


def waiting_probability(load_erlangs: float, agents: int) -> float:
    """Return the probability that a call has to wait. Raises ``UnstableQueue`` where the load reaches the agents."""
    _check(load_erlangs, agents)
    return _waiting(load_erlangs, agents, inverse_blocking(load_erlangs, agents))


def _check(load_erlangs: float, agents: int) -> None:
    need_positive(load=load_erlangs, agents=agents)
    if load_erlangs >= agents:
        raise UnstableQueue(
            f"{agents} agents cannot carry a load of {load_erlangs:g} Erlangs: the queue would grow without end"
        )


def _waiting(load_erlangs: float, agents: int, inverse: float) -> float:
    # C = B / (1 − ρ(1 − B)), divided through by B.
    return 1.0 / (1.0 + (inverse - 1.0) * ((agents - load_erlangs) / agents))


@dataclass(frozen=True)
class Offered:
    """Calls to a queue: ``arrivals_per_second``, mean ``handling_seconds``, ``agents`` at work."""

    arrivals_per_second: float
    handling_seconds: float
    agents: int

    @property
    def load_erlangs(self) -> float:
        """Work arriving per second of time: the agents it would keep busy on average."""
        return self.arrivals_per_second * self.handling_seconds


@dataclass(frozen=True)
class ErlangC(Offered):
    """A queue of calls that wait as long as it takes.

    Raises ``UnstableQueue`` and ``BadStaffing`` on construction.
    """

    def __post_init__(self) -> None:
        need_positive(arrivals=self.arrivals_per_second, handling_time=self.handling_seconds)
        _check(self.load_erlangs, self.agents)

    @property
    def occupancy(self) -> float:
        """Share of their time the agents are busy."""
        return self.load_erlangs / self.agents

    @property
    def waiting_probability(self) -> float:
        """Probability that a call waits at all."""
        return waiting_probability(self.load_erlangs, self.agents)

    @property
    def mean_wait_seconds(self) -> float:
        """Average speed of answer over all calls, those answered at once included."""
        return self.waiting_probability * self.handling_seconds / (self.agents - self.load_erlangs)

    def service_level(self, within_seconds: float) -> float:
        """Return the share of calls answered within so many seconds."""
        return 1.0 - self.late_share(within_seconds)

    def late_share(self, after_seconds: float) -> float:
        """Return the share of calls still waiting after so many seconds; exact also where it is tiny."""
        free = (self.agents - self.load_erlangs) / self.handling_seconds
        return self.waiting_probability * exp(-free * max(after_seconds, 0.0))
