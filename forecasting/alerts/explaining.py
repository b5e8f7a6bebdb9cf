"""Which part, or which few categories, explain what the whole desk shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from forecasting.alerts.signal import BEYOND_SHARE, FIRST_NAMED, Signal, rank_of, usual_share

EXPLAINS: Final = 0.7
FEW: Final = 3  # categories that may explain it between them
FEW_EXPLAIN: Final = 2 / 3  # between them, and of so many times their share
FEW_BEYOND_SHARE: Final = 1.6
NOTICED: Final = 0.4  # of the limit
ALONE: Final = 0.35  # of the desk's excess: a part without which the desk would not have alerted


def strongest_day(whole: Signal) -> Signal:
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


def explaining(whole: Signal, alerted: Sequence[int]) -> int | None:
    """Return the alerting part that explains the desk's excess; None where none does."""
    enough = [
        (whole.share(row), row)
        for row in alerted
        if row and whole.share(row) >= max(EXPLAINS, min(BEYOND_SHARE * usual_share(whole, row), 1.0))
    ]
    return _first_named(whole, enough)


def few_explaining(whole: Signal) -> tuple[int, ...]:
    """Return the few categories that explain the desk's excess between them, the largest first; none where none do.

    Each must have drawn notice by itself: otherwise the largest of many that chance moved would explain it too.
    """
    if whole.family.kind != "count" or not whole.is_slow:
        return ()
    parts, seen = whole.judged.panel.parts, whole.judged.seen
    categories = (row for row, part in enumerate(parts) if rank_of(part.dimension) == 0)
    noticed = [row for row in categories if float(seen.score[row, whole.span].max()) >= NOTICED]
    told: tuple[int, ...] = ()
    share = usual = 0.0
    for row in sorted(noticed, key=whole.share, reverse=True)[:FEW]:
        told, share, usual = (*told, row), share + whole.share(row), usual + usual_share(whole, row)
        if len(told) > 1 and share >= max(FEW_EXPLAIN, FEW_BEYOND_SHARE * usual):
            return told
    return ()


def without_which(whole: Signal, alerted: Sequence[int], of: int) -> int | None:
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


def _first_named(whole: Signal, found: Sequence[tuple[float, int]]) -> int | None:
    """Return the row with the largest share of the dimension people can do most about."""
    parts = whole.judged.panel.parts
    for dimension in FIRST_NAMED:
        mine = [(share, row) for share, row in found if parts[row].dimension == dimension]
        if mine:
            return max(mine)[1]
    return None
