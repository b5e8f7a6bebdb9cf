"""Strain in words: supportive, without ranks, and saying what was counted."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from forecasting.strain.load import RULES
from forecasting.strain.signals import NAMES
from metrics.narrative_strain import (
    BANDS,
    CANNOT_SEE,
    SIGNALS,
    THANKS,
    drift_reads,
    load_reads,
    missing_reads,
    move_reads,
    reasons,
    team_reads,
    thanks_reads,
    who_reads,
)
from metrics.reading import style_of

STYLE = style_of("en-GB", "EUR")
BLAME = re.compile(r"\b(worst|best|lazy|slow|poor|fail|underperform|rank|score|burnt|burn-?out|sick|must|bad)\w*", re.I)


def signal(name: str, part: str, value: float, usual: float | None, **more: object) -> dict[str, object]:
    told = {"signal": name, "part": part, "value": value, "usual": usual, "team_usual": None, "contribution": 0.0}
    return {**told, "is_high": False, "n": None, **more}


def test_every_signal_has_words_and_says_what_in_the_work_could_change() -> None:
    assert set(SIGNALS) == set(NAMES) | set(RULES)
    for told in SIGNALS.values():
        assert told.helps.endswith((".", "?"))


def test_no_word_ranks_blames_or_diagnoses() -> None:
    words = [text for told in SIGNALS.values() for text in (told.title, told.says, told.helps)]
    words += [*BANDS.values(), *THANKS.values()]
    assert [text for text in words if BLAME.search(text)] == []
    assert "never a diagnosis" in CANNOT_SEE
    assert "half of all flags" in CANNOT_SEE


def test_drift_is_told_beside_what_was_to_be_expected() -> None:
    assert drift_reads(signal("csat", "drift", 0.55, 0.83), STYLE) == (
        "55\u202f% of answers satisfied, where 83\u202f% was to be expected of this work and their own past"
    )
    assert drift_reads(signal("csat", "drift", 0.5, 0.8, n=4.0), STYLE).startswith(
        "50\u202f% of answers satisfied (n = 4), "
    )
    assert drift_reads(signal("aht", "drift", 600, 600), STYLE).endswith(
        "as was to be expected of this work and their own past"
    )
    assert drift_reads(signal("fcr", "drift", float("nan"), None), STYLE) == (
        "Solved the first time: not counted in these four weeks"
    )


def test_load_is_told_beside_the_own_usual_and_the_teams() -> None:
    row = signal("after_hours_share", "load", 0.14, 0.08, team_usual=0.02)
    assert load_reads(row, STYLE) == (
        "14\u202f% of the work of four weeks fell after hours (usually 8\u202f%, the team's middle 2\u202f%)"
    )
    assert load_reads(signal("short_rests", "load", 2, 0.1), STYLE) == (
        "2 times with under eleven hours between two working days"
    )
    assert load_reads(signal("unbroken_days", "load", 9, None), STYLE) == "9 days worked without one off"


def test_reasons_name_the_largest_push_first_and_leave_out_what_does_not_push() -> None:
    rows = [
        signal("csat", "drift", 0.6, 0.8, contribution=0.9),
        signal("fcr", "drift", 0.5, 0.6, contribution=1.4),
        signal("reopen", "drift", 0.1, 0.1, contribution=-0.2),
        signal("unbroken_days", "load", 9, 4, is_high=True),
        signal("effort_points", "load", 50, 52),
    ]
    told = reasons(pd.DataFrame(rows), "watch", STYLE)
    assert [one.title for _, one in reasons(pd.DataFrame(rows), "steady", STYLE)] == ["Days in a row"]
    assert [one.title for _, one in told] == ["Solved the first time", "Satisfied answers", "Days in a row"]


@pytest.mark.parametrize(
    ("band", "loaded", "says"),
    [
        ("steady", 0, "Front works as it used to; nobody carries a lot (12 at work)."),
        ("unknown", 1, "Front has too short a past to tell; 1 carries a lot (12 at work)."),
        ("watch", 3, "look for a cause that hits everybody before looking at anybody; 3 carry a lot"),
    ],
)
def test_a_team_is_told_before_any_person(band: str, loaded: int, says: str) -> None:
    assert says in team_reads({"team": "Front", "members": 12, "loaded": loaded, "band": band})


def test_whom_to_think_of_is_told_by_name() -> None:
    people = pd.DataFrame(
        {"agent": ["Lee", "Kim", "Ada"], "band": ["talk", "talk", "steady"], "load_band": ["usual", "usual", "high"]}
    )
    assert who_reads(people) == ["Worth a conversation: Kim and Lee.", "A lot to carry: Ada."]
    assert who_reads(people.tail(0)) == []


def test_a_proposal_names_work_and_its_effect() -> None:
    move = {"agent": "Kim", "to_agent": "Lee", "category": "Refunds", "tickets_a_week": 3.4}
    assert move_reads({**move, "balance_before": 1.32, "balance_after": 1.13}, STYLE) == (
        "About 3 tickets a week of Refunds from Kim to Lee: "
        "Kim's load goes from 132\u202f% to 113\u202f% of the team's middle."
    )


def test_thanks_and_what_is_missing_are_sentences() -> None:
    assert thanks_reads("articles", ["Kim", "Lee"]) == "Kim and Lee wrote or reviewed articles."
    rows = pd.DataFrame({"team": ["B", "A"], "signal": ["roster", "roster"]})
    assert missing_reads(rows) == ["A and B: no roster, so no pace an hour and no rest against a shift."]
