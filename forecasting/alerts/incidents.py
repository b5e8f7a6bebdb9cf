"""Which signals tell of one matter: what leads it, and what comes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from forecasting.alerts.asking import ALL, Part
from forecasting.alerts.explaining import EXPLAINS
from forecasting.alerts.families import VOLUME
from forecasting.alerts.signal import BEYOND_SHARE, Signal, rank_of, usual_share
from forecasting.alerts.watched import UP

TELLS_OF: Final = 0.5  # share of another metric's excess that lies in an incident's part, to be the same matter
TOGETHER_DAYS: Final = 7  # before what leads began, and after it ended: where a slow departure began is a guess
CONSEQUENCE_DAYS: Final = 7
LEADS_DAYS: Final = 3  # a rush leads what was told so many days before it


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


def incidents_of(signals: Sequence[Signal]) -> list[Incident]:
    """Return incidents: what leads is worse news, a matter of its own rather than a consequence, and early."""
    found: list[Incident] = []
    for signal in sorted(signals, key=_leads_first):
        mine = next((incident for incident in found if _belongs(signal, incident)), None)
        if mine is None:
            found.append(Incident(signal))
        else:
            mine.others.append(signal)
    return sorted((one for one in _narrowed(found) if one.matters), key=lambda incident: incident.raised)


def _narrowed(found: Sequence[Incident]) -> list[Incident]:
    """Take what a wider part of the desk showed of tickets that crept up into the incident of their categories."""
    kept = list(found)
    for wide in found:
        narrow = next((one for one in kept if one is not wide and _shows_in(wide.lead, one)), None)
        if narrow is not None:
            narrow.others += wide.signals
            kept.remove(wide)
    return kept


def _shows_in(wide: Signal, narrow: Incident) -> bool:
    """Tell whether a rise of a wider part fell into the days a few categories crept up, and was theirs."""
    lead, panel = narrow.lead, wide.judged.panel
    if (wide.family, wide.sign, lead.family.metric) != (lead.family, UP, VOLUME) or not lead.is_slow:
        return False
    near = lead.since - lead.family.merged_days <= wide.last and wide.since <= lead.last + lead.family.merged_days
    if rank_of(lead.part.dimension) > 0 or rank_of(wide.part.dimension) == 0 or lead.sign != UP or not near:
        return False
    rows = {signal.row for signal in narrow.signals if signal.family is lead.family and signal.part in panel.parts}
    rows = {row for row in rows if rank_of(panel.parts[row].dimension) == 0}
    whole, usual = wide.excess(wide.row), sum(usual_share(wide, row) for row in rows) / usual_share(wide, wide.row)
    least = min(EXPLAINS, max(TELLS_OF, BEYOND_SHARE * usual))
    return whole > 0 and sum(map(wide.excess, rows)) >= least * whole


def _leads_first(signal: Signal) -> tuple[bool, bool, int, bool, str]:
    """Order signals: worse news first, matters of their own before consequences, then as they became known.

    A metric that takes two weeks to be final does not lead one that told the same after one.
    """
    family = signal.family
    is_rush = family.metric == VOLUME
    known = signal.raised - signal.judged.panel.last - LEADS_DAYS * is_rush
    return (not signal.is_worse, family.follows_load, known, not is_rush, family.metric)


def _belongs(signal: Signal, incident: Incident) -> bool:
    """Tell whether a signal tells of an incident: the same part at the same time, or a consequence of its load.

    Of what is no consequence a rush takes nothing: that fewer are helped at first contact is a matter of its own.
    """
    lead = incident.lead
    if signal.is_beside(lead):
        return True
    if not lead.since - TOGETHER_DAYS <= signal.since <= lead.last + TOGETHER_DAYS:
        return False
    if lead.family.metric == VOLUME != signal.family.metric:
        is_load = lead.is_worse and signal.family.follows_load
        return is_load and lead.since - 1 <= signal.raised <= lead.last + CONSEQUENCE_DAYS
    if signal.part == lead.part or any(signal.is_return_of(one) and signal.part == one.part for one in incident.others):
        return True
    panel = signal.judged.panel
    if lead.part in panel.parts and _tells_more(lead.part, signal.part):
        row, own = panel.parts.index(lead.part), signal.excess(signal.row)
        beyond = min(BEYOND_SHARE * usual_share(signal, row), 1.0)
        return own > 0 and signal.excess(row) >= max(TELLS_OF, beyond) * own
    return False


def _tells_more(part: Part, other: Part) -> bool:
    """Tell whether people can do as much about a part as about another: a category is not told of under a team."""
    same = part.dimension == other.dimension == "category"
    return not same and rank_of(part.dimension) <= rank_of(other.dimension) and part.dimension != ALL
