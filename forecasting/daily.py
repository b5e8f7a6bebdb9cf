"""A metric day by day, as the models take it: mature days only, closed weekdays left out of counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from sqlalchemy import column, select, table

from config.errors import DeskpulseError
from forecasting.segmented import Family, Floats, Ints, Series
from metrics import Question, Scope, ask, metric_named
from metrics.kinds import Count, Duration, Metric, Rate, Ratio, Stock
from metrics.published import Build

ORIGIN: Final = date(1970, 1, 1)
CLOSED_SHARE: Final = 0.02  # a weekday with less of an average day's count is one on which the desk rests
BUSINESS_CLOCK: Final = table(
    "dim_business_clock", *(column(n) for n in ("schedule_key", "day", "first_open_seconds", "second_open_seconds"))
)


class NoSeries(DeskpulseError):
    """The metric cannot be followed day by day."""


def family_of(metric: Metric) -> Family:
    """Return how a day's figure of the metric varies; raises ``NoSeries``."""
    match metric:
        case Rate():
            return "share"
        case Count() | Stock():
            return "count"
        case Ratio():
            return "mean"
        case Duration():
            return "log"
    raise NoSeries(f"{metric.name} is a list of now: it has no days before")


def last_mature_day(metric: Metric, build: Build) -> date:
    """Return the last whole day whose rows are all final."""
    return (build.local_as_of - build.clock.wait(metric)).date() - timedelta(days=1)


def daily(question: Question, scope: Scope, build: Build) -> Series:
    """Return the one metric of a question day by day, up to its last mature day.

    Days count from 1970-01-01. Raises ``NoSeries`` and what ``metrics.ask`` raises.
    """
    metric = metric_named(question.metrics[0])
    family = family_of(metric)
    last = last_mature_day(metric, build)
    until = min(question.until or last, last)
    frame = ask(replace(question, grain="day", until=until), scope, build)
    frame["day"] = [(moment.date() - ORIGIN).days for moment in pd.to_datetime(frame["period"])]
    rows = _counted(frame, (until - ORIGIN).days) if family == "count" else _measured(frame, family)
    if family != "log" and (rows["total"] < 0).any():
        raise NoSeries(f"{metric.name} goes below zero: a change of it has no share")
    days = rows["day"].to_numpy(np.int64)
    return Series(family, days, rows["total"].to_numpy(float), rows["rows"].to_numpy(float), holidays(build, days))


def _measured(frame: pd.DataFrame, family: Family) -> pd.DataFrame:
    """Keep the days on which something was measured."""
    if family == "log":
        known = frame[frame["value"].notna() & (frame["denominator"] > 0)]
        return pd.DataFrame(
            {"day": known["day"], "total": np.log(known["value"].clip(lower=1)), "rows": known["denominator"]}
        )
    known = frame[frame["denominator"] > 0]
    return pd.DataFrame({"day": known["day"], "total": known["numerator"], "rows": known["denominator"]})


def _counted(frame: pd.DataFrame, last: int) -> pd.DataFrame:
    """Fill days without a row with zero, and leave out the weekdays on which nothing happens."""
    if frame.empty:
        return pd.DataFrame({"day": [], "total": [], "rows": []})
    days = np.arange(frame["day"].min(), last + 1)
    total = frame.groupby("day")["value"].sum().reindex(days, fill_value=0).to_numpy(float)
    by_weekday = np.array([total[days % 7 == weekday].mean() for weekday in range(7)])
    kept = by_weekday[days % 7] > CLOSED_SHARE * np.nanmean(by_weekday)
    return pd.DataFrame({"day": days[kept], "total": total[kept], "rows": 1.0})


def holidays(build: Build, days: Ints) -> Floats:
    """Return, for each day, the share of schedules closed although they are open on most such weekdays."""
    clock = build.read(select(BUSINESS_CLOCK))
    clock["is_open"] = clock[["first_open_seconds", "second_open_seconds"]].fillna(0).sum(axis=1) > 0
    clock["number"] = [(moment.date() - ORIGIN).days for moment in pd.to_datetime(clock["day"])]
    clock["weekday"] = clock["number"] % 7
    usually = clock.groupby(["schedule_key", "weekday"])["is_open"].transform("mean") > 0.5
    share = (usually & ~clock["is_open"]).groupby(clock["number"]).mean()
    closed: Floats = np.asarray(share.reindex(days, fill_value=0.0), np.float64)
    return closed
