"""Local time at the speed of arithmetic: the clock changes of the zones in use, spelled out for the engine.

DuckDB asks its time-zone library about every single row. The desk uses a handful of zones and a few years, so the
changes of offset in that span are looked up once, here, and the conversion becomes an addition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from etl.sources.files.relation import quoted

DAY = timedelta(days=1)


def _offset_seconds(zone: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def offsets(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, int]]:
    """Yield (instant, seconds east of UTC from then on) for a zone between two aware instants, the first included."""
    known = _offset_seconds(zone, first)
    yield first, known
    day = first
    while day < last:
        low, high = day, day + DAY
        if _offset_seconds(zone, high) != known:
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _offset_seconds(zone, middle) == known else (low, middle)
            change = high.replace(microsecond=0)
            known = _offset_seconds(zone, change)
            yield change, known
        day += DAY


def to_local_macro(zones: Iterable[str], first: datetime, last: datetime) -> str:
    """Return the DuckDB macro ``to_local(instant, zone)``; outside the span or the zones it asks the library."""
    branches = []
    for name in sorted(zones):
        steps = list(offsets(ZoneInfo(name), first, last))
        parts = [f"when instant < {_literal(upto)} then {offset}" for (_, offset), (upto, _) in pairwise(steps)]
        seconds = f"case {' '.join(parts)} else {steps[-1][1]} end" if parts else str(steps[-1][1])
        branches.append(f"when {quoted(name)} then instant + to_seconds({seconds})")
    known = f"instant >= {_literal(first)} and instant < {_literal(last)}"
    library = "timezone(zone, timezone('UTC', instant))"
    return (
        "create or replace macro to_local(instant, zone) as "
        f"case when {known} then case zone {' '.join(branches)} else {library} end else {library} end"
    )


def _literal(instant: datetime) -> str:
    return f"timestamp '{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
