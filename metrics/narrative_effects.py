"""Sentences about interventions: what was done, what its metric did against what was expected, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from metrics.kinds import Metric
from metrics.narrative import spoken
from metrics.reading import MONTHS, Style

VERDICTS: Final = {
    "worked": "it worked",
    "no visible effect": "no visible effect",
    "got worse": "it got worse",
}
SEASON_UNKNOWN: Final = "less than a year is known before it, so a season could look the same"


def effect_reads(effect: Mapping[str, Any], metric: Metric | None, style: Style) -> str:
    """Return a row of ``intervention_effect`` as a sentence; ``metric`` None where there is none of that name.

    ``Reply templates (2 Oct): first reply time fell 18 % [9, 27] against what was expected; it worked.``
    """
    what = f"{effect['title']} ({short_day(effect['happened_on'])})"
    if metric is None or not _known(effect["effect"]):
        return f"{what}: {effect['reason'] or effect['verdict']}."
    caveat = "" if effect.get("is_season_known") or effect.get("has_control") else f" ({SEASON_UNKNOWN})"
    against = "against the control group" if effect.get("has_control") else "against what was expected"
    verdict = VERDICTS[effect["verdict"]]
    moved = change_reads(effect["effect"], effect["low"], effect["high"], bool(effect["is_relative"]), style)
    return f"{what}: {spoken(metric)} {moved} {against}; {verdict}{caveat}."


def change_reads(effect: float, low: float, high: float, is_relative: bool, style: Style) -> str:
    """Return a change with its interval, its direction in the verb and all figures counted that way.

    ``fell 18 % [9, 27]``; where the interval reaches to the other side its end has a minus: ``fell 2 % [−3, 7]``.
    """
    unit = f"{style.percent_gap}%" if is_relative else " points"
    places = 0 if is_relative else 1
    size = style.number(abs(effect) * 100, places)
    if not any(digit in "123456789" for digit in size):
        bounds = [style.signed(bound * 100, places) for bound in (low, high)]
        return f"did not move [{bounds[0]}, {bounds[1]}]{unit}"
    near, far = (low, high) if effect > 0 else (-high, -low)
    bounds = [style.number(bound * 100, places) for bound in (near, far)]
    return f"{'rose' if effect > 0 else 'fell'} {size}{unit} [{bounds[0]}, {bounds[1]}]"


def standing_reads(effect: Mapping[str, Any], metric: Metric, style: Style) -> str:
    """Return what was observed and expected: ``16.2 min observed, 18.2 min expected over 84 days``; empty without."""
    if not _known(effect["observed"]):
        return ""
    observed, expected = style.value(metric, effect["observed"]), style.value(metric, effect["expected"])
    return f"{observed} observed, {expected} expected over {int(effect['days_after'])} days"


def short_day(day: date | datetime) -> str:
    """Return a day as ``2 Oct``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value)
