"""What is said about days ahead: hours missing, hours missing at their time, and whether the desk keeps up."""

from __future__ import annotations

from datetime import date, timedelta
from math import isnan

import pandas as pd

from metrics.ahead import weeks_ahead
from metrics.days import short_span, span_reads
from metrics.narrative_ahead import (
    ahead_reads,
    growth_reads,
    keeping_up_reads,
    needed_reads,
    staffing_reads,
)
from metrics.reading import Style

STYLE = Style(percent_gap=" ")
MONDAY = date(2026, 11, 23)


def hours(team: str, *gaps: float | None) -> pd.DataFrame:
    rows = [
        {"value": team, "ds": MONDAY, "hour": 8 + nth, "needed": 3.0, "rostered": None if gap is None else 3 + gap}
        for nth, gap in enumerate(gaps)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(gap=frame["rostered"] - 3.0 if frame["rostered"].notna().any() else None)


def test_spans() -> None:
    assert span_reads(date(2026, 11, 22), date(2026, 11, 28), with_year=False) == "22–28 November"
    assert short_span(date(2026, 11, 29), date(2026, 12, 5)) == "29 Nov to 5 Dec"
    assert span_reads(date(2026, 11, 29), date(2026, 12, 5), with_year=False) == "29 November – 5 December"


def test_the_team_that_lacks_most_comes_first() -> None:
    rows = pd.concat(
        [hours("Fine", 0.0, 1.0), hours("Moved", -2.0, 3.0), hours("Short", -3.0, -1.0), hours("Bare", None)]
    )
    assert staffing_reads(rows, STYLE) == [
        "Short: 4 hours are missing (6 hours needed, 2 rostered); worst Monday 08:00 (−3.0) and Monday 09:00 (−1.0).",
        "Moved: enough in all (6 hours needed, 7 rostered), but 2 hours are missing at their time; "
        "worst Monday 08:00 (−2.0).",
        "Fine: enough people in every hour (6 hours needed, 7 rostered).",
        "Bare: 3 hours are needed; there is no roster to compare with.",
    ]


def test_what_one_team_has_to_spare_helps_no_other() -> None:
    """15 hours needed of those rostered and 14 there; Short and Moved lack 6 in hours of their own."""
    rows = pd.concat([hours("Moved", -2.0, 3.0), hours("Short", -3.0, -1.0), hours("Fine", 2.0), hours("Bare", None)])
    assert needed_reads(rows, STYLE) == (
        "Keeping what is promised in every hour takes 15 hours, 14 are rostered; 6 hours are missing at their time."
    )
    assert needed_reads(hours("Fine", 0.0, 1.0), STYLE) == (
        "Keeping what is promised in every hour takes 6 hours, 7 are rostered."
    )
    assert needed_reads(hours("Bare", None), STYLE) == ""


def ahead(capacity: float | None) -> pd.DataFrame:
    days = [date(2026, 12, day) for day in (1, 2)]
    told = {"arrivals": 100.0, "capacity": capacity, "still_open": 40.0, "lo80": 30.0, "hi80": 55.0, "yhat": 100.0}
    return pd.DataFrame([{"ds": day, **told} for day in days])


def test_keeping_up_or_not() -> None:
    left = "the backlog is expected at 40 tickets (30 to 55) on 2 December."
    assert keeping_up_reads(ahead(125), STYLE) == (
        f"200 tickets are expected in the next 2 days, 80 % of the 250 that the rostered hours can handle; {left}"
    )
    assert "more than the 160 that the rostered hours can handle" in keeping_up_reads(ahead(80), STYLE)
    assert keeping_up_reads(ahead(0), STYLE) == (
        "200 tickets are expected; no roster tells how many can be handled; " + left
    )
    assert keeping_up_reads(ahead(None), STYLE) == (
        "200 tickets are expected; no handling time tells how many can be handled; " + left
    )
    assert ahead_reads(ahead(1), STYLE) == "About 200 tickets are expected in the next 2 days, 1–2 December."


def test_days_ahead_are_added_up_by_the_week_and_what_is_not_known_stays_so() -> None:
    """Eight days of 10 tickets, at most 15; nothing is known of the capacity of the eighth."""
    days = [date(2026, 12, 1) + timedelta(days=nth) for nth in range(8)]
    rows = pd.DataFrame({"ds": days, "arrivals": 10.0, "arrivals_lo80": 5.0, "arrivals_hi80": 15.0})
    rows = rows.assign(capacity=[20.0] * 7 + [None], still_open=range(8)).sample(frac=1, random_state=1)
    first, second = weeks_ahead(rows).to_dict("records")
    assert (first["first"], first["last"], second["first"]) == (days[0], days[6], days[7])
    assert [first[name] for name in ("arrivals", "arrivals_lo80", "arrivals_hi80", "capacity")] == [70, 35, 105, 140]
    assert (first["still_open"], second["arrivals"], second["still_open"]) == (6, 10, 7)
    assert isnan(second["capacity"])


def test_growth_has_the_direction_its_interval_has() -> None:
    assert growth_reads(-0.12, -0.2, -0.03, STYLE) == "Volume shrinks by 12 % a year (95 %: −20 % to −3 %)."
    assert growth_reads(0.12, 0.03, 0.2, STYLE) == "Volume grows by 12 % a year (95 %: +3 % to +20 %)."
    assert growth_reads(-0.02, -0.2, 0.1, STYLE) == (
        "Whether volume grows or shrinks cannot be told from chance: −2 % a year (95 %: −20 % to +10 %)."
    )
