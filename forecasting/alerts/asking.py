"""The daily numbers of the desk and its parts, as the metrics layer tells them, put side by side for the rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import select

from forecasting.alerts.families import DIMENSIONS, Family
from forecasting.volume.series import Floats, day_of, number_of
from metrics import Question, Scope, metric_named
from metrics.dimensions import dimensions_of
from metrics.log_means import log_means
from metrics.published import Build
from metrics.query import statement
from metrics.question import NOT_SET
from metrics.warehouse import dim_team

LOOKED_BACK: Final = 900  # days: a year that is judged, its baselines and two seasons
RECENT: Final = 56
EVERYTHING: Final = Scope.everything("forecasting")
ALL: Final = "all"


@dataclass(frozen=True)
class Part:
    """A part of the desk: ``dimension`` is ``all`` (then ``value`` is empty) or one the metrics know."""

    dimension: str
    value: str
    team_keys: str = "[]"


@dataclass(frozen=True, eq=False)
class Panel:
    """A family's parts with their days, series × days from ``first``; the whole desk is the first of them.

    ``total`` holds counts, hits or mean logs, ``rows`` denominators (1 for counts); NaN where nothing is known.
    """

    family: Family
    parts: tuple[Part, ...]
    first: int
    total: Floats
    rows: Floats

    @property
    def last(self) -> int:
        """The last day that is final."""
        return self.first + int(self.total.shape[1]) - 1


def last_day(family: Family, build: Build) -> int:
    """Return the family's last whole day that is final, since 1970-01-01."""
    wait = build.clock.wait(metric_named(family.metric)) + family.waits
    settled: date = (build.local_as_of - wait).date()
    return number_of(settled - timedelta(days=1))


def panel_of(family: Family, build: Build) -> Panel | None:
    """Return what is watched of a family; None where the desk has too little of it."""
    last = last_day(family, build)
    frames: dict[str, pd.DataFrame] = {ALL: _asked(family, (), last, build)}
    if frames[ALL].empty or not _enough(frames[ALL], family, last):
        return None
    valid = dimensions_of(metric_named(family.metric))
    for name in (one for one in DIMENSIONS if one in valid):
        frames[name] = _asked(family, (name,), last, build)
    first = max(int(frames[ALL]["day"].min()), last - LOOKED_BACK)
    keys = team_keys(build)
    parts, totals, rows = [], [], []
    for dimension, frame in frames.items():
        for value, mine in frame.groupby("part", sort=True):
            if dimension == ALL or (value != NOT_SET and _enough(mine, family, last)):
                owner = keys.get(str(value), "[]") if dimension == "team" else "[]"
                parts.append(Part(dimension, str(value), owner))
                total, weight = _placed(mine, family, first, last)
                totals.append(total)
                rows.append(weight)
    return Panel(family, tuple(parts), first, np.vstack(totals), np.vstack(rows))


def team_keys(build: Build) -> dict[str, str]:
    """Return the keys of the teams of each name, as the outlook's tables have them."""
    rows = build.read(select(dim_team.c.name, dim_team.c.team_key))
    return {str(name): json.dumps(sorted(same["team_key"])) for name, same in rows.groupby("name")}


def _asked(family: Family, by: Sequence[str], last: int, build: Build) -> pd.DataFrame:
    """Return a row a day and part: part, day, total, rows."""
    since, until = day_of(last - LOOKED_BACK), day_of(last)
    question = Question((family.metric,), by=tuple(by), grain="day", since=since, until=until)
    if family.kind == "duration":
        found = log_means(question, EVERYTHING, build).rename(columns={"mean_log": "total"})
    else:
        found = build.read(statement(question, EVERYTHING, build.clock))
        found = found.rename(columns={"numerator": "total", "denominator": "rows"})
    part = found[by[0]].fillna(NOT_SET).astype(str) if by else ""
    days = (pd.to_datetime(found["period"]) - pd.Timestamp("1970-01-01")).dt.days
    rows = 1.0 if family.kind == "count" else found["rows"].astype(float)
    told = pd.DataFrame({"part": part, "day": days, "total": found["total"].astype(float), "rows": rows})
    return told[(told["rows"] > 0) & told["total"].notna()]


def _enough(rows: pd.DataFrame, family: Family, last: int) -> bool:
    """Return whether an average day of the last eight weeks brings enough to judge."""
    recent = rows[rows["day"] > last - RECENT]
    counted = recent["total"] if family.kind == "count" else recent["rows"]
    return bool(counted.sum() / RECENT >= family.least)


def _placed(rows: pd.DataFrame, family: Family, first: int, last: int) -> tuple[Floats, Floats]:
    """Return total and rows of every day from ``first`` to ``last``; a count without a row is none, from its first."""
    placed = np.full((2, last - first + 1), np.nan)
    inside = rows[rows["day"] >= first]
    placed[:, inside["day"].to_numpy() - first] = inside[["total", "rows"]].to_numpy(float).T
    if family.kind == "count" and len(inside):
        begins = int(inside["day"].min()) - first
        placed[0, begins:] = np.nan_to_num(placed[0, begins:])
        placed[1, begins:] = 1.0
    return placed[0], placed[1]
