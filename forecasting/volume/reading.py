"""Reading a daily series from a file of ``ds,y``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from config.errors import BadInput
from forecasting.volume.series import Daily, day_of, number_of

LONGEST_DAYS: Final = 20_000
BLANK: Final = ("", "na", "nan", "null", "none")


def read_series(path: Path) -> Daily:
    """Return the series of a CSV file with the columns ``ds`` (a day) and ``y`` (its count; blank is not known).

    Days in any order; a day left out is not known. Raises ``BadInput`` in one line naming file and row.
    """
    rows = daily_rows(path, {"y": "its count"})
    days = days_of(rows, path)
    y = np.full(max(days) - min(days) + 1, np.nan)
    y[np.array(days) - min(days)] = [_count(text, f"{path}, row {at}") for at, text in enumerate(rows["y"], start=2)]
    return Daily(min(days), y)


def days_of(rows: pd.DataFrame, path: Path) -> list[int]:
    """Return the day of each row since 1970-01-01; raises ``BadInput`` for one that is none, or stands twice."""
    days: dict[int, None] = {}
    for at, ds in enumerate(rows["ds"], start=2):
        day = _day(ds, f"{path}, row {at}")
        if day in days:
            raise BadInput(f"{path}, row {at}: {ds.strip()} stands twice; a daily series has one row a day")
        days[day] = None
    first, last = min(days), max(days)
    if last - first >= LONGEST_DAYS:
        raise BadInput(
            f"{path}: from {ds_of(first)} to {ds_of(last)} is more than {LONGEST_DAYS} days; check the dates"
        )
    return list(days)


def ds_of(day: int) -> str:
    """Return a day since 1970-01-01 as it is written."""
    return day_of(day).isoformat()


def daily_rows(path: Path, needed: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of a CSV file as text; ``needed`` says what each column beside ``ds`` holds.

    Raises ``BadInput`` in one line.
    """
    if not path.is_file():
        raise BadInput(f"{path}: {'is a folder; name a CSV file' if path.is_dir() else 'no such file'}")
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path}: cannot be read as CSV: {error}") from error
    rows.columns = pd.Index([str(name).strip() for name in rows.columns])
    missing = [name for name in ("ds", *needed) if name not in rows.columns]
    if missing:
        told = [f"{name} ({says})" for name, says in {"ds": "a day", **needed}.items()]
        raise BadInput(f"{path}: has no column {missing[0]!r}; it needs {', '.join(told[:-1])} and {told[-1]}")
    if rows.empty:
        raise BadInput(f"{path}: has no rows")
    return rows


def _day(text: str, where: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInput(f"{where}: ds {text!r} is not a day such as 2026-03-31") from error
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        raise BadInput(f"{where}: ds {text!r} is an instant; a daily series has days")
    return number_of(moment.date())


def _count(text: str, where: str) -> float:
    if text.strip().lower() in BLANK:
        return float("nan")
    try:
        count = float(text)
    except ValueError as error:
        raise BadInput(f"{where}: y {text!r} is not a number") from error
    if not 0 <= count < float("inf"):
        raise BadInput(f"{where}: y is {text.strip()}; a count is a finite number of at least 0")
    return count
