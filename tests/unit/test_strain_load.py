"""Who carries a lot: above the own usual and not below the team's; and to whom work is never proposed to go."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting.strain.load import RULES
from forecasting.strain.proposals import moves

WEEK = pd.Timestamp("2026-11-09")


@pytest.mark.parametrize(
    ("signal", "value", "usual", "team", "is_high"),
    [
        ("effort_points", 20.5, 11.0, 25.0, False),  # nearly twice the own usual, and still less than the team does
        ("effort_points", 25.0, 11.0, 25.0, True),
        ("effort_points", 60.0, 58.0, 25.0, False),  # always did
        ("effort_points", 40.0, None, 25.0, True),  # no own past: the team's alone
        ("after_hours_share", 0.3, 0.1, 0.4, False),
        ("after_hours_share", 0.3, 0.1, 0.0, True),
        ("queue_age_days", 9.0, 10.0, 3.0, False),
        ("queue_age_days", 9.0, 4.0, 3.0, True),
        ("repetitive_share", 0.7, 0.75, 0.5, False),
        ("repetitive_share", 0.7, 0.6, 0.5, True),
        ("unbroken_days", 8.0, 8.0, 9.0, True),  # limits that hold for everybody
        ("utilization", 0.9, 0.92, 0.95, True),
    ],
)
def test_what_stands_out_is_above_the_own_usual_and_not_below_the_team(
    signal: str, value: float, usual: float | None, team: float, is_high: bool
) -> None:
    week = pd.DataFrame([{"value": value, "usual": usual, "team_usual": team, "week_before": value}]).astype(float)
    assert RULES[signal](week).tolist() == [is_high]


def proposed(flagged: set[str]) -> set[tuple[str, str]]:
    """Ada and Bo carry twice the team's middle, Cy and Di half of it; everybody knows the category."""
    points = {"Ada": 40.0, "Bo": 40.0, "Cy": 10.0, "Di": 11.0, "Eve": 20.0}
    people = pd.DataFrame([{"agent_key": name, "agent": name, "team_key": "front"} for name in points])
    week = {"week": WEEK, "category": "Refunds", "tickets": 20.0}
    facts = pd.DataFrame([{**week, "agent": name, "effort_points": size} for name, size in points.items()])
    signal = {"week": WEEK, "signal": "effort_points", "is_high": False}
    load = pd.DataFrame([{**signal, "agent_key": name, "value": size} for name, size in points.items()])
    found = moves(people, facts, load, flagged)
    return set() if found.empty else set(zip(found["agent_key"], found["to_agent_key"], strict=True))


def test_only_who_is_flagged_is_relieved_and_never_by_somebody_flagged() -> None:
    assert proposed({"Ada"}) == {("Ada", "Cy"), ("Ada", "Di")}
    assert proposed({"Ada", "Cy"}) == {("Ada", "Di")}
    assert proposed({"Cy"}) == set()
    assert proposed(set()) == set()
