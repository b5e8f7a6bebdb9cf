"""Which series get a plain model, and the sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from forecasting.volume.plain import WEEKS
from forecasting.volume.series import WEEK, Daily, Floats, ahead, day_of

Condition = Literal["sound", "empty", "short", "gappy", "shifted", "truncated"]

SHORT_DAYS: Final = WEEKS * WEEK
GAPPY_SHARE: Final = 0.3
RECENT_WEEKS: Final = 8
BEFORE_WEEKS: Final = 16
TRUNCATED_TO: Final = 0.15
TRUNCATED_WEEKS: Final = 2
SHIFT: Final = 1.6
SHIFTED_WEEKS: Final = 3
FEWEST_A_WEEK: Final = 20.0


@dataclass(frozen=True)
class Diagnosis:
    """What a series is like; ``says`` is empty for a sound one. ``since`` is the first day that still counts."""

    condition: Condition
    says: str = ""
    since: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether the plain model is used instead of the pool."""
        return self.condition != "sound"


def diagnosed(series: Daily) -> Diagnosis:
    """Return what a series is like on its last day, from nothing but the days up to it."""
    known = np.isfinite(series.y)
    if not known.any() or not (series.y[known][-SHORT_DAYS:] > 0).any():
        return Diagnosis("empty", f"Nothing came in on the last {min(len(series), SHORT_DAYS)} days: none is expected.")
    if known.sum() < SHORT_DAYS:
        return Diagnosis(
            "short",
            f"Only {known.sum()} days are known, {SHORT_DAYS} are needed: each weekday's average is taken forward.",
            series.first,
        )
    missing = 1 - float(known[-2 * SHORT_DAYS :].mean())
    if missing > GAPPY_SHARE:
        return Diagnosis(
            "gappy",
            f"{missing:.0%} of the last {min(len(series), 2 * SHORT_DAYS)} days are not known: "
            "the usual count of each weekday is taken forward.",
            series.last - 2 * SHORT_DAYS + 1,
        )
    return _stepped(series)


def _stepped(series: Daily) -> Diagnosis:
    """Look for a step in the last eight weeks that sets them apart from every one of the sixteen weeks before."""
    weeks = weekly(series, RECENT_WEEKS + BEFORE_WEEKS)
    for after in range(TRUNCATED_WEEKS, min(RECENT_WEEKS, len(weeks) - RECENT_WEEKS) + 1):
        before, recent = weeks[:-after][-BEFORE_WEEKS:], weeks[-after:]
        level = float(np.median(before))
        if level < FEWEST_A_WEEK:
            continue
        change = float(np.median(recent)) / level
        since = series.last - after * WEEK + 1
        if recent.max() < TRUNCATED_TO * before.min():
            return Diagnosis(
                "truncated",
                f"Since {day_of(since)} only {change:.0%} of what came before comes in: the records may end there. "
                "What came since is taken forward.",
                since,
            )
        if after >= SHIFTED_WEEKS and _is_apart(before, recent, change):
            return Diagnosis(
                "shifted",
                f"Since {day_of(since)} the level is {change:.0%} of what it was: what came since is taken forward.",
                since,
            )
    return Diagnosis("sound")


def _is_apart(before: Floats, recent: Floats, change: float) -> bool:
    """Return whether the weeks since are steady, and all beyond all weeks before by more than those ever moved."""
    if max(change, 1 / max(change, 1e-9)) < SHIFT:
        return False
    inside = float(before.max() / max(before.min(), 1.0))
    after = float(recent.max() / max(recent.min(), 1.0))
    gap = recent.min() / before.max() if change > 1 else before.min() / max(recent.max(), 1e-9)
    return bool(gap > 1.15 and inside < 1.5 and after < 1.4)


def weekly(series: Daily, weeks: int) -> Floats:
    """Return the totals of the last whole weeks, the newest last; unknown days as their weekday usually is."""
    filled = series.newest(min(len(series) // WEEK, weeks) * WEEK).filled()
    totals: Floats = filled.y.reshape(-1, WEEK).sum(axis=1)
    return totals


def plainly(series: Daily, horizon: int, diagnosis: Diagnosis) -> Floats:
    """Return the plain model: each weekday's median of the days that still count, its mean while they are few."""
    if diagnosis.condition == "empty":
        return np.zeros(horizon)
    counted = series.newest(min(max(series.last - diagnosis.since + 1, WEEK), 2 * SHORT_DAYS, len(series)))
    days = counted.days % WEEK
    overall = float(np.nanmean(counted.y)) if np.isfinite(counted.y).any() else 0.0
    usual = np.full(WEEK, overall)
    for weekday in range(WEEK):
        values = counted.y[days == weekday]
        values = values[np.isfinite(values)]
        if len(values) >= RECENT_WEEKS // 2:
            usual[weekday] = np.median(values)
        elif len(values):
            usual[weekday] = (values.sum() + overall) / (len(values) + 1)
    return usual[ahead(series, horizon) % WEEK]
