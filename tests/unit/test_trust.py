"""What Data health says of the steps after publication."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from journal import DeliveryState
from metrics.reading import Style
from ui.trust import deliveries_read, steps_read


def _state(step: str, **of: object) -> dict[str, object]:
    return {
        "step": step,
        "outcome": "ready",
        "build": "b2",
        "at": "2026-03-02T09:30:00",
        "seconds": 75.0,
        "says": "",
    } | of


def test_each_step_says_how_it_went_and_for_which_build() -> None:
    nothing = {"outcome": "absent", "build": None, "at": None, "seconds": None}
    states = pd.DataFrame(
        [
            _state("volume"),
            _state("alerts", build="b1"),
            _state("strain", outcome="failed", says="too few weeks"),
            _state("staffing", **nothing),
        ],
        dtype=object,
    )
    told = steps_read(states, "b2", Style()).set_index("step")
    assert told.loc["volume"].to_dict() == {
        "went": "ready",
        "at": "2 March 2026, 09:30",
        "took": "75\u202fs",
        "says": "",
    }
    assert told.loc["alerts", "went"] == "ready for an earlier build, b1"
    assert told.loc["strain", "went"].startswith("failed")
    assert told.loc["strain", "says"] == "too few weeks"
    assert told.loc["staffing"].to_dict() == {"went": "not computed yet", "at": "", "took": "", "says": ""}


def test_delivery_of_alerts_is_told_by_recipient() -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    told = deliveries_read(
        [
            DeliveryState("ana@example.com", at, 0, None, ""),
            DeliveryState("kim@example.com", None, 1, at, "451 come back later"),
            DeliveryState("channel:support", at, 3, at, "it answered 503"),
        ]
    )
    assert list(told["taken"]) == ["20 November 2026, 09:00", "never", "20 November 2026, 09:00"]
    assert list(told["stands"]) == [
        "delivered",
        "failed once, last 20 November 2026, 09:00; tried again with the next runs",
        "failed 3 times, last 20 November 2026, 09:00; tried again with the next runs",
    ]
    assert deliveries_read([]).empty
