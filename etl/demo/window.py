"""The stretch of time a demo covers, and how its clocks convert. Instants are epoch seconds, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
AHEAD_DAYS: Final = 28  # rosters and calendar are known four weeks ahead
NEVER: Final = np.int64(2**40)  # later than any instant of a demo: what has not happened

BERLIN: Final = "Europe/Berlin"
NEW_YORK: Final = "America/New_York"
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Window:
    """From ``start`` to ``until`` (now), both epoch seconds."""

    start: int
    until: int

    @classmethod
    def ending(cls, until: datetime, days: int) -> Window:
        """Return the window of ``days`` whole days before ``until``; it starts at midnight UTC."""
        now = int(until.astimezone(UTC).timestamp())
        return cls((now - days * DAY) // DAY * DAY, now)

    @property
    def length_days(self) -> int:
        """Days from start to now, the unfinished one included."""
        return (self.until - self.start) // DAY + 1

    @property
    def horizon(self) -> int:
        """How far plans (rosters, holidays) reach."""
        return self.until // DAY * DAY + (AHEAD_DAYS + 1) * DAY

    def ago(self, days: float) -> int:
        """Return midnight UTC that many days before now; held inside a short window, in order."""
        longest = 0.9 * self.length_days
        held = days if days <= 0.4 * longest else min(days, longest * days / (days + 0.1 * longest))
        return int(self.until - held * DAY) // DAY * DAY

    def days(self) -> Ints:
        """Return every day of the window and of the weeks ahead, as days since 1970."""
        return np.arange(self.start // DAY, self.horizon // DAY, dtype=np.int64)


def day_of(instant: int) -> date:
    """Return the UTC date of an instant."""
    return EPOCH + timedelta(days=instant // DAY)


def iso(instant: int) -> str:
    """Return an instant as people and machines read it."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def weekday(days: Ints) -> Ints:
    """Return 0 for Monday … 6 for Sunday, of days since 1970 (a Thursday)."""
    return (days + 3) % 7


def utc_offset(zone: str, days: Ints) -> Ints:
    """Return seconds east of UTC at noon of each day: nobody's shift crosses the change at night."""
    noon = pd.DatetimeIndex((days * DAY + DAY // 2).astype("datetime64[s]"), tz="UTC")
    local = noon.tz_convert(zone).tz_localize(None)
    return np.asarray((local - noon.tz_localize(None)).total_seconds(), dtype=np.int64)


def local_to_utc(zone: str, days: Ints, seconds: Ints) -> Ints:
    """Return the instant of a local time of day (seconds after local midnight) on each day."""
    unique, inverse = np.unique(days, return_inverse=True)
    return days * DAY + seconds - utc_offset(zone, unique)[inverse]


def lognormal(rng: np.random.Generator, median: Floats | float, sigma: float, size: int) -> Ints:
    """Return whole seconds around ``median`` with log standard deviation ``sigma``."""
    return np.asarray(median * np.exp(sigma * rng.standard_normal(size)), dtype=np.int64)
