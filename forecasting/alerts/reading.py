"""Reading a series to watch from a file: counts, rates or durations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from config.errors import BadInput
from forecasting.volume.reading import BLANK, daily_rows, days_of, read_series
from forecasting.volume.series import Floats

Kind = Literal["count", "rate", "duration"]
KINDS: Final = ("count", "rate", "duration")
RATE: Final = {"numerator": "how many of them", "denominator": "of how many"}
DURATION: Final = {"y": "the day's mean of winsorised log seconds", "n": "over how many"}


@dataclass(frozen=True, eq=False)
class Measured:
    """A daily series: ``total`` is the count, the numerator or the mean log; ``rows`` the denominator, 1 for counts.

    NaN where a day is not known; ``first`` is its first day since 1970-01-01.
    """

    first: int
    total: Floats
    rows: Floats


def read_measured(path: Path, kind: Kind) -> Measured:
    """Return the series of a CSV file; blank is not known. Raises ``BadInput`` in one line naming file and row."""
    if kind == "count":
        series = read_series(path)
        return Measured(series.first, series.y, np.ones(len(series)))
    needed = RATE if kind == "rate" else DURATION
    rows = daily_rows(path, needed)
    days = days_of(rows, path)
    total, of = (_numbers(rows, name, path) for name in needed)
    for at in range(len(rows)):
        _checked(kind, total[at], of[at], f"{path}, row {at + 2}")
    first, length = min(days), max(days) - min(days) + 1
    placed = np.full((2, length), np.nan)
    placed[:, np.array(days) - first] = total, of
    unknown = ~np.isfinite(placed).all(axis=0)
    placed[:, unknown] = np.nan
    return Measured(first, placed[0], placed[1])


def _numbers(rows: pd.DataFrame, name: str, path: Path) -> Floats:
    found = np.full(len(rows), np.nan)
    for at, text in enumerate(rows[name]):
        if text.strip().lower() in BLANK:
            continue
        try:
            found[at] = float(text)
        except ValueError as error:
            raise BadInput(f"{path}, row {at + 2}: {name} {text!r} is not a number") from error
        if not np.isfinite(found[at]):
            raise BadInput(f"{path}, row {at + 2}: {name} is {text.strip()}; it must be finite")
    return found


def _checked(kind: Kind, total: float, rows: float, where: str) -> None:
    """Raise ``BadInput`` for what no day can be; comparisons with what is not known are never true."""
    names = tuple(RATE if kind == "rate" else DURATION)
    if rows < 0:
        raise BadInput(f"{where}: {names[1]} is {rows:g}; it must be at least 0")
    if kind == "rate" and (total < 0 or total > rows):
        raise BadInput(f"{where}: numerator {total:g} must lie between 0 and the denominator {rows:g}")
