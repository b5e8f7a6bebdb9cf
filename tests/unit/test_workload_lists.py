"""A list tells what somebody who acts on it needs: which ticket, whose, how old, and why it is there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from metrics import METRICS, Question, Scope
from metrics.kinds import Listing
from metrics.reading import Style
from metrics.rows import rows
from tests.support.asking import build_of
from tests.support.stories import stories, warehouse
from ui.drill import said
from ui.workload import pressing

GOLDEN = {story.name: story for story in stories(Path(__file__).parent.parent / "golden")}
LISTS = [name for name, metric in METRICS.items() if isinstance(metric, Listing) and "why" in metric.shows]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_carries_ticket_holder_age_and_reason(name: str) -> None:
    story = GOLDEN["sla_at_risk_within_a_day" if name == "sla_at_risk" else "workload_now"]
    with warehouse(story) as connection:
        listed = rows(Question((name,)), Scope.everything(), build_of(connection))
    assert {"ticket_id", "subject", "url", "team", "agent", "age_seconds", "why"} <= set(listed)
    assert len(listed)
    assert listed[["ticket_id", "age_seconds", "why"]].notna().all(axis=None)


def test_a_list_that_is_cut_says_which_rows_are_shown() -> None:
    listed = pd.DataFrame({"age_seconds": [60, 7200, 3600]})
    first, ordered = pressing(listed)
    assert ordered["age_seconds"].tolist() == [7200, 3600, 60]
    assert said(2, 3, first, Style()) == "The oldest 2 of 3 rows."
    first, ordered = pressing(listed.assign(due_in_seconds=[5, -60, 900]))
    assert ordered["due_in_seconds"].tolist() == [-60, 5, 900]
    assert said(2, 3, first, Style()) == "The most urgent 2 of 3 rows."
    assert said(1, 1, first, Style()) == "1 row."


def test_stuck_says_why() -> None:
    with warehouse(GOLDEN["workload_now"]) as connection:
        listed = rows(Question(("stuck",)), Scope.everything(), build_of(connection)).set_index("ticket_id")
    assert listed.loc["T6", ["agent", "age_seconds", "still_seconds"]].tolist() == ["Kim", 7200, 6841]
    assert "progress" in listed.loc["T6", "why"]
    assert "messages" in listed.loc["T4", "why"]
    assert listed.loc["T4", "messages_since_reply"] == 3
