"""What is said of an intervention: the verb knows the direction, the figures follow the verb."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.narrative_effects import change_reads, effect_reads, range_reads, standing_reads
from metrics.reading import LOCALES
from metrics.registry import metric_named

PLAIN = LOCALES["en-US"]
TOLD: dict[str, Any] = {
    "title": "Reply templates for billing",
    "happened_on": date(2026, 10, 2),
    "reason": "",
    "verdict": "worked",
    "effect": -0.18,
    "low": -0.27,
    "high": -0.09,
    "is_relative": True,
    "observed": 4920.0,
    "expected": 6000.0,
    "days_after": 84,
    "has_control": False,
    "is_season_known": True,
}


def said(**changes: Any) -> str:
    return effect_reads({**TOLD, **changes}, metric_named("first_reply_time"), PLAIN)


def test_a_fall_reads_as_a_fall_with_figures_counted_down() -> None:
    assert said() == (
        "Reply templates for billing (2 Oct): first reply time fell 18% [9, 27] against what was expected; "
        "it likely worked."
    )


def test_other_verdicts() -> None:
    worse = said(effect=0.2, low=0.05, high=0.37, verdict="got worse")
    assert "first reply time rose 20% [5, 37] against what was expected; it likely got worse." in worse
    none = said(effect=-0.02, low=-0.07, high=0.03, verdict="no visible effect")
    assert "fell 2% [−3, 7] against what was expected; no effect that matters." in none
    early = said(effect=float("nan"), verdict="too early", reason="too early to tell: 9 of 28 days")
    assert early == "Reply templates for billing (2 Oct): too early to tell: 9 of 28 days."
    unknown = effect_reads({**TOLD, "effect": None, "reason": "there is no metric 'x'"}, None, PLAIN)
    assert unknown == "Reply templates for billing (2 Oct): there is no metric 'x'."


def test_what_cannot_be_told_is_not_said_to_have_moved() -> None:
    assert said(effect=-0.14, low=-0.27, high=0.02, verdict="cannot tell") == (
        "Reply templates for billing (2 Oct): cannot tell yet; "
        "first reply time may lie anywhere from 27% below to 2% above what was expected."
    )
    assert said(effect=0.04, low=0.01, high=0.07, verdict="cannot tell", has_control=True).endswith(
        "first reply time may lie anywhere from 1% to 7% above the control group."
    )
    assert range_reads(-0.0769, -0.0078, False, PLAIN) == "anywhere from 0.8 points to 7.7 points below"


def test_what_the_effect_rests_on_is_said() -> None:
    assert "against the control group" in said(has_control=True, is_season_known=False)
    assert said(is_season_known=False).endswith(
        "it likely worked (less than a year is known before it, so a season could look the same)."
    )
    told = standing_reads(TOLD, metric_named("first_reply_time"), PLAIN)
    assert told.replace("\u202f", " ") == "82.0 min observed, 1.7 h expected over 84 days".replace("1.7 h", "1.7 h")
    assert standing_reads({**TOLD, "together": 1}, metric_named("first_reply_time"), PLAIN) == told
    assert standing_reads({**TOLD, "together": 3}, metric_named("first_reply_time"), PLAIN) == (
        f"{told}; the interval allows for 3 judged together"
    )
    assert standing_reads({**TOLD, "observed": None}, metric_named("first_reply_time"), PLAIN) == ""


def test_shares_move_by_points() -> None:
    assert change_reads(0.0424, 0.0078, 0.0769, False, PLAIN) == "rose 4.2 points [0.8, 7.7]"
    assert change_reads(-0.0424, -0.0769, 0.0078, False, PLAIN) == "fell 4.2 points [−0.8, 7.7]"


def test_what_rounds_to_nothing_did_not_move() -> None:
    assert change_reads(-0.001, -0.051, 0.049, True, PLAIN) == "did not move [−5, +5]%"


@given(st.floats(-0.9, 3), st.floats(0, 0.5), st.floats(0, 0.5), st.booleans())
def test_the_verb_tells_the_sign_and_the_figure_has_none(effect: float, down: float, up: float, relative: bool) -> None:
    words = change_reads(effect, effect - down, effect + up, relative, PLAIN)
    verb, figure = words.split()[:2]
    if verb in ("rose", "fell"):
        assert (verb == "rose") == (effect > 0)
        assert not figure.startswith(("−", "-", "+"))
    else:
        assert abs(effect) < 0.0051
    bounds = words[words.index("[") + 1 : words.index("]")].replace("−", "-").replace("+", "").replace(",", "", 0)
    low, high = (float(part) for part in bounds.split(", "))
    assert low <= high


@pytest.mark.parametrize("locale", ["de", "fr"])
def test_figures_are_written_as_the_locale_does(locale: str) -> None:
    assert "," in change_reads(0.0424, 0.0078, 0.0769, False, LOCALES[locale]).partition(" points")[0]
