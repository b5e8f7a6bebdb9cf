"""Forecasting one series from the days up to a cutoff: the members' finished windows decide who is listened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.cache import Memory
from forecasting.volume.closing import within_reason
from forecasting.volume.combine import Combination, combined
from forecasting.volume.conformal import Bands, bands, scores
from forecasting.volume.diagnosis import SHORT_DAYS, Diagnosis, diagnosed, plainly
from forecasting.volume.pool import POOL, REFERENCE, Asking, Member
from forecasting.volume.series import WEEK, Calendar, Daily, Floats, Ints, ahead

WINDOWS: Final = 12  # finished windows that inform weights and bands


@dataclass(frozen=True, eq=False)
class Window:
    """What was forecast at an origin, and what came: ``told`` by member, ``actual`` NaN where not known."""

    origin: int
    actual: Floats
    naive: Floats
    told: dict[str, Floats]
    diagnosis: Diagnosis


@dataclass(frozen=True, eq=False)
class Past:
    """A finished window with the forecast that was made at it."""

    window: Window
    yhat: Floats
    model: str


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast of the days after ``cutoff``; ``past`` are its finished windows, oldest first."""

    cutoff: int
    days: Ints
    yhat: Floats
    bands: Bands
    model: str
    says: str
    past: tuple[Past, ...]


@dataclass(frozen=True)
class Plan:
    """How far to look ahead, and how far apart finished windows lie (days)."""

    horizon: int = 28
    stride: int = 28
    windows: int = WINDOWS
    pool: tuple[Member, ...] = POOL
    anchor: int | None = None  # windows lie on days equal to it modulo the stride; None: right up to the cutoff


def forecast(history: Daily, calendar: Calendar, memory: Memory, plan: Plan = Plan()) -> Forecast:
    """Forecast the days after ``history``; all that informs it is in there and in the calendar."""
    windows = [_window(history, origin, calendar, memory, plan) for origin in origins(history, plan)]
    past: list[Past] = []
    for at, window in enumerate(windows):
        earlier = [w for w in windows[:at] if w.origin + plan.horizon <= window.origin]
        told = _combined(window, earlier[-WINDOWS:], history.until(window.origin), calendar, plan)
        past.append(Past(window, told.yhat, told.model))
    now = _told(history, calendar, memory, plan)
    told = _combined(now, windows[-WINDOWS:], history, calendar, plan)
    return Forecast(
        history.last,
        ahead(history, plan.horizon),
        told.yhat,
        bands(told.yhat, calibration(past[-WINDOWS:], history, plan)),
        told.model,
        now.diagnosis.says,
        tuple(past),
    )


def origins(history: Daily, plan: Plan) -> list[int]:
    """Return the cutoffs of the finished windows of a series, oldest first."""
    newest = history.last - plan.horizon
    if plan.anchor is not None:
        newest -= (newest - plan.anchor) % plan.stride
    oldest = history.first + SHORT_DAYS - 1
    found = range(newest, oldest - 1, -plan.stride)
    return sorted(found[: plan.windows])


def calibration(past: Sequence[Past], history: Daily, plan: Plan) -> Floats:
    """Return the scores of finished windows; while there are few, the series' own weekly differences join them."""
    own = [scores(p.window.actual, p.yhat) for p in past]
    if len(own) < WINDOWS // 3:
        own.extend(_weekly_differences(history, plan.horizon))
    return np.vstack(own) if own else np.zeros((0, plan.horizon))


def _weekly_differences(history: Daily, horizon: int) -> list[Floats]:
    """Return the scores a repeated week would have had over the days known, one row a week."""
    rows = []
    for start in range(WEEK, len(history) - WEEK + 1, WEEK):
        before, after = history.y[start - WEEK : start], history.y[start : start + WEEK]
        rows.append(np.resize(scores(after, np.nan_to_num(before, nan=0.0)), horizon))
    return rows[-2 * WINDOWS :]


def _window(history: Daily, origin: int, calendar: Calendar, memory: Memory, plan: Plan) -> Window:
    told = _told(history.until(origin), calendar, memory, plan)
    actual = history.between(origin + 1, origin + plan.horizon)
    return Window(origin, actual, told.naive, told.told, told.diagnosis)


def _told(known: Daily, calendar: Calendar, memory: Memory, plan: Plan) -> Window:
    """Ask every member about the days after what is known; where a plain model is due, nobody is asked."""
    diagnosis = diagnosed(known)
    members = [] if diagnosis.is_plain else [m for m in plan.pool if len(known) >= m.fewest_days]
    asking = Asking(known, plan.horizon, calendar, memory)
    told = {m.name: asking.asked(m) for m in members}
    naive = REFERENCE.run(known, plan.horizon, calendar)
    return Window(known.last, np.full(plan.horizon, np.nan), naive, told, diagnosis)


def _combined(window: Window, earlier: Sequence[Window], known: Daily, calendar: Calendar, plan: Plan) -> Combination:
    if window.diagnosis.is_plain:
        plain = within_reason(plainly(known, plan.horizon, window.diagnosis), known, calendar)
        return Combination(plain, f"plain ({window.diagnosis.condition})", {})
    return combined(window.told, [(w.told, w.actual) for w in earlier])
