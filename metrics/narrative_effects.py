"""Sentences about interventions: what was done, what its metric did against what was expected, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from metrics.days import short_day
from metrics.kinds import Metric
from metrics.narrative import spoken
from metrics.reading import Style

VERDICTS: Final = {
    "worked": "it likely worked",
    "no visible effect": "no effect that matters",
    "got worse": "it likely got worse",
}
UNTOLD: Final = "cannot tell"  # the interval holds both nothing and a change that matters
SEASON_UNKNOWN: Final = "less than a year is known before it, so a season could look the same"


def effect_reads(effect: Mapping[str, Any], metric: Metric | None, style: Style) -> str:
    """Return a row of ``intervention_effect`` as a sentence; ``metric`` None where there is none of that name.

    ``Reply templates (2 Oct): first reply time fell 18 % [9, 27] against what was expected; it likely worked.``
    """
    what = f"{effect['title']} ({short_day(effect['happened_on'])})"
    if metric is None or not _known(effect["effect"]):
        return f"{what}: {effect['reason'] or effect['verdict']}."
    caveat = "" if effect.get("is_season_known") or effect.get("has_control") else f" ({SEASON_UNKNOWN})"
    beside = "the control group" if effect.get("has_control") else "what was expected"
    is_relative = bool(effect["is_relative"])
    if effect["verdict"] == UNTOLD:  # a verb would say that it moved
        between = range_reads(effect["low"], effect["high"], is_relative, style)
        return f"{what}: cannot tell yet; {spoken(metric)} may lie {between} {beside}{caveat}."
    moved = change_reads(effect["effect"], effect["low"], effect["high"], is_relative, style)
    return f"{what}: {spoken(metric)} {moved} against {beside}; {VERDICTS[effect['verdict']]}{caveat}."


def change_reads(effect: float, low: float, high: float, is_relative: bool, style: Style) -> str:
    """Return a change with its interval, its direction in the verb and all figures counted that way.

    ``fell 18 % [9, 27]``; where the interval reaches to the other side its end has a minus: ``fell 2 % [−3, 7]``.
    """
    unit, places = _unit(is_relative, style)
    size = style.number(abs(effect) * 100, places)
    if not any(digit in "123456789" for digit in size):
        bounds = [style.signed(bound * 100, places) for bound in (low, high)]
        return f"did not move [{bounds[0]}, {bounds[1]}]{unit}"
    near, far = (low, high) if effect > 0 else (-high, -low)
    bounds = [style.number(bound * 100, places) for bound in (near, far)]
    return f"{'rose' if effect > 0 else 'fell'} {size}{unit} [{bounds[0]}, {bounds[1]}]"


def range_reads(low: float, high: float, is_relative: bool, style: Style) -> str:
    """Return where an effect may lie: ``anywhere from 27 % below to 2 % above``, ``anywhere from 1 % to 7 % above``."""
    unit, places = _unit(is_relative, style)
    near, far = (low, high) if low >= 0 or high > 0 else (high, low)
    sides = ["below" if bound < 0 else "above" for bound in (near, far)]
    first, last = (f"{style.number(abs(bound) * 100, places)}{unit}" for bound in (near, far))
    return f"anywhere from {first}{'' if sides[0] == sides[1] else f' {sides[0]}'} to {last} {sides[1]}"


def _unit(is_relative: bool, style: Style) -> tuple[str, int]:
    return (f"{style.percent_gap}%", 0) if is_relative else (" points", 1)


def standing_reads(effect: Mapping[str, Any], metric: Metric, style: Style) -> str:
    """Return what was observed and expected: ``16.2 min observed, 18.2 min expected over 84 days``; empty without.

    And how many were judged together, where the interval is wider for it.
    """
    if not _known(effect["observed"]):
        return ""
    observed, expected = style.value(metric, effect["observed"]), style.value(metric, effect["expected"])
    together = int(effect["together"]) if _known(effect.get("together")) else 1
    wider = f"; the interval allows for {together} judged together" if together > 1 else ""
    return f"{observed} observed, {expected} expected over {int(effect['days_after'])} days{wider}"


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value)
