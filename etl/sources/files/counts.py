"""What became of every row that was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.errors import RunRefused

MOST_QUARANTINED = 0.01  # of all rows read in a run


@dataclass(frozen=True)
class TableCount:
    """What became of the rows of one file: ``read = loaded + unchanged + superseded + quarantined``.

    ``superseded`` rows repeat another row of the same read, ``unchanged`` ones are in the raw database already.
    """

    source: str
    file: str
    table: str
    read: int
    loaded: int
    unchanged: int
    superseded: int
    quarantined: int


def must_balance(count: TableCount) -> None:
    """Raise ``RunRefused`` when a row was lost or counted twice."""
    outcome = count.loaded + count.unchanged + count.superseded + count.quarantined
    if count.read != outcome or min(count.loaded, count.unchanged, count.superseded, count.quarantined) < 0:
        raise RunRefused(
            f"{count.file}: {count.read:,} rows read, {outcome:,} accounted for; nothing was loaded, please report this"
        )


def must_be_mostly_good(
    source: str, counts: Sequence[TableCount], reasons: Sequence[tuple[str, int]], where: str
) -> None:
    """Raise ``RunRefused`` when more than one row in a hundred was quarantined; ``reasons`` are the most frequent."""
    read, bad = sum(c.read for c in counts), sum(c.quarantined for c in counts)
    if bad > MOST_QUARANTINED * read:
        often = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
        share = f"{bad:,} of {read:,} rows cannot be used ({bad / read:.1%}, more than {MOST_QUARANTINED:.0%})"
        raise RunRefused(f"{source}: {share}, so nothing is published: {often}; each row and its reason: {where}")
