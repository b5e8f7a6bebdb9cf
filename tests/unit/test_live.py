"""Who holds what, who has room: by hand."""

from __future__ import annotations

import pandas as pd

from metrics.live import away, overloaded, room
from metrics.narrative_agents import standing_reads
from metrics.narrative_live import room_reads
from metrics.reading import style_of
from metrics.registry import METRICS

STYLE = style_of("en-GB", "EUR")
DESK = pd.DataFrame(
    [
        {"agent": "Kim", "team": "Billing", "points": 12.0, "capacity": 8.0, "bandwidth": -4.0},
        {"agent": "Lou", "team": "Billing", "points": 2.0, "capacity": 8.0, "bandwidth": 6.0},
        {"agent": "Max", "team": "Accounts", "points": 5.0, "capacity": 0.0, "bandwidth": -5.0},
        {"agent": "Nia", "team": "Accounts", "points": 3.0, "capacity": None, "bandwidth": None},
    ]
)


def test_who_is_away_is_not_overloaded_and_an_unknown_pace_is_neither() -> None:
    assert room(DESK)["agent"].tolist() == ["Lou"]
    assert overloaded(DESK)["agent"].tolist() == ["Kim"]
    assert away(DESK)["agent"].tolist() == ["Max"]


def test_the_sentences() -> None:
    assert room_reads(room(DESK), overloaded(DESK), away(DESK), 3, STYLE) == [
        "Kim (4.0 points over) holds more than a day's work at their own pace.",
        "Could take what is not assigned: Lou (6.0 points, Billing).",
        "5 points wait on 1 person not rostered today.",
    ]
    nobody = DESK[DESK["agent"] == "Kim"]
    assert room_reads(room(nobody), overloaded(nobody), away(nobody), 0, STYLE)[1].startswith("Nobody has room today")
    assert room_reads(DESK.head(0), DESK.head(0), DESK.head(0), 0, STYLE) == []


def test_words_for_a_person_know_which_way_is_better() -> None:
    csat, aht = METRICS["csat"], METRICS["aht"]
    assert standing_reads(csat, 0.95, 0.8, 0.9) == "above: worth a thank-you"
    assert standing_reads(csat, 0.7, 0.8, 0.9) == "below: ask what makes it hard"
    assert standing_reads(csat, 0.85, 0.8, 0.9) == "as expected"
    assert standing_reads(csat, float("nan"), 0.8, 0.9) == "too little to tell"
    assert standing_reads(aht, 900, 500, 700).startswith("above: ask") == (aht.better == "down")
