"""What a value of a dimension did to the change of a metric, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from metrics.decompose import ALPHA, benjamini_hochberg

Kind = Literal["segment", "smaller", "several"]
SMALLER, SEVERAL = "smaller segments", "in several segments"


@dataclass(frozen=True)
class Contributor:
    """What a segment did to a change. ``now`` and ``before`` are the segment's own values.

    ``effect`` = ``mix`` + ``rate`` for quotients; counts have an effect only, percentiles none: there ``low`` and
    ``high`` bound the segment's own change, elsewhere the effect. ``p`` is corrected for multiplicity; None for what
    is not tested (pooled small segments, stocks). ``kind`` "smaller" and "several" are remainders that make it add up.
    """

    value: Any
    kind: Kind = "segment"
    numerator: float | None = None
    denominator: float | None = None
    numerator_before: float | None = None
    denominator_before: float | None = None
    now: float | None = None
    before: float | None = None
    mix: float | None = None
    rate: float | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    is_material: bool = False

    @property
    def n(self) -> float | None:
        """How many rows it rests on: the denominator where there is one, else what is counted."""
        return self.numerator if self.denominator is None else self.denominator

    @property
    def n_before(self) -> float | None:
        """The same in the span before."""
        return self.numerator_before if self.denominator_before is None else self.denominator_before

    @property
    def is_sure(self) -> bool:
        """Whether it is a segment whose effect is large enough to speak of and more than chance."""
        return self.is_material and self.p is not None and self.p < ALPHA


@dataclass(frozen=True)
class Dimension:
    """A dimension's contributors, largest first; ``mix`` and ``rate`` are their sums (None where there are none).

    ``explained`` runs from 0 (every segment changed alike, as far as chance allows) towards 1 (few made the change).
    """

    name: str
    mix: float | None
    rate: float | None
    explained: float
    contributors: tuple[Contributor, ...]

    @property
    def pooled(self) -> float:
        """The part of all rows that lies in the pooled small segments, of which nothing can be told."""
        rows = [(c.kind, (c.n or 0.0) + (c.n_before or 0.0)) for c in self.contributors]
        return sum(n for kind, n in rows if kind == "smaller") / (sum(n for _, n in rows) or 1.0)

    @property
    def surest(self) -> float:
        """The smallest p-value among its contributors; 1 where none was tested."""
        return min((c.p for c in self.contributors if c.p is not None), default=1.0)


def corrected(dimensions: Sequence[Dimension]) -> list[Dimension]:
    """Return the dimensions with p-values corrected for all segments tested in any of them."""
    raw = [c.p for dimension in dimensions for c in dimension.contributors]
    p = iter(benjamini_hochberg([np.nan if value is None else value for value in raw]))
    return [
        replace(
            dimension,
            contributors=tuple(
                replace(c, p=None if np.isnan(value) else float(value))
                for c, value in zip(dimension.contributors, p, strict=False)
            ),
        )
        for dimension in dimensions
    ]
