"""``forecasting alerts``: the days of a file's series that alert, as JSON and as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasting.alerts.counts import watch_counts
from forecasting.alerts.durations import watch_durations
from forecasting.alerts.line import EVERY_DAYS
from forecasting.alerts.rates import watch_rates
from forecasting.alerts.reading import Kind, Measured, read_measured
from forecasting.alerts.watched import DOWN, UP, Watched
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.reading import ds_of
from forecasting.volume.series import Daily

Way = Literal["up", "down"]
WAYS: dict[int, Way] = {UP: "up", DOWN: "down"}
PLACES = 4


def alerts_of(path: Path, kind: Kind, country: str | None = None, worse: Way | None = None) -> list[dict[str, Any]]:
    """Return the alerting days of a file in the shape of the contract, oldest first; raises ``BadInput``."""
    measured = read_measured(path, kind)
    return as_rows(watched(measured, kind, country, worse), measured.first)


def watched(measured: Measured, kind: Kind, country: str | None, worse: Way | None) -> Watched:
    """Watch one series; without ``worse`` rates should be high and durations short."""
    total, rows = measured.total[None], measured.rows[None]
    if kind == "count":
        calendar = calendar_for(Daily(measured.first, measured.total), country, EVERY_DAYS)
        return watch_counts(total, measured.first, calendar)
    sign = {"up": UP, "down": DOWN}.get(worse or "")
    if kind == "rate":
        return watch_rates(total, rows, DOWN if sign is None else sign)
    return watch_durations(total, rows, UP if sign is None else sign)


def as_rows(seen: Watched, first: int) -> list[dict[str, Any]]:
    """Return the alerts of the only series."""
    told = []
    for day in np.flatnonzero(seen.alerts[0]).tolist():
        numbers = {name: _number(getattr(seen, name)[0, day]) for name in ("score", "value", "expected", "low", "high")}
        told.append({"ds": ds_of(first + day), "direction": WAYS[int(seen.direction[0, day])], **numbers})
    return told


def _number(value: float) -> float | None:
    return round(float(value), PLACES) if np.isfinite(value) else None


def print_alerts(rows: list[dict[str, Any]]) -> None:
    """Print alerts as a table; a line where there are none."""
    if not rows:
        print("no day alerts")
        return
    table = Table("day", "direction", "score", "value", "expected", "95 % of days", box=None)
    for row in rows:
        band = f"{row['low']} – {row['high']}"
        table.add_row(row["ds"], row["direction"], *(str(row[n]) for n in ("score", "value", "expected")), band)
    Console(width=100).print(table)
