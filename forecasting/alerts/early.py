"""What will go wrong unless something is done: targets that cannot all be met, stocks that grow, a rush of tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from config.settings import Settings
from forecasting.alerts.asking import ALL, EVERYTHING, team_keys
from forecasting.alerts.families import VOLUME
from forecasting.volume.series import Floats
from metrics import Question, ask
from metrics.narrative_alerts import breach_reads, growth_reads, intake_reads
from metrics.published import Build
from metrics.reading import Style
from metrics.rows import rows

AT_RISK: Final = "sla_at_risk"
PACE_DAYS: Final = 28
LEAST_MISSED: Final = 3
GROWTH_DAYS: Final = 14
QUARTER_DAYS: Final = 91
LEAST_GROWTH: Final = 0.1  # of what there was: less is no trend worth a warning
CERTAIN: Final = 3.0  # standard errors of a trend
HORIZON_HOURS: Final = 14 * 24.0
HOUR: Final = 3600.0
STOCKS: Final = {"backlog": "backlog_waiting_on_us", "debt": "ticket_debt"}
STOCK_TITLES: Final = {"backlog": "The backlog waiting on us", "debt": "Ticket debt"}


def missed(due_hours: Sequence[float], an_hour: float) -> list[float]:
    """Return the hours left of the targets that will be missed when the most urgent is always served next.

    ``due_hours`` are the hours left of each running target, ``an_hour`` how many are served in one. A target is missed
    where serving it and those met before it takes longer than it has left; nobody works on a missed one first.
    """
    late, served = [], 0
    for left in sorted(due_hours):
        if an_hour <= 0 or (served + 1) / an_hour > left:
            late.append(max(left, 0.0))
        else:
            served += 1
    return late


def hours_until(series: Floats, limit: float) -> float | None:
    """Return when a growing stock (a value a day) passes a limit, 0 where it has; None where it does not grow surely.

    A trend is sure where it lies three standard errors from none, and matters from a tenth of what there was.
    """
    days = np.arange(len(series), dtype=float)
    slope, level = np.polyfit(days, series, 1)
    off = series - (level + slope * days)
    error = float(np.sqrt((off**2).sum() / (len(series) - 2) / ((days - days.mean()) ** 2).sum()))
    grew = slope * (len(series) - 1)
    if slope <= CERTAIN * error or grew < LEAST_GROWTH * max(level, 1.0):
        return None
    hours = max(limit - float(series[-1]), 0.0) / float(slope) * 24
    return hours if hours <= HORIZON_HOURS else None


def warnings_of(build: Build, settings: Settings, style: Style) -> list[dict[str, Any]]:
    """Return the rows of ``alert_warning``."""
    found = [*_breaches(build, style), *_growing(build, style), *_rush(build, settings, style)]
    return sorted(found, key=lambda row: (row["hours_ahead"], row["kind"], row["value"]))


def _breaches(build: Build, style: Style) -> Iterator[dict[str, Any]]:
    """Tell of each team whether its targets due soon can be met at the pace of the last four weeks."""
    due = rows(Question((AT_RISK,)), EVERYTHING, build, limit=None)
    until = build.local_as_of.date() - timedelta(days=1)
    since = until - timedelta(days=PACE_DAYS - 1)
    judged = ask(Question(("sla_attainment",), by=("team",), since=since, until=until), EVERYTHING, build)
    keys = team_keys(build)
    for team, mine in due.groupby("team"):
        met = judged.loc[judged["team"] == team, "numerator"].sum() / PACE_DAYS / 24
        late = missed((mine["due_in_seconds"].astype(float) / HOUR).tolist(), float(met))
        if len(late) >= LEAST_MISSED:
            says = f"{team}: {breach_reads(len(late), len(mine), late[0], style)}"
            part = ("sla", "team", str(team), keys.get(str(team), "[]"))
            yield _row(*part, late[0], float(len(late)), float(len(mine)), says)


def _growing(build: Build, style: Style) -> Iterator[dict[str, Any]]:
    until = build.local_as_of.date() - timedelta(days=1)
    since = until - timedelta(days=QUARTER_DAYS + GROWTH_DAYS - 1)
    for kind, metric in STOCKS.items():
        told = ask(Question((metric,), grain="day", since=since, until=until), EVERYTHING, build)
        series = told.sort_values("period")["value"].fillna(0).to_numpy(float)
        if len(series) < QUARTER_DAYS or not series.any():
            continue
        newest, before = series[-GROWTH_DAYS:], series[:-GROWTH_DAYS]
        hours = hours_until(newest, float(before.max()))
        if hours is not None:
            growth = float(newest[-1]), float(newest[0]), float(before.max())
            says = growth_reads(STOCK_TITLES[kind], *growth, hours, style)
            yield _row(kind, ALL, "", "[]", hours, growth[0], growth[2], says)


def _rush(build: Build, settings: Settings, style: Style) -> Iterator[dict[str, Any]]:
    """Tell that the last full hour brought as many tickets as the response protocol begins at."""
    if not settings.intake_alert_per_hour:
        return
    day = build.local_as_of.date()
    told = ask(Question((VOLUME,), grain="hour", since=day - timedelta(days=1), until=day), EVERYTHING, build)
    hour = pd.Timestamp(build.local_as_of).floor("h") - pd.Timedelta(hours=1)
    came = float(told.loc[pd.to_datetime(told["period"]) == hour, "value"].sum())
    if came >= settings.intake_alert_per_hour:
        says = intake_reads(came, settings.intake_alert_per_hour, style)
        yield _row("intake", ALL, "", "[]", 0.0, came, float(settings.intake_alert_per_hour), says)


def _row(
    kind: str, dimension: str, value: str, keys: str, hours: float, observed: float, limit: float, says: str
) -> dict[str, Any]:
    return {
        "kind": kind,
        "dimension": dimension,
        "value": value,
        "team_keys": keys,
        "hours_ahead": hours,
        "observed": float(observed),
        "limit": limit,
        "says": says,
    }
