"""One incident, not twenty alerts: neighbouring days, parts of one whole, and metrics that tell of one thing.

Alerts of a metric that go the same way and touch in time are one group. It is told of the part that explains most of
it: one with at least 70 % of the whole desk's excess (and more than its share of everything), else of the whole desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from forecasting.alerts.asking import ALL, Part
from forecasting.alerts.families import VOLUME, Family
from forecasting.alerts.judging import Judged
from forecasting.volume.series import Ints

EXPLAINS: Final = 0.7
BEYOND_SHARE: Final = 1.3  # times its share of everything: a team that does most of the work explains nothing by that
TELLS_OF: Final = 0.5  # share of another metric's excess that lies in an incident's part, to be the same matter
TOGETHER_DAYS: Final = 14
CONSEQUENCE_DAYS: Final = 7
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


@dataclass(eq=False)
class Incident:
    """What is told as one: the signal that leads, and those that tell of the same."""

    lead: Signal
    others: list[Signal] = field(default_factory=list)

    @property
    def signals(self) -> list[Signal]:
        """All signals, the leading one first."""
        return [self.lead, *self.others]

    @property
    def raised(self) -> int:
        """The first alerting day."""
        return min(signal.raised for signal in self.signals)

    @property
    def last(self) -> int:
        """The newest alerting day."""
        return max(signal.last for signal in self.signals)

    @property
    def matters(self) -> bool:
        """Whether something got worse, or less comes in; what only got better is no alert."""
        return any(signal.is_worse for signal in self.signals) or self.lead.family.metric == VOLUME


def signals_of(told: Judged) -> list[Signal]:
    """Return the groups of a family's alerts, oldest first."""
    found = []
    for sign in (1, -1):
        spells = _spells(told, sign)
        for group in _touching(spells, told.panel.family.merged_days):
            found += _told_of(told, sign, group)
    return sorted(found, key=lambda signal: signal.raised)


def incidents_of(signals: Sequence[Signal]) -> list[Incident]:
    """Return incidents: what leads is worse news, a matter of its own rather than a consequence, and early."""
    found: list[Incident] = []
    for signal in sorted(signals, key=_leads_first):
        mine = next((incident for incident in found if _belongs(signal, incident)), None)
        if mine is None:
            found.append(Incident(signal))
        else:
            mine.others.append(signal)
    return sorted((one for one in found if one.matters), key=lambda incident: incident.raised)


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
    chosen = _explaining(_strongest_day(whole), rows)
    if chosen is None:
        chosen = _explaining(whole, rows)
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
    rank = {name: at for at, name in enumerate(FIRST_NAMED)}
    leading = min((parts[spell.row].dimension for spell in group), key=lambda name: rank.get(name, len(rank)))
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
    panel = whole.judged.panel
    rows = np.nan_to_num(panel.rows if panel.family.kind != "count" else panel.total).sum(axis=1)
    best: dict[str, tuple[float, int]] = {}
    for row in alerted:
        share, usual = whole.share(row), float(rows[row] / max(rows[0], 1.0))
        if row and share >= EXPLAINS and share >= min(BEYOND_SHARE * usual, 1.0):
            dimension = panel.parts[row].dimension
            best[dimension] = max(best.get(dimension, (0.0, 0)), (share, row))
    for dimension in FIRST_NAMED:
        if dimension in best:
            return best[dimension][1]
    return None


def _leads_first(signal: Signal) -> tuple[bool, bool, bool, int, str]:
    family = signal.family
    return (not signal.is_worse, family.follows_load, family.metric != VOLUME, signal.raised, family.metric)


def _belongs(signal: Signal, incident: Incident) -> bool:
    """Tell whether a signal tells of an incident: the same part at the same time, or a consequence of its load."""
    lead = incident.lead
    near = signal.since <= lead.last + TOGETHER_DAYS and signal.last >= lead.since - TOGETHER_DAYS
    if not near:
        return False
    if lead.family.metric == VOLUME and lead.is_worse and signal.family.follows_load:
        return lead.since - 1 <= signal.raised <= lead.last + CONSEQUENCE_DAYS
    if signal.part == lead.part:
        return True
    panel = signal.judged.panel
    if lead.part in panel.parts and lead.part.dimension != ALL:
        own = signal.excess(signal.row)
        return own > 0 and signal.excess(panel.parts.index(lead.part)) >= TELLS_OF * own
    return False
