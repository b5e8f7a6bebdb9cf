"""Public holidays of the two countries the desk works in, and the calendar people would keep."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from etl.demo.desk import CATEGORIES
from etl.demo.planted import OUTAGE_CATEGORY, USELESS_CATEGORY, WORKED_CATEGORY, Planted
from etl.demo.window import BERLIN, DAY, EPOCH, NEW_YORK, Ints, Window, day_of

SCHEDULE_ZONES = {"berlin-extended": BERLIN, "berlin-office": BERLIN, "new-york": NEW_YORK}


def easter(year: int) -> date:
    """Return Easter Sunday (Gauss, in Butcher's form)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the n-th weekday (0 = Monday) of a month; -1 is the last."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def german(year: int) -> dict[date, str]:
    """Return the holidays kept in all of Germany."""
    sunday = easter(year)
    return {
        date(year, 1, 1): "New Year's Day",
        sunday - timedelta(days=2): "Good Friday",
        sunday + timedelta(days=1): "Easter Monday",
        date(year, 5, 1): "Labour Day",
        sunday + timedelta(days=39): "Ascension Day",
        sunday + timedelta(days=50): "Whit Monday",
        date(year, 10, 3): "Day of German Unity",
        date(year, 12, 25): "Christmas Day",
        date(year, 12, 26): "Boxing Day",
    }


def american(year: int) -> dict[date, str]:
    """Return the federal holidays most companies keep."""
    return {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 5, 0, -1): "Memorial Day",
        date(year, 7, 4): "Independence Day",
        _nth(year, 9, 0, 1): "Labor Day",
        _nth(year, 11, 3, 4): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }


def holidays(zone: str, window: Window) -> dict[int, str]:
    """Return the holidays of a zone inside window and weeks ahead, by day since 1970."""
    found: dict[int, str] = {}
    for year in range(day_of(window.start).year, day_of(window.horizon).year + 1):
        for day, title in (german(year) if zone == BERLIN else american(year)).items():
            number = (day - EPOCH).days
            if window.start // DAY <= number < window.horizon // DAY:
                found[number] = title
    return dict(sorted(found.items()))


def holiday_days(zone: str, window: Window) -> Ints:
    """Return the days since 1970 on which nobody in the zone works."""
    return np.array(list(holidays(zone, window)), dtype=np.int64)


def calendar_events(window: Window, planted: Planted) -> dict[str, pa.Array]:
    """Return the calendar's columns: what people wrote down. The quality drop is not among it."""
    rows: list[tuple[str, str, int, int, str | None, str | None]] = []
    for schedule, zone in SCHEDULE_ZONES.items():
        rows += [("holiday", title, d, d, schedule, None) for d, title in holidays(zone, window).items()]
    for p in planted.pushes:
        first = p.begins // DAY
        concerned = p.category or _only_category(p.area)
        rows.append((p.kind, p.title, first, first + p.days - 1, None, concerned))
    rows.append(
        ("outage", "Service not reachable", planted.outage // DAY, planted.outage // DAY, None, OUTAGE_CATEGORY)
    )
    for title, begins, category in (
        ("Refunds: new macro and article", planted.worked, WORKED_CATEGORY),
        ("Payments: friendlier greeting", planted.useless, USELESS_CATEGORY),
    ):
        rows.append(("intervention", title, begins // DAY, begins // DAY, None, category))
    rows.sort(key=lambda r: (r[2], r[0], r[4] or ""))
    return {
        "calendar_event_id": pa.array([f"cal-{i + 1:04d}" for i in range(len(rows))]),
        "kind": pa.array([r[0] for r in rows]),
        "title": pa.array([r[1] for r in rows]),
        "starts_on": pa.array([r[2] for r in rows], pa.int32()).cast(pa.date32()),
        "ends_on": pa.array([r[3] for r in rows], pa.int32()).cast(pa.date32()),
        "schedule_id": pa.array([r[4] for r in rows], pa.string()),
        "category": pa.array([r[5] for r in rows], pa.string()),
    }


def _only_category(area: str) -> str | None:
    """Return the area's category if it has just one: the format has a column for a category only."""
    names = [c.name for c in CATEGORIES if c.area == area]
    return names[0] if len(names) == 1 else None
