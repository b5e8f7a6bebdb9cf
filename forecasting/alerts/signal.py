"""A metric's alerts that belong together, and the part of the desk they are told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.alerts.asking import Part
from forecasting.alerts.families import Family
from forecasting.alerts.judging import Judged

FIRST_NAMED: Final = ("category", "channel", "segment", "team")  # what people can do something about, first
BEYOND_SHARE: Final = 1.3  # times its share of everything: a team that does most of the work explains nothing by that
SHIFT_DAYS: Final = 7  # between beginnings of shifts that are one matter
TOUCH_DAYS: Final = 3  # between the end of one and the beginning of the other


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
        """Whether counts of another part went the same way then: rushes of one day, or shifts begun about together.

        A shift is told as soon as enough has added up, so that it is when they began and lasted that must be near.
        """
        if self.is_slow or lead.is_slow:
            touch = max(self.since, lead.since) <= min(self.last, lead.last) + TOUCH_DAYS
            near = touch and abs(self.since - lead.since) <= SHIFT_DAYS
        else:
            near = self.raised == lead.raised
        same = (self.family, self.sign) == (lead.family, lead.sign) and self.part.dimension == lead.part.dimension
        return near and same and self.family.kind == "count" and self.part != lead.part

    def is_return_of(self, lead: Signal) -> bool:
        """Whether the same metric only came back from where another signal took it."""
        return self.family is lead.family and self.sign != lead.sign and self.raised > lead.raised

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


def rank_of(dimension: str) -> int:
    """Return how much people can do about parts of a dimension: 0 is most, the whole desk comes last."""
    return FIRST_NAMED.index(dimension) if dimension in FIRST_NAMED else len(FIRST_NAMED)


def usual_share(signal: Signal, row: int) -> float:
    """Return a part's share of everything a panel counts."""
    panel = signal.judged.panel
    counted = np.nan_to_num(panel.rows if panel.family.kind != "count" else panel.total)
    return float(counted[row].sum() / max(counted[0].sum(), 1.0))
