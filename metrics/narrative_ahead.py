"""Sentences about what is ahead: how sure a forecast is, whether people are missing, whether the desk keeps up."""

from __future__ import annotations

from datetime import date

import pandas as pd

from metrics.days import span_reads
from metrics.narrative import listed
from metrics.reading import MONTHS, Style

SPARE_HOURS = 0.5  # less is no gap
NAMED = 3


def ahead_reads(rows: pd.DataFrame, style: Style) -> str:
    """Return how many tickets are expected over the days of ``forecast`` rows."""
    expected, days = style.number(float(rows["yhat"].sum())), span_reads(rows["ds"].min(), rows["ds"].max(), False)
    return f"About {expected} tickets are expected in the next {len(rows)} days, {days}."


def keeping_up_reads(rows: pd.DataFrame, style: Style) -> str:
    """Return whether people can handle what comes, over the days of ``backlog_ahead`` rows of one part."""
    capacity = rows["capacity"].astype(float)  # what is not known comes as None
    came, able = float(rows["arrivals"].sum()), float(capacity.sum())
    last = rows.sort_values("ds").iloc[-1]
    left = (
        f"the backlog is expected at {style.number(last['still_open'])} tickets "
        f"({style.number(last['lo80'])} to {style.number(last['hi80'])}) on {_on(last['ds'])}"
    )
    if not able:
        lacks = "handling time" if capacity.isna().all() else "roster"
        return f"{style.number(came)} tickets are expected; no {lacks} tells how many can be handled; {left}."
    share = came / able
    verdict = "more than" if share > 1 else f"{style.percent(share, 0)} of"
    return (
        f"{style.number(came)} tickets are expected in the next {len(rows)} days, {verdict} the {style.number(able)} "
        f"that the rostered hours can handle; {left}."
    )


def needed_reads(rows: pd.DataFrame, style: Style) -> str:
    """Return how many hours it takes to keep what is promised, over ``staffing_need`` rows of one or more teams.

    Hours beyond the roster are left out; empty where nothing is rostered. What one team has to spare helps no other.
    """
    known = rows[rows["rostered"].notna()].astype({"needed": float, "rostered": float, "gap": float})
    if known.empty or not known["rostered"].sum():
        return ""
    needed, there = (style.number(float(known[name].sum())) for name in ("needed", "rostered"))
    missing = -float(known["gap"].clip(upper=0).sum())
    lack = f"; {_hours(missing, style)} missing at their time" if missing >= SPARE_HOURS else ""
    return f"Keeping what is promised in every hour takes {needed} hours, {there} are rostered{lack}."


def growth_reads(growth: float, low: float, high: float, style: Style) -> str:
    """Return how volume grows by the year, a fraction with its 95 % bounds; of what could be chance no direction."""

    def share(value: float) -> str:
        return f"{style.signed(value * 100, 0)}{style.percent_gap}%"

    interval = f"95 %: {share(low)} to {share(high)}"
    if low <= 0 <= high:
        return f"Whether volume grows or shrinks cannot be told from chance: {share(growth)} a year ({interval})."
    return f"Volume {'grows' if growth > 0 else 'shrinks'} by {style.percent(abs(growth), 0)} a year ({interval})."


def _hours(hours: float, style: Style) -> str:
    said = style.number(hours)
    return f"{said} hour is" if said == "1" else f"{said} hours are"


def _on(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def staffing_reads(rows: pd.DataFrame, style: Style) -> list[str]:
    """Return a sentence a team about people missing over the days of ``staffing_need`` rows, the shortest first."""
    said, known = [], rows.astype({"needed": float, "rostered": float, "gap": float})
    for team, hours in known.groupby("value", sort=False):
        name = str(team) or "The desk"
        needed = float(hours["needed"].sum())
        if hours["rostered"].isna().all():
            said.append((0.0, f"{name}: {_hours(needed, style)} needed; there is no roster to compare with."))
            continue
        missing = hours["gap"].clip(upper=0).sum()
        total = float(hours["gap"].sum())
        what = f"{style.number(needed)} hours needed, {style.number(float(hours['rostered'].sum()))} rostered"
        if -missing < SPARE_HOURS:
            said.append((float(missing), f"{name}: enough people in every hour ({what})."))
        elif total < 0:
            lack = f"{_hours(-total, style)} missing ({what})"
            said.append((float(missing), f"{name}: {lack}; worst {_worst(hours, style)}."))
        else:
            lack = f"enough in all ({what}), but {_hours(float(-missing), style)} missing at their time"
            said.append((float(missing), f"{name}: {lack}; worst {_worst(hours, style)}."))
    return [text for _, text in sorted(said, key=lambda one: one[0])]


def _worst(hours: pd.DataFrame, style: Style) -> str:
    """Return the hours of the week short of most people."""
    worst = hours[hours["gap"] < -SPARE_HOURS].nsmallest(NAMED, "gap").to_dict("records")
    named = [f"{row['ds']:%A} {row['hour']:02d}:00 ({style.number(row['gap'], 1)})" for row in worst]
    return listed(named) or "by less than half a person"
