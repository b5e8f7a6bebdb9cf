"""What a release costs in support: tickets beyond the usual by category, and the hours they took.

The usual is the mean of the same weekdays in the four weeks before; the interval (95 %) knows how unevenly tickets
come from day to day (quasi-Poisson) and that the usual itself is an estimate. A category is named for an event where
chance is no explanation, all categories considered (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from sqlalchemy import select

from metrics.asking import ask
from metrics.decompose import benjamini_hochberg
from metrics.measures import Z
from metrics.published import Build
from metrics.question import Question
from metrics.scope import Scope
from metrics.warehouse import dim_calendar_event

KINDS = ("release", "campaign", "outage")
LOOK_BACK_DAYS = 365
USUAL_DAYS = 28
# How long an event is felt at the least, however short its entry in the calendar.
LEAST_DAYS = {"release": 7, "campaign": 1, "outage": 2}
FALSE_FOUND = 0.05  # of the categories named for an event, those that chance alone explains
COLUMNS = (
    "title", "kind", "starts_on", "days", "category", "came", "usual", "extra", "low", "high", "hours", "is_sure",
)  # fmt: skip


def events(since: date, build: Build) -> pd.DataFrame:
    """Return the releases, campaigns and outages that began on or after ``since`` and are told once each."""
    e = dim_calendar_event.c
    picked = select(e.title, e.kind, e.starts_on, e.ends_on).where(e.kind.in_(KINDS), e.starts_on >= since).distinct()
    return build.read(picked.order_by(e.starts_on.desc(), e.title))


def product_signals(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return what each release, campaign and outage of a year brought, newest first, most extra tickets first.

    One row an event and category with ``COLUMNS``: ``extra`` tickets with their interval, ``hours`` those took (the
    category's handle time; null where none is known), ``is_sure`` where chance alone is no explanation. ``question``
    says which part of the desk.
    """
    today = build.local_as_of.date()
    told = events(today - timedelta(days=LOOK_BACK_DAYS), build)
    if told.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    daily = _daily(question, today, scope, build)
    handling = _handling(question, today, scope, build)
    rows = [row for event in told.to_dict("records") for row in _signals(event, daily, handling, today)]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["starts_on", "title", "extra", "category"]
    return found.sort_values(order, ascending=[False, True, False, True], ignore_index=True)


def _daily(question: Question, today: date, scope: Scope, build: Build) -> pd.DataFrame:
    """Return tickets created by day (rows) and category (columns), nothing as zero."""
    since = today - timedelta(days=LOOK_BACK_DAYS + USUAL_DAYS)
    asked = Question(("tickets_created",), ("category",), "day", since, today - timedelta(days=1), question.where)
    answer = ask(asked, scope, build).dropna(subset="category")
    days = pd.date_range(since, today - timedelta(days=1))
    table = answer.assign(period=pd.to_datetime(answer["period"])).pivot_table("value", "period", "category")
    return table.reindex(days).fillna(0.0)


def _handling(question: Question, today: date, scope: Scope, build: Build) -> dict[str, float]:
    asked = Question(("aht",), ("category",), None, today - timedelta(days=LOOK_BACK_DAYS), today, question.where)
    answer = ask(asked, scope, build).dropna(subset=["category", "value"])
    return dict(zip(answer["category"], answer["value"].astype(float), strict=True))


def _signals(
    event: dict[Any, Any], daily: pd.DataFrame, handling: dict[str, float], today: date
) -> list[dict[str, Any]]:
    """Return an event's rows, a category each; none while it is not over, or without four weeks before it."""
    first, ends = pd.Timestamp(event["starts_on"]), pd.Timestamp(event["ends_on"])
    last = max(ends, first + pd.Timedelta(days=LEAST_DAYS[event["kind"]] - 1))
    before = daily[(daily.index < first) & (daily.index >= first - pd.Timedelta(days=USUAL_DAYS))]
    after = daily[(daily.index >= first) & (daily.index <= last)]
    if len(before) < USUAL_DAYS or last.date() >= today or not before.to_numpy().any():
        return []
    rows = []
    for category in daily.columns:
        came = float(after[category].sum())
        usual, half = _usual(before[category], after.index)
        extra, seconds = came - usual, handling.get(str(category))
        rows.append(
            {
                "title": event["title"],
                "kind": event["kind"],
                "starts_on": first.date(),
                "days": len(after),
                "category": str(category),
                "came": came,
                "usual": usual,
                "extra": extra,
                "low": extra - half,
                "high": extra + half,
                "hours": None if seconds is None else extra * seconds / 3600,
                "is_sure": False,
                "p": float(norm.sf(extra / half * Z)),
            }
        )
    adjusted = benjamini_hochberg([row.pop("p") for row in rows])
    return [row | {"is_sure": bool(p < FALSE_FOUND)} for row, p in zip(rows, adjusted, strict=True)]


def _usual(before: pd.Series, days: pd.Index) -> tuple[float, float]:
    """Return what usually comes on such days, and half the width of the interval of what comes beyond it."""
    weekday = pd.DatetimeIndex(before.index).day_of_week
    by_weekday = before.groupby(weekday).mean()
    expected = float(sum(by_weekday[day] for day in pd.DatetimeIndex(days).day_of_week))
    fitted = by_weekday.reindex(weekday).to_numpy()
    spread = float(((before.to_numpy() - fitted) ** 2).sum()) / (len(before) - 7)
    dispersion = max(1.0, spread / max(float(before.mean()), 1e-9)) if before.any() else 1.0
    variance = dispersion * max(expected, 1.0) * (1 + len(days) / len(before))
    return expected, Z * float(np.sqrt(variance))


def events_in_all(found: pd.DataFrame) -> pd.DataFrame:
    """Return an event each with its sure categories added up: ``title, kind, starts_on, categories, extra, hours``."""
    sure = found[found["is_sure"].astype(bool)]
    if sure.empty:
        return pd.DataFrame(columns=["title", "kind", "starts_on", "categories", "extra", "hours"])
    added = sure.groupby(["title", "kind", "starts_on"], as_index=False).agg(
        categories=("category", ", ".join), extra=("extra", "sum"), hours=("hours", "sum")
    )
    return added.sort_values(["starts_on", "title"], ascending=[False, True], ignore_index=True)
