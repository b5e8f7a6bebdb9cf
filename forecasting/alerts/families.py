"""What is watched: which metrics, by which rule, and which way is worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from forecasting.alerts.reading import Kind
from forecasting.alerts.watched import DOWN, UP

DIMENSIONS: Final = ("team", "channel", "category", "segment")


@dataclass(frozen=True)
class Family:
    """A metric that is watched. ``waits`` is how long a day is left to settle beyond the metric's own look-ahead.

    ``follows_load`` says that it gets worse when more comes in: then it is a consequence, not a matter of its own.
    A stock is what stands there in the evening: a day's count is not its own.
    ``least`` is how many rows an average day must have for a part of the desk to be watched.
    """

    metric: str
    kind: Kind
    worse: int
    least: float
    waits: timedelta = timedelta()
    follows_load: bool = False
    is_stock: bool = False

    @property
    def merged_days(self) -> int:
        """Alerts of one part no further apart belong together."""
        return 3 if self.kind == "count" else 7


VOLUME: Final = "tickets_created"
HANDLING: Final = "aht"
FAMILIES: Final = (
    Family(VOLUME, "count", UP, 1.5),
    Family("fcr", "rate", DOWN, 5),
    Family("reopen_rate_worked", "rate", UP, 10),
    Family("csat", "rate", DOWN, 5),
    Family("deflection_rate", "rate", DOWN, 20),
    Family("aht", "duration", UP, 10),
    Family("sla_attainment", "rate", DOWN, 10, follows_load=True),
    Family("service_level", "rate", DOWN, 10, follows_load=True),
    Family("first_reply_time_replied", "duration", UP, 10, waits=timedelta(days=3), follows_load=True),
    Family("backlog_waiting_on_us", "count", UP, 20, follows_load=True, is_stock=True),
)
