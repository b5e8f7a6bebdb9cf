"""The pool: diverse members with one way to be asked, each given the days up to a cutoff and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from forecasting.volume import glm, plain, prophet_models, smoothing
from forecasting.volume.cache import Memory, key_of
from forecasting.volume.calendar_effects import lifted, without_events
from forecasting.volume.closing import within_reason
from forecasting.volume.series import Calendar, Daily, Floats

Run = Callable[[Daily, int, Calendar], Floats]


@dataclass(frozen=True)
class Member:
    """A way to forecast: ``run`` takes the days up to a cutoff, the horizon and what the calendar told on that day.

    ``version`` rises whenever ``run`` answers differently: what is remembered of it is then forgotten.
    """

    name: str
    title: str
    run: Run
    fewest_days: int = 56
    version: int = 1


REFERENCE: Final = Member("seasonal_naive", "last week again", plain.seasonal_naive, 7)
POOL: Final = (
    Member("weekday_median", "8-week weekday median", plain.weekday_median),
    Member("ets", "ETS(A,Ad,A)", smoothing.ets),
    Member("ets_log", "ETS(A,Ad,A) of logs", smoothing.ets_log),
    Member("stl_ets_log", "robust STL and ETS of logs", smoothing.stl_ets_log),
    Member("glm", "quasi-Poisson regression", glm.glm),
    Member("prophet", "Prophet, multiplicative", prophet_models.prophet_multiplicative, 730),
    Member("prophet_log", "Prophet of logs", prophet_models.prophet_log, 730),
)
# For many series at once: without what costs most and is chosen least.
LIGHT_POOL: Final = tuple(m for m in POOL if m.name in ("weekday_median", "ets", "ets_log", "glm"))


class Asking:
    """The members' forecasts of the days after ``history``; what they are all given is made once, if at all."""

    def __init__(self, history: Daily, horizon: int, calendar: Calendar, memory: Memory) -> None:
        self._history, self._horizon, self._memory = history, horizon, memory
        self._known = calendar.known_on(history.last)

    def asked(self, member: Member) -> Floats:
        """Return a member's forecast, within reason; remembered by content."""
        key = key_of(member.name, member.version, self._history, self._horizon, self._known)
        return self._memory.recall(key, lambda: self._made(member))

    def _made(self, member: Member) -> Floats:
        cleaned, lift = self._prepared
        told = member.run(cleaned, self._horizon, self._known) * lift
        return np.ascontiguousarray(within_reason(told, self._history, self._known), dtype=np.float64)

    @cached_property
    def _prepared(self) -> tuple[Daily, Floats]:
        """The days without what events did to them, and the factors of events to come."""
        cleaned, effects = without_events(self._history, self._known)
        return cleaned, lifted(self._history, self._horizon, self._known, effects)
