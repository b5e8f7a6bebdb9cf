"""One incident, not twenty alerts: neighbouring days, parts of one whole, and metrics that tell of one thing.

Alerts of a metric that go the same way and touch in time are one group. It is told of the part that explains most of
it: one with at least 70 % of the whole desk's excess (and more than its share of everything), else of the whole desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from forecasting.alerts.asking import Part
from forecasting.alerts.families import Family
from forecasting.alerts.judging import Judged
from forecasting.volume.series import Ints

EXPLAINS: Final = 0.7
BEYOND_SHARE: Final = 1.3  # times its share of everything: a team that does most of the work explains nothing by that
ALONE: Final = 0.35  # of the desk's excess: a part without which the desk would not have alerted
FIRST_NAMED: Final = ("category", "channel", "segment", "team")  # what people can do something about, first


@dataclass(frozen=True, eq=False)
class Signal:
    """A metric's alerts that belong together: ``rows`` of its panel, ``row`` the part it is told of.

    Days are columns since 1970-01-01: ``since`` it began, ``raised`` the first alerting day, ``last`` the newest.
    """

    judged: Judged
    sign: int
    row: int
    rows: tuple[int, ...]
    since: int
    raised: int
    last: int

    @property
    def family(self) -> Family:
        """What is watched."""
        return self.judged.panel.family

    @property
    def part(self) -> Part:
        """The part of the desk it is told of."""
        return self.judged.panel.parts[self.row]

    @property
    def is_worse(self) -> bool:
        """Whether it went the way nobody wants."""
        return self.sign == self.family.worse

    @property
    def is_slow(self) -> bool:
        """Whether it grew over days, rather than being one day's."""
        return self.since < self.raised

    def is_beside(self, lead: Signal) -> bool:
        """Whether counts of another part went the same way then: rushes of one day, or shifts raised within three."""
        mine, other = (self.family, self.sign, self.is_slow), (lead.family, lead.sign, lead.is_slow)
        apart = abs(self.raised - lead.raised)
        near = apart <= self.family.merged_days if self.is_slow else not apart
        same = self.family.kind == "count" and mine == other and self.part.dimension == lead.part.dimension
        return near and same and self.part != lead.part

    @property
    def span(self) -> slice:
        """The columns it is measured over: from its beginning to its newest alert."""
        return slice(self.since - self.judged.panel.first, self.last - self.judged.panel.first + 1)

    @property
    def score(self) -> float:
        """The strongest evidence."""
        return float(self.judged.seen.score[list(self.rows), self.span].max())

    def excess(self, row: int) -> float:
        """Return what a part brought beyond what was expected while it lasted, in the signal's direction."""
        return float(self.sign * self.judged.excess[row, self.span].sum())

    def share(self, row: int) -> float:
        """Return a part's share of the whole desk's excess; 0 where the desk as a whole had none."""
        whole = self.excess(0)
        return self.excess(row) / whole if whole > 0 else 0.0


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
    strongest = _strongest_day(whole)
    chosen = _explaining(strongest, rows)
    if chosen is None:
        chosen = _explaining(whole, rows)
    wider = 0 if chosen is None else chosen
    if wider in rows:
        narrower = _without_which(strongest, rows, wider)
        chosen = chosen if narrower is None else narrower
    if chosen is not None:
        parts, dimension = told.panel.parts, told.panel.parts[chosen].dimension
        beside = [spell for spell in group if parts[spell.row].dimension == dimension and spell.row != chosen]
        mine = [spell for spell in group if spell not in beside]
        own = tuple(dict.fromkeys(spell.row for spell in mine))
        return [_signal(told, sign, chosen, own, mine), *(_apart(told, sign, beside) if beside else [])]
    if 0 in rows:
        return [whole]
    return _apart(told, sign, group)


def _strongest_day(whole: Signal) -> Signal:
    """Return the same on its strongest day alone, where that is a day far out: a rush is told of what rushed in."""
    seen, first = whole.judged.seen, whole.judged.panel.first
    rows, begin = list(whole.rows), whole.raised - first
    scores = np.where(whole.judged.alerts[rows, begin : whole.last - first + 1] == whole.sign, 1.0, 0.0)
    scores *= seen.score[rows, begin : whole.last - first + 1]
    row, day = np.unravel_index(int(np.argmax(scores)), scores.shape)
    if whole.family.kind != "count" or seen.since[rows[int(row)], begin + int(day)] != begin + int(day):
        return whole
    at = first + begin + int(day)
    return replace(whole, since=at, raised=at, last=at)


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


def _explaining(whole: Signal, alerted: Sequence[int]) -> int | None:
    """Return the alerting part that explains the desk's excess; None where none does."""
    enough = [
        (whole.share(row), row)
        for row in alerted
        if row and whole.share(row) >= max(EXPLAINS, min(BEYOND_SHARE * usual_share(whole, row), 1.0))
    ]
    return _first_named(whole, enough)


def _without_which(whole: Signal, alerted: Sequence[int], of: int) -> int | None:
    """Return the part that lies as far out as another (``of``), which without it would not have alerted.

    People must be able to do more about it; one that has its like beside it explains nothing.
    """
    seen, parts = whole.judged.seen, whole.judged.panel.parts
    score, excess = float(seen.score[of, whole.span].max()), whole.excess(of)
    alone = []
    for row in alerted:
        dimension = parts[row].dimension
        if excess <= 0 or rank_of(dimension) >= rank_of(parts[of].dimension):
            continue
        share = whole.excess(row) / excess
        others = [
            whole.excess(at) / excess for at, part in enumerate(parts) if part.dimension == dimension and at != row
        ]
        is_enough = share >= max(ALONE, 2 * max(others, default=0.0)) and (1 - share) * score < 1
        if is_enough and float(seen.score[row, whole.span].max()) >= score:
            alone.append((share, row))
    return _first_named(whole, alone)


def rank_of(dimension: str) -> int:
    """Return how much people can do about parts of a dimension: 0 is most, the whole desk comes last."""
    return FIRST_NAMED.index(dimension) if dimension in FIRST_NAMED else len(FIRST_NAMED)


def _first_named(whole: Signal, found: Sequence[tuple[float, int]]) -> int | None:
    """Return the row with the largest share of the dimension people can do most about."""
    parts = whole.judged.panel.parts
    for dimension in FIRST_NAMED:
        mine = [(share, row) for share, row in found if parts[row].dimension == dimension]
        if mine:
            return max(mine)[1]
    return None


def usual_share(signal: Signal, row: int) -> float:
    """Return a part's share of everything a panel counts."""
    panel = signal.judged.panel
    counted = np.nan_to_num(panel.rows if panel.family.kind != "count" else panel.total)
    return float(counted[row].sum() / max(counted[0].sum(), 1.0))
