"""Reading a helpdesk by spans of time, where the order of its pages cannot be relied on.

The cursor moves when a span was read to its end, so that whatever shifts between pages is read again after a kill. The
last span is open: what is touched while it is read stays in it, or comes with the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
