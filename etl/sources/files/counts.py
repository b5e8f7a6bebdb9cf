"""What became of every row that was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.errors import RunRefused

MOST_QUARANTINED = 0.01  # of all rows read in a run
MOST_TOLD = 1_000_000  # bad rows of a table that are kept with their reasons
KEPT_WHEN_REFUSED = 100_000  # bad rows kept of a run that is refused anyway


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


def must_be_told(quarantined: int, told: int, table: str) -> None:
    """Raise ``RunRefused`` when a bad row has no reason, unless there are more than are kept."""
    if told != quarantined and quarantined <= MOST_TOLD:
        raise RunRefused(
            f"{table}: {quarantined:,} bad rows but {told:,} reasons; nothing was loaded, please report this"
        )


def must_be_mostly_good(
    source: str, counts: Sequence[TableCount], reasons: Sequence[tuple[str, int]], where: str
) -> None:
    """Raise ``RunRefused`` when more than one row in a hundred was quarantined, or more than can be told one by one.

    ``reasons`` are the most frequent, ``where`` says where to look.
    """
    read, bad = sum(c.read for c in counts), sum(c.quarantined for c in counts)
    if bad > min(MOST_QUARANTINED * read, MOST_TOLD):
        often = "; ".join(f"{reason} ({count:,})" for reason, count in reasons)
        share = f"{bad:,} of {read:,} rows cannot be used ({bad / read:.1%}, more than {MOST_QUARANTINED:.0%})"
        raise RunRefused(f"{source}: {share}, so nothing is published: {often}; rows and reasons: {where}")
