"""The backlog to come: what each weekday usually leaves open, moved by arrivals and rostered hours unlike the usual.

How much of a day's surplus is still there the next day differs from desk to desk: one that has room clears it, one that
is full carries it on. The finished windows of the volume forecast decide, and their errors make the bands. Whatever
they say, nobody closes more than the desk's best days did in an hour on the roster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.volume.conformal import Bands, bands, scores
from forecasting.volume.series import WEEK, Floats

USUAL_WEEKS: Final = 8
PACE_WEEKS: Final = 26
BEST_DAYS: Final = 0.98  # of days were slower than what nobody is believed to exceed
CARRIED: Final = (
    None,
    0.0,
    0.5,
    0.8,
    0.95,
    1.0,
)  # of a day's surplus to the next; None: the usual level, come what may
FEWEST_WINDOWS: Final = 4


@dataclass(frozen=True, eq=False)
class Past:
    """What is known of a part of the desk by day: tickets in, open at the day's end, rostered hours."""

    arrivals: Floats
    still_open: Floats
    hours: Floats

    def until(self, day: int) -> Past:
        """Return the days before the ``day``-th."""
        return Past(self.arrivals[:day], self.still_open[:day], self.hours[:day])


@dataclass(frozen=True, eq=False)
class Ahead:
    """Tickets expected and rostered hours of the days ahead (NaN: no roster, the usual hours count)."""

    arrivals: Floats
    hours: Floats


@dataclass(frozen=True, eq=False)
class Projection:
    """The backlog at the end of each day ahead, with bands, and the hours on tickets it counts on.

    ``carried`` of a day's surplus is there the next day (None: days differ by weekday only). ``error`` is how far past
    projections were off on average, ``usual_error`` how far the weekday's usual level was, both within what the pace
    allows; None where no finished window tells.
    """

    still_open: Floats
    bands: Bands
    hours: Floats
    carried: float | None
    windows: int
    error: float | None
    usual_error: float | None
    coverage80: float | None


def projected(past: Past, ahead: Ahead, windows: Sequence[tuple[int, Floats]]) -> Projection:
    """Return the backlog ahead; ``windows`` are the forecast's finished ones: days known, tickets then expected."""
    fewest, days = 2 * WEEK * USUAL_WEEKS, len(past.still_open)
    finished = [(day, told) for day, told in windows if fewest <= day <= days - len(told)]
    tried = {carried: [_window(past, day, told, carried) for day, told in finished] for carried in CARRIED}
    carried = CARRIED[0]
    if len(finished) >= FEWEST_WINDOWS:
        carried = min(CARRIED, key=lambda share: _error(tried[share]) or 0.0)
    told = _rolled(past, ahead, carried)
    found = [scores(actual, made) for made, actual in tried[carried]]
    return Projection(
        told,
        bands(told, np.vstack(found) if found else np.zeros((0, len(told)))),
        _hours(past, ahead),
        carried,
        len(finished),
        _error(tried[carried]),
        _error(tried[None]),
        _held_out(tried[carried]),
    )


def pace(past: Past, share: float) -> float:
    """Return the tickets closed for each rostered hour that ``share`` of the days did not exceed."""
    recent = slice(-PACE_WEEKS * WEEK, None)
    out, hours = (past.arrivals[1:] - np.diff(past.still_open))[recent], past.hours[1:][recent]
    if not len(out):
        return 0.0
    staffed = hours > hours.mean() / 2  # what a few close at night is no pace
    return float(np.quantile(out[staffed] / hours[staffed], share)) if staffed.any() else 0.0


def _window(past: Past, day: int, told: Floats, carried: float | None) -> tuple[Floats, Floats]:
    """Return what would have been projected on a day, with the roster as it was, and what came."""
    known, days = past.until(day), slice(day, day + len(told))
    return _rolled(known, Ahead(told, past.hours[days]), carried), past.still_open[days]


def _rolled(past: Past, ahead: Ahead, carried: float | None) -> Floats:
    """Return the backlog day by day: the weekday's usual, the surplus carried on, never under what the pace allows."""
    usual, came = _usual(past.still_open), _mean(past.arrivals)
    there = _mean(past.hours)
    hours, best = _hours(past, ahead), pace(past, BEST_DAYS)
    usual_pace = came.sum() / there.sum() if there.sum() > 0 else 0.0
    surplus, before = past.still_open[-1] - usual[-1], float(past.still_open[-1])
    found = np.empty(len(ahead.arrivals))
    for nth, (arrivals, present) in enumerate(zip(ahead.arrivals, hours, strict=True)):
        day = nth % WEEK
        if carried is None:
            surplus = 0.0
        else:
            surplus = carried * surplus + (arrivals - came[day]) - usual_pace * (present - there[day])
        left = before + arrivals - best * present if best else 0.0
        before = found[nth] = max(usual[day] + surplus, left, 0.0)
    return found


def _hours(past: Past, ahead: Ahead) -> Floats:
    usual = np.resize(_mean(past.hours), len(ahead.hours))
    return np.where(np.isfinite(ahead.hours), ahead.hours, usual)


def _usual(y: Floats) -> Floats:
    """Return the usual value of the next seven days: the median of the same weekday over the last weeks."""
    return np.asarray(np.median(_weeks(y), axis=0), np.float64)


def _mean(y: Floats) -> Floats:
    """Return the mean value of the next seven days' weekdays over the last weeks: what adds up."""
    return np.asarray(_weeks(y).mean(axis=0), np.float64)


def _weeks(y: Floats) -> Floats:
    weeks = min(len(y) // WEEK, USUAL_WEEKS)
    return y[-weeks * WEEK :].reshape(weeks, WEEK)


def _error(made: Sequence[tuple[Floats, Floats]]) -> float | None:
    return float(np.mean([np.abs(told - actual).mean() for told, actual in made])) if made else None


def _held_out(made: Sequence[tuple[Floats, Floats]]) -> float | None:
    """Return how often the 80 % band of the windows before held a window's days."""
    inside = []
    for at in range(FEWEST_WINDOWS, len(made)):
        told, actual = made[at]
        earlier = np.vstack([scores(came, then) for then, came in made[:at]])
        band = bands(told, earlier)
        inside.append((actual >= band.lo80) & (actual <= band.hi80))
    return float(np.mean(inside)) if inside else None
