"""Reading a helpdesk by spans of time, where the order of its pages cannot be relied on.

The cursor moves when a span was read to its end, so that whatever shifts between pages is read again after a kill. The
last span is open: what is touched while it is read stays in it, or comes with the next run. What is read may be of
parts (projects, say): the cursor notes which it covers, for one that is seen later has a past before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta

from etl.sources.live.kinds import Cursor, Reading
from etl.sources.live.rows import Record

DAY = int(timedelta(days=1).total_seconds())
SPAN, SHORTEST, LONGEST = 30 * DAY, DAY, 2000 * DAY  # seconds
MANY = 2000  # records of a span: the next one is shorter
AGAIN = int(timedelta(minutes=10).total_seconds())  # what was just touched may take minutes to be found
Pages = Callable[[int, int | None], Iterator[tuple[Sequence[Record], int]]]


def by_spans(
    reading: Reading, cursor: Cursor | None, beginning: int, pages: Pages
) -> Iterator[tuple[Sequence[Record], Cursor]]:
    """Read span after span up to now, with the cursor each page moves to.

    ``pages`` gives what was touched from one Unix time to before another (none: no end), page by page, each with the
    newest such time in it. ``beginning`` is where a helpdesk without ``since`` begins.
    """
    since, now = reading.source.since(), int(reading.now.timestamp())
    begin = int((cursor or {}).get("updated", since.timestamp() if since else beginning))
    reached, span = dict(cursor or {}), SPAN
    while True:
        end = begin + span if begin + span < now - SPAN else None
        newest, count = begin, 0
        for told, at in pages(begin - AGAIN, end):
            newest, count = max(newest, at), count + len(told)
            yield told, reached
        begin = min(newest, now) if end is None else end  # what is dated ahead must not hide what comes until then
        reached = {"updated": begin}
        yield [], reached
        if end is None:
            return
        span = min(2 * span, LONGEST) if not count else max(span // 2, SHORTEST) if count > MANY else span


def by_parts(
    reading: Reading, cursor: Cursor | None, beginning: int, parts: Collection[str], pages: Callable[[list[str]], Pages]
) -> Iterator[tuple[Sequence[Record], Cursor]]:
    """Read the parts there are as ``by_spans`` does: those the cursor covers from it, then others from the beginning.

    ``pages`` gives how what was touched in some of the parts is found. The others go on where they were left, as long
    as they are the same; once read they are covered. A part that is gone is covered no more: what happens there while
    nobody looks is read when it is back.
    """
    held = cursor or {}
    covered = sorted(part for part in parts if part in held.get("parts", ()))
    if not covered:
        covered, held = sorted(parts), {}
    others = sorted(set(parts) - set(covered))
    late = held.get("late", {})
    late = late if late.get("parts") == others else {}
    reached: Cursor = {}
    for told, reached in by_spans(reading, held, beginning, pages(covered)):
        yield told, {**reached, "parts": covered, "late": late}
    if not others:
        return
    behind = late
    for told, behind in by_spans(reading, late, beginning, pages(others)):
        yield told, {**reached, "parts": covered, "late": {**behind, "parts": others}}
    # Both were read beyond now, so that both go on from whichever was touched last.
    yield [], {"updated": max(reached["updated"], behind["updated"]), "parts": sorted(parts), "late": {}}
