"""The weekly table strain is told from: one row an agent, team, week and category, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from config.errors import BadInput
from forecasting.strain.signals import SIGNALS, Bools, Floats, Ints

LONGEST_WEEKS: Final = 1_040
SHARES: Final = {signal.total: signal.n for signal in SIGNALS if signal.kind == "share"} | {"after_hours": "actions"}
SHARED: Final = tuple(name for signal in SIGNALS if signal.kind == "share" for name in (signal.n, signal.total))
COUNTS: Final = ("tickets", "log_aht_n", *SHARED, "effort_points", "after_hours", "actions")
NUMBERS: Final = (*COUNTS, "log_aht_sum", "log_aht_sumsq")


@dataclass(frozen=True, eq=False)
class Weekly:
    """Rows by code: ``agent``, ``team``, ``category`` and ``week`` are positions in the lists of names.

    ``weeks`` are all Mondays from the first to the last, worked or not. ``numbers`` holds a column a name, NaN where it
    is not known; columns the table has not are not there.
    """

    agents: list[str]
    teams: list[str]
    categories: list[str]
    weeks: npt.NDArray[np.datetime64]
    agent: Ints
    team: Ints
    category: Ints
    week: Ints
    numbers: dict[str, Floats]

    @property
    def shape(self) -> tuple[int, int]:
        """How many agents and weeks."""
        return len(self.agents), len(self.weeks)

    def summed(self, values: Floats) -> Floats:
        """Return what rows hold, added up by agent and week; shape (agents, weeks)."""
        agents, weeks = self.shape
        told: Floats = np.bincount(self.agent * weeks + self.week, values, agents * weeks).astype(np.float64)
        return told.reshape(agents, weeks)

    def listed(self) -> Bools:
        """Return which agent-weeks the table has; shape (agents, weeks)."""
        return self.summed(np.ones(len(self.agent))) > 0

    def present(self) -> Bools:
        """Return in which weeks somebody worked: anything was counted; a row of noughts is a week away."""
        work = np.zeros(len(self.agent))
        for name in {"tickets", *(signal.n for signal in SIGNALS)} & set(self.numbers):
            work += np.nan_to_num(self.numbers[name])
        return self.summed(work) > 0

    def team_of(self) -> Ints:
        """Return the team of each agent-week, where most of its tickets are; -1 where there is none."""
        agents, weeks = self.shape
        size = self.numbers.get("tickets", np.ones(len(self.agent)))
        cell = (self.agent * weeks + self.week) * len(self.teams) + self.team
        cells, place = np.unique(cell, return_inverse=True)
        held = np.bincount(place, np.nan_to_num(size) + 1e-6)
        order = np.lexsort((held, cells // len(self.teams)))
        told = np.full(agents * weeks, -1)
        told[cells[order] // len(self.teams)] = cells[order] % len(self.teams)
        return told.reshape(agents, weeks)


def weekly_of(frame: pd.DataFrame) -> Weekly:
    """Return a frame's rows by code; ``week`` holds Mondays as dates, other columns those of the file."""
    names: dict[str, list[str]] = {}
    codes: dict[str, Ints] = {}
    for name in ("agent", "team", "category"):
        found = frame[name].astype(str) if name in frame else pd.Series("", index=frame.index)
        codes[name], uniques = pd.factorize(found, sort=True)
        names[name] = [str(value) for value in uniques]
    days = frame["week"].to_numpy(dtype="datetime64[D]")
    first = days.min()
    week: Ints = (days - first).astype(np.int64) // 7
    weeks = first + 7 * np.arange(int(week.max()) + 1)
    numbers = {name: frame[name].to_numpy(dtype=np.float64) for name in NUMBERS if name in frame}
    if "tickets" in numbers:
        numbers.setdefault("log_aht_n", numbers["tickets"])  # unless told, every ticket's handling is known
    agent, team, category = (codes[name].astype(np.int64) for name in ("agent", "team", "category"))
    return Weekly(names["agent"], names["team"], names["category"], weeks, agent, team, category, week, numbers)


def read_weekly(path: Path) -> Weekly:
    """Return the weekly table of a CSV file. Raises ``BadInput`` in one line naming file and row."""
    rows = _rows(path)
    _refuse(rows["agent"].isna(), path, "agent is empty")
    rows["week"] = _mondays(rows["week"], path)
    for name in {"team", "category"} & set(rows):
        rows[name] = rows[name].fillna("")
    for name in set(NUMBERS) & set(rows):
        rows[name] = _numbers(rows[name], path)
    for part, whole in SHARES.items():
        if part in rows and whole in rows:
            _refuse(rows[part] > rows[whole] + 1e-9, path, f"{part} is more than {whole}")
    return weekly_of(rows)


def _rows(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise BadInput(f"{path}: {'is a folder; name a CSV file' if path.is_dir() else 'no such file'}")
    try:
        texts = {name: str for name in ("agent", "team", "category", "week")}
        rows = pd.read_csv(path, dtype=texts, encoding="utf-8-sig", skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OSError) as error:
        raise BadInput(f"{path}: cannot be read as CSV: {error}") from error
    rows.columns = pd.Index([str(name).strip() for name in rows.columns])
    missing = [name for name in ("agent", "week") if name not in rows]
    if missing:
        raise BadInput(f"{path}: has no column {missing[0]!r}; it needs agent and week (a Monday, as 2026-03-30)")
    if not any(
        {signal.n, signal.total} <= {*rows, *(["log_aht_n"] if "tickets" in rows else [])} for signal in SIGNALS
    ):
        pairs = "csat_n with csat_good, fcr_n with fcr_good, reopen_n with reopened, tickets with log_aht_sum"
        raise BadInput(f"{path}: holds no signal; it needs one of {pairs}")
    if rows.empty:
        raise BadInput(f"{path}: has no rows")
    return rows


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    told = pd.to_numeric(column, errors="coerce").astype(np.float64)
    unread = told.isna() & column.notna() & (column.astype(str).str.strip() != "")
    name = str(column.name)
    _refuse(unread | np.isinf(told), path, f"{name} is not a number")
    if name in COUNTS:
        _refuse(told < 0, path, f"{name} is below 0")
    return told


def _mondays(column: pd.Series, path: Path) -> pd.Series:
    """Return the Monday of each day, or of each ISO week as 2026-W14."""
    texts = column.astype(str).str.strip()
    distinct = texts.unique()
    iso = pd.Series(distinct, index=distinct)
    weekly = iso.str.fullmatch(r"\d{4}-?W\d{2}")
    iso[weekly] = iso[weekly].str.replace("-", "") + "1"
    days = pd.to_datetime(iso[~weekly], format="ISO8601", errors="coerce")
    of_weeks = pd.to_datetime(iso[weekly], format="%GW%V%u", errors="coerce")
    days = pd.concat([days, of_weeks])
    told = texts.map(days)
    _refuse(told.isna(), path, "week is not a day such as 2026-03-30")
    mondays: pd.Series = (told.dt.tz_localize(None) - pd.to_timedelta(told.dt.day_of_week, unit="D")).dt.normalize()
    if (mondays.max() - mondays.min()).days > 7 * LONGEST_WEEKS:
        raise BadInput(
            f"{path}: from {mondays.min():%Y-%m-%d} to {mondays.max():%Y-%m-%d} is more than {LONGEST_WEEKS} weeks"
        )
    return mondays


def _refuse(wrong: pd.Series, path: Path, says: str) -> None:
    if wrong.any():
        raise BadInput(f"{path}, row {int(np.argmax(wrong.to_numpy())) + 2}: {says}")
