"""The arithmetic of a change: what each segment contributed to it, and how much of that chance alone could do.

Nothing here asks the warehouse. Arrays have one entry a segment; effects of all segments add up to the whole change.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.measures import Z

Array = NDArray[np.float64]
ALPHA = 0.05  # of two-sided tests: below it, not by chance alone
CHANCE = 1.6448536269514722  # 95th percentile of the normal, one-sided
CHI_SQUARE = 0.4549364231195724  # median of a squared normal


@dataclass(frozen=True, eq=False)
class Side:
    """The segments in one period.

    ``spread`` is Σ(x − r·d)² over a segment's rows, r its quotient; ``weight`` is Σd² (the number of rows where each
    counts as one, 0 where the denominators are taken as given and only the numerators are subject to chance).
    """

    numerator: Array
    denominator: Array
    spread: Array
    weight: Array

    @property
    def share(self) -> Array:
        """Each segment's share of the denominator; adds up to one."""
        share: Array = self.denominator / self.denominator.sum()
        return share

    @property
    def rate(self) -> Array:
        """Each segment's quotient; 0 where nothing was counted."""
        return np.divide(
            self.numerator, self.denominator, out=np.zeros_like(self.numerator), where=self.denominator > 0
        )

    @property
    def overall(self) -> float:
        """The quotient of the whole."""
        return float(self.numerator.sum() / self.denominator.sum())


def binomial(hits: Any, n: Any) -> Side:
    """Return the side of a rate; its spread is that of one success and failure more: 30 of 30 is not certain."""
    numerator, denominator = np.asarray(hits, float), np.asarray(n, float)
    shrunk = (numerator + 1) / (denominator + 2)
    return Side(numerator, denominator, denominator * shrunk * (1 - shrunk), denominator)


def pooled(side: Side, small: NDArray[np.bool_]) -> Side:
    """Return the side with the small segments as one, the last; their spread is told about their common quotient."""
    numerator, denominator = side.numerator[small].sum(), side.denominator[small].sum()
    common = numerator / denominator if denominator else 0.0
    spread = (side.spread + (side.rate - common) ** 2 * side.weight)[small].sum()
    last = (numerator, denominator, spread, side.weight[small].sum())
    kept = (side.numerator, side.denominator, side.spread, side.weight)
    return Side(*(np.append(column[~small], value) for column, value in zip(kept, last, strict=True)))


@dataclass(frozen=True, eq=False)
class Effects:
    """What each segment did to the change of a quotient: ``mix`` by its share, ``rate`` by its own quotient."""

    mix: Array
    rate: Array
    variance: Array

    @property
    def total(self) -> Array:
        """Both together; they add up to the change."""
        return self.mix + self.rate


def mix_and_rate(now: Side, before: Side) -> Effects:
    """Decompose the change of Σnumerator ÷ Σdenominator exactly and symmetrically in the two periods.

    With share w and quotient r of a segment and R of the whole, its rate effect is Δr·w̄ and its mix effect
    Δw·(r̄ − R̄), bars being midpoints (Marshall and Edgeworth's weights, which are also Shapley's): more of what is
    above the mean counts for, more of what is below it against. A segment absent on one side is all mix.
    """
    moved, middle = now.share - before.share, (now.overall + before.overall) / 2
    on_both = (now.denominator > 0) & (before.denominator > 0)
    rate = np.where(on_both, (now.rate - before.rate) * (now.share + before.share) / 2, 0.0)
    total = now.numerator / now.denominator.sum() - before.numerator / before.denominator.sum() - moved * middle
    variance = _variance(now, moved, middle, 1.0) + _variance(before, moved, middle, -1.0)
    return Effects(total - rate, rate, variance)


def _variance(side: Side, moved: Array, middle: float, sign: float) -> Array:
    """Return the delta-method variance a side gives each effect, of the shares as well as of the quotients.

    A row (x, d) of segment g moves effect i by (a·x + b·d) ÷ D; with x = r·d + e its square is summed over the rows.
    """
    own = np.eye(len(side.numerator))
    a = sign * own - moved[:, None] / 2
    b = -sign * ((side.share * side.rate)[:, None] + (own - side.share[:, None]) * middle)
    b = b + moved[:, None] * side.overall / 2
    squares = (a * side.rate + b) ** 2 @ side.weight + a**2 @ side.spread
    variance: Array = squares / side.denominator.sum() ** 2
    return variance


def unevenness(effects: Array, variance: Array, share: Array) -> float:
    """Return how unevenly a change lies on its segments beyond chance: 0 when as evenly as chance may, towards 1 else.

    The weighted variance of effect ÷ share across segments, less the 95th percentile of what chance gives it, as a
    part of its second moment: a dimension that tells nothing has every segment change alike.
    """
    change, present = effects.sum(), share > 0
    effects, variance, share = effects[present], variance[present], share[present]
    found = float(((effects - share * change) ** 2 / share).sum())
    by_chance = variance * (1 / share - 1)
    beyond = found - float(by_chance.sum() + CHANCE * np.sqrt(2 * (by_chance**2).sum()))
    return beyond / (beyond + float(change) ** 2) if beyond > 0 else 0.0


def dispersion(weekly: Array) -> float:
    """Return how much wider than Poisson counts vary from week to week, at least 1; rows are segments.

    From the median of squared differences of neighbouring weeks over their sum: growth, level and a single loud week
    do not count as noise.
    """
    later, earlier = weekly[:, 1:], weekly[:, :-1]
    level = later + earlier
    known = level >= 10
    return max(1.0, float(np.median((later - earlier)[known] ** 2 / level[known])) / CHI_SQUARE) if known.any() else 1.0


def newcombe(now: tuple[float, float, float], before: tuple[float, float, float]) -> tuple[float, float]:
    """Return the 95 % interval of a difference from value, low and high of both sides (Newcombe 1998, method 10)."""
    (value, low, high), (value_before, low_before, high_before) = now, before
    change = value - value_before
    down = sqrt((value - low) ** 2 + (high_before - value_before) ** 2)
    up = sqrt((high - value) ** 2 + (value_before - low_before) ** 2)
    return change - down, change + up


def two_sided(effect: float, deviation: float) -> float:
    """Return the normal two-sided p-value of an effect with that standard deviation."""
    if deviation <= 0:
        return 0.0 if effect else 1.0
    return erfc(abs(effect) / deviation / sqrt(2))


def p_of_interval(change: float, low: float, high: float) -> float:
    """Return the p-value a change has whose 95 % interval this is: by the half of it that faces zero."""
    return two_sided(change, (change - low if change > 0 else high - change) / Z)


def benjamini_hochberg(p: Any) -> Array:
    """Return p-values corrected for how many there are (Benjamini and Hochberg 1995); NaN stays, and is not counted."""
    corrected = np.array(p, float)
    tested = np.flatnonzero(~np.isnan(corrected))
    order = tested[np.argsort(-corrected[tested], kind="stable")]
    factors = len(tested) / np.arange(len(tested), 0, -1)
    corrected[order] = np.minimum(np.minimum.accumulate(corrected[order] * factors), 1.0)
    return corrected
