"""Daily series straight from the demo's simulator, with what was planted in them: effects and growth, exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from etl.demo.arrivals import volume
from etl.demo.desk import CATEGORIES
from etl.demo.planted import Planted, plant
from etl.demo.window import DAY, Window
from forecasting.volume.series import Calendar, Daily, Event

UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAYS = 913
A_DAY = 275.0  # tickets of the whole desk, as by default


@dataclass(frozen=True, eq=False)
class Desk:
    """A desk's arrivals: the total, its categories, their calendars, and the true effect of each event on each."""

    parts: dict[str, tuple[Daily, Calendar]]
    effects: dict[tuple[str, str], float]  # (part, title): share added over the event's days
    growth: dict[str, float]


def planted_desk(seed: int) -> Desk:
    """Return a desk of 30 months: expected arrivals by the simulator, counts by Poisson chance."""
    window = Window.ending(UNTIL, DAYS)
    planted = plant(window)
    rates = volume(window, planted, np.random.default_rng([seed, 1]))[:-1]  # the last day is not over
    calm = volume(window, replace(planted, pushes=(), outage=-DAY), np.random.default_rng([seed, 1]))[:-1]
    scale = A_DAY / rates.sum(axis=1).mean()
    counts = np.random.default_rng([seed, 2]).poisson(rates * scale).astype(float)
    first = int(window.days()[0])
    events = _events(planted)
    parts, effects = {}, {}
    picked = {"": list(range(len(CATEGORIES))), **{c.name: [n] for n, c in enumerate(CATEGORIES)}}
    for name, columns in picked.items():
        mine = [event for event, where in events if not name or not where or name == where]
        parts[name] = Daily(first, counts[:, columns].sum(axis=1)), Calendar({}, tuple(mine))
        for event in mine:
            days = slice(event.first - first, event.last - first + 1)
            usual, lifted = calm[days, columns].sum(), rates[days, columns].sum()
            effects[name, event.title] = float(lifted / usual - 1)
    return Desk(parts, effects, {c.name: c.growth for c in CATEGORIES})


def _events(planted: Planted) -> list[tuple[Event, str]]:
    """Return releases, campaigns and the outage as the calendar names them, with the category they name, if one."""
    pushes = [(_event(p.kind, p.title, p.begins // DAY, p.days), p.category or "") for p in planted.pushes]
    return [*pushes, (_event("outage", "Outage", planted.outage // DAY, 1), "")]


def _event(kind: str, title: str, first: int, days: int) -> Event:
    return Event(kind, title, first, first + days - 1)  # type: ignore[arg-type]
