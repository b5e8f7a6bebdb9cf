"""Erlang A: calls whose callers give up after a while (M/M/n+M; Palm 1957; Mandelbaum and Zeltyn 2007).

Impatience keeps every queue stable. All sums here have positive terms: with x = nμ/θ and y = λ/θ, the chance of j
waiting callers is, relative to none waiting, yʲ / ((x+1)…(x+j)).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, expm1, log

from forecasting.staffing.erlang_c import Offered, inverse_blocking
from forecasting.staffing.errors import need_positive

_TINY = 1e-18
_HUGE = 1e250


def _queue_sums(x: float, y: float) -> tuple[float, float, float]:
    """Return Σ tⱼ, Σ j·tⱼ and log of their common scale, for tⱼ = yʲ / ((x+1)…(x+j)), j from 0."""
    term, total, weighted, scale, j = 1.0, 1.0, 0.0, 0.0, 0
    while True:
        j += 1
        term *= y / (x + j)
        total += term
        weighted += j * term
        if total > _HUGE:
            term, total, weighted, scale = term / _HUGE, total / _HUGE, weighted / _HUGE, scale + log(_HUGE)
        if y < x + j and j * term < _TINY * weighted * (1 - y / (x + j)):
            return total, weighted, scale


@dataclass(frozen=True)
class ErlangA(Offered):
    """A queue of callers who give up: mean ``patience_seconds`` (exponential), everything else as Erlang C.

    Raises ``BadStaffing`` where a number is not above zero.
    """

    patience_seconds: float

    def __post_init__(self) -> None:
        need_positive(
            arrivals=self.arrivals_per_second,
            handling_time=self.handling_seconds,
            agents=self.agents,
            patience=self.patience_seconds,
        )

    @property
    def _x(self) -> float:
        return self.agents * self.patience_seconds / self.handling_seconds

    @property
    def _y(self) -> float:
        return self.arrivals_per_second * self.patience_seconds

    @cached_property
    def _sums(self) -> tuple[float, float, float]:
        return _queue_sums(self._x, self._y)

    @cached_property
    def _idle_odds(self) -> float:
        """Weight of finding an agent free, relative to that of finding all busy."""
        total, _, scale = self._sums
        return (inverse_blocking(self.load_erlangs, self.agents) - 1.0) / total * exp(-scale)

    @property
    def waiting_probability(self) -> float:
        """Probability that a caller finds all agents busy."""
        return 1.0 / (1.0 + self._idle_odds)

    @property
    def abandonment(self) -> float:
        """Share of callers who give up."""
        total, weighted, _ = self._sums
        return self.waiting_probability * weighted / (total * self._y)

    @property
    def mean_wait_seconds(self) -> float:
        """Mean time in the queue over all callers, until answered or given up."""
        return self.abandonment * self.patience_seconds

    @property
    def occupancy(self) -> float:
        """Share of their time the agents are busy with those who did not give up."""
        return self.load_erlangs * (1.0 - self.abandonment) / self.agents

    def service_level(self, within_seconds: float) -> float:
        """Return the share of all callers who are answered within so many seconds."""
        free = 1.0 - self.waiting_probability
        return free + self._answered_waiting(0.0) - self._answered_waiting(max(within_seconds, 0.0))

    def _answered_waiting(self, after_seconds: float) -> float:
        """Return the share of callers who wait longer than ``after_seconds`` and are answered then."""
        patience, x, y = self.patience_seconds, self._x, self._y
        left = exp(-after_seconds / patience)
        total, _, scale = self._sums
        later, _, later_scale = _queue_sums(x + 1, y * left)
        # The offered wait has density ∝ exp(y(1 − e^(−θt)) − nμt); it is answered with probability e^(−θt).
        fading = -y * expm1(-after_seconds / patience) - (x + 1) * after_seconds / patience
        return self.waiting_probability * x / (x + 1) * (later / total) * exp(fading + later_scale - scale)
