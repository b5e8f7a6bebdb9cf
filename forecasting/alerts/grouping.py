"""One incident, not twenty alerts: neighbouring days, parts of one whole, and metrics that tell of one thing.

Alerts of a metric that go the same way and touch in time are one group. It is told of the part that explains most of
it: one with at least 70 % of the whole desk's excess (and more than its share of everything), else of the few
categories that do between them, else of the whole desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from forecasting.alerts.explaining import explaining, few_explaining, strongest_day, without_which
from forecasting.alerts.judging import Judged
from forecasting.alerts.signal import Signal, rank_of
from forecasting.volume.series import Ints

MANY: Final = 3  # parts that show the same at the same time are one matter of the whole desk


def signals_of(told: Judged) -> list[Signal]:
    """Return the groups of a family's alerts, oldest first."""
    found = []
    for sign in (1, -1):
        spells = _spells(told, sign)
        for group in _touching(spells, told.panel.family.merged_days):
            found += _told_of(told, sign, group)
    return sorted(found, key=lambda signal: signal.raised)


@dataclass(frozen=True)
class _Spell:
    row: int
    since: int
    raised: int
    last: int


def _spells(told: Judged, sign: int) -> list[_Spell]:
    """Return each part's runs of alerting days, merged where they are near."""
    panel, found = told.panel, []
    for row in range(len(panel.parts)):
        days: Ints = np.flatnonzero(told.alerts[row] == sign)
        for run in np.split(days, np.flatnonzero(np.diff(days) > panel.family.merged_days) + 1):
            if len(run):
                since = int(told.seen.since[row, run[0]])
                found.append(_Spell(row, panel.first + since, panel.first + int(run[0]), panel.first + int(run[-1])))
    return sorted(found, key=lambda spell: spell.raised)


def _touching(spells: Sequence[_Spell], merged_days: int) -> list[list[_Spell]]:
    groups: list[list[_Spell]] = []
    for spell in spells:
        if groups and spell.raised <= max(s.last for s in groups[-1]) + merged_days:
            groups[-1].append(spell)
        else:
            groups.append([spell])
    return groups


def _told_of(told: Judged, sign: int, group: Sequence[_Spell]) -> list[Signal]:
    """Return one signal, or one for each category where the desk as a whole is not moved by any."""
    rows = tuple(dict.fromkeys(spell.row for spell in group))
    whole = _signal(told, sign, 0, rows, group)
    strongest = strongest_day(whole)
    chosen = explaining(strongest, rows)
    if chosen is None:
        chosen = explaining(whole, rows)
    wider = 0 if chosen is None else chosen
    if wider in rows:
        narrower = without_which(strongest, rows, wider)
        chosen = chosen if narrower is None else narrower
    if chosen is None or rank_of(told.panel.parts[chosen].dimension) > 0:
        few = few_explaining(whole)
        if few:
            return [replace(whole, row=row, rows=rows if row == few[0] else (row,)) for row in few]
    if chosen is not None:
        parts, dimension = told.panel.parts, told.panel.parts[chosen].dimension
        beside = [spell for spell in group if parts[spell.row].dimension == dimension and spell.row != chosen]
        mine = [spell for spell in group if spell not in beside]
        own = tuple(dict.fromkeys(spell.row for spell in mine))
        return [_signal(told, sign, chosen, own, mine), *(_apart(told, sign, beside) if beside else [])]
    apart = _apart(told, sign, group)
    is_many = len(apart) >= MANY and told.panel.family.kind != "count" and whole.excess(0) > 0
    return [whole] if 0 in rows or is_many else apart


def _apart(told: Judged, sign: int, group: Sequence[_Spell]) -> list[Signal]:
    """Return a signal a value of the dimension people can do most about; other dimensions show the same again."""
    parts = told.panel.parts
    leading = min((parts[spell.row].dimension for spell in group), key=rank_of)
    found = []
    for row in dict.fromkeys(spell.row for spell in group if parts[spell.row].dimension == leading):
        mine = [spell for spell in group if spell.row == row]
        found.append(_signal(told, sign, row, (row,), mine))
    return found


def _signal(told: Judged, sign: int, row: int, rows: tuple[int, ...], group: Sequence[_Spell]) -> Signal:
    own = [spell for spell in group if spell.row == row] or list(group)
    raised = min(spell.raised for spell in own)
    since = max(min(spell.since for spell in own), raised - 60)
    return Signal(told, sign, row, rows, min(since, raised), raised, max(spell.last for spell in group))
