"""What Data health says of the steps after publication."""

from __future__ import annotations

import pandas as pd

from metrics.reading import Style
from ui.trust import steps_read


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
