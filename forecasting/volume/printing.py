"""``forecasting backtest``: the answer as JSON and as a table."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasting.volume.backtest import Accuracy, Scored, accuracy, backtest
from forecasting.volume.cache import Cache, Memory
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.reading import ds_of, read_series
from forecasting.volume.series import Daily, Floats


def backtested(
    path: Path, country: str | None, horizon: int, cutoffs: int, step: int, memory: Memory
) -> dict[str, Any]:
    """Backtest the series of a file and return what ``--json`` prints. Raises ``BadInput`` and ``TooShort``."""
    started = time.monotonic()
    series = read_series(path)
    scored = backtest(series, calendar_for(series, country, horizon), memory, horizon, cutoffs, step)
    return as_json(path.stem, series, scored, time.monotonic() - started)


def as_json(name: str, series: Daily, scored: list[Scored], seconds: float) -> dict[str, Any]:
    """Return a backtest in the shape of the contract; numbers that do not exist are null."""
    pooled = accuracy(scored, series)
    return {
        "series": name,
        **_measures(pooled),
        "seconds": round(seconds, 3),
        "says": scored[-1].says,
        "cutoffs": [_cutoff(one, series) for one in scored],
    }


def _measures(told: Accuracy) -> dict[str, Any]:
    return {
        "wape": _number(told.wape),
        "mase": _number(told.mase),
        "pinball": _number(told.pinball),
        "ratio_to_snaive": _number(told.ratio),
        "coverage80": _number(told.coverage80),
        "coverage80_by_week": [_number(week) for week in told.coverage80_by_week],
        "coverage50": _number(told.coverage50),
        "noise_floor": _number(told.noise_floor),
    }


def _cutoff(one: Scored, series: Daily) -> dict[str, Any]:
    days = range(one.cutoff + 1, one.cutoff + 1 + len(one.yhat))
    return {
        "cutoff": ds_of(one.cutoff),
        "model": one.model,
        "says": one.says,
        **_measures(accuracy([one], series)),
        "ds": [ds_of(day) for day in days],
        "yhat": _list(one.yhat),
        "lo50": _list(one.bands.lo50),
        "hi50": _list(one.bands.hi50),
        "lo80": _list(one.bands.lo80),
        "hi80": _list(one.bands.hi80),
    }


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 4)


def _list(values: Floats) -> list[float]:
    return [float(value) for value in np.round(values, 4)]


def print_backtest(told: dict[str, Any]) -> None:
    """Print a backtest as a table: a line a cutoff, then all of them together."""
    table = Table("cutoff", "WAPE", "MASE", "pinball", "÷ naive", "80 % by week", "model", box=None)
    for row in [*told["cutoffs"], {**told, "cutoff": "all", "model": ""}]:
        weeks = " ".join(_percent(week) for week in row["coverage80_by_week"])
        figures = (_percent(row["wape"]), *(_short(row[n]) for n in ("mase", "pinball", "ratio_to_snaive")))
        table.add_row(row["cutoff"], *figures, weeks, row["model"])
    Console(width=140).print(table)
    covered, floor = _percent(told["coverage80"]), _percent(told["noise_floor"])
    print(f"{told['series']}: 80 % band held {covered}; chance alone leaves a WAPE of {floor}; {told['seconds']:.1f} s")
    if told["says"]:
        print(told["says"])


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def memory_of(home: Path) -> Memory:
    """Return what is remembered between runs, under ``DESKPULSE_HOME/cache``."""
    return Cache(home / "cache")
