"""How Intercom is searched: by spans of time, whatever order its pages come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from config.errors import SourceFailed
from etl.sources.intercom import records
from etl.sources.live.http import Client, Refused, client_of
from etl.sources.live.kinds import Cursor, Finding, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, listed, rows_of
from etl.sources.live.shared import LIST_WAS_READ
from etl.sources.live.spans import DAY, Pages, by_spans

HOME = "https://api.intercom.io"
VERSION = "2.14"
PAGE_ROWS = 150
BEGINNING = 1_306_000_000  # before the first conversation there was
DELETED_DAYS = 7
LISTS = 3  # readings of a list that holds fewer than it counts, before it is left for the next run
# A search may count by whole days of the workspace's zone (of contacts it does): ask wider, and choose here.
MARGIN = 2 * DAY


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    return client_of(
        reading, {"Authorization": f"Bearer {reading.source.secrets['token']}", "Intercom-Version": VERSION}
    )


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream: people before the conversations that name them, the list of what is there last."""
    source, api = reading.source, client(reading)
    return (
        Stream("teams", lambda _: _all(api, "/teams", "teams", "teams", records.team(source))),
        Stream("agents", lambda _: _all(api, "/admins", "admins", "agents", records.admin(source))),
        Stream("organizations", lambda _: _companies(api, reading)),
        Stream("requesters", lambda cursor: _contacts(api, reading, cursor)),
        Stream("tickets", lambda cursor: _conversations(api, reading, cursor)),
        Stream("present", lambda cursor: _present(api, reading, cursor)),
    )


def check(reading: Reading) -> Iterator[Finding]:
    """Try the token, and whether it may see people and conversations."""
    api = client(reading)
    me = api.get("/me")
    yield Finding("credentials", True, str((me.get("app") or {}).get("name") or me.get("name")))
    for what, path, name in (("teams", "/teams", "teams"), ("admins", "/admins", "admins")):
        yield Finding(what, True, f"{len(listed(api.get(path), name, path))}")
    now = int(reading.now.timestamp())
    for what, name in (("contacts", "data"), ("conversations", "conversations")):
        try:
            next(_search(api, f"/{what}/search", name, now - DAY, None))
        except Refused as error:
            yield Finding(what, False, str(error))
        else:
            yield Finding(what, True, "readable")
    days = _days_between_lists(reading)
    says = (
        f"noticed within {days} days, when all conversations are listed" if days else "never noticed: deleted_days is 0"
    )
    yield Finding("deletions", True, f"Intercom tells of none; {says}")


def _all(api: Client, path: str, name: str, table: str, convert: Callable[[Record], Any]) -> Iterator[Page]:
    told = listed(api.get(path), name, path)
    yield Page({table: rows_of(told, convert)}, {}, {table: fields_of(told)})


def _companies(api: Client, reading: Reading) -> Iterator[Page]:
    path, at, convert, met = "/companies/scroll", None, records.company(reading.source), set[Any]()
    while True:
        answer = api.get(path, {"scroll_param": at} if at else None)
        told = listed(answer, "data", path)
        if not told:
            return
        if met >= (numbers := {row.get("id") for row in told}):
            raise SourceFailed(f"{path}: the same companies again and more to come; it does not move on")
        met |= numbers
        yield Page({"organizations": rows_of(told, convert)}, {}, {"organizations": fields_of(told)})
        at = answer.get("scroll_param")
        if not at:
            return


def _search(api: Client, path: str, name: str, begin: int, end: int | None) -> Iterator[list[Record]]:
    for answer in _answers(api, path, begin, end):
        yield listed(answer, name, path)


def _answers(api: Client, path: str, begin: int, end: int | None) -> Iterator[Record]:
    spans = [{"field": "updated_at", "operator": ">", "value": begin - MARGIN}]
    if end is not None:
        spans.append({"field": "updated_at", "operator": "<", "value": end + MARGIN})
    pages: dict[str, Any] = {"per_page": PAGE_ROWS}
    visited = set()
    while True:
        answer = api.post(path, {"query": {"operator": "AND", "value": spans}, "pagination": pages})
        yield answer
        following = (answer.get("pages") or {}).get("next")
        after = following.get("starting_after") if isinstance(following, dict) else None
        if not after:
            return
        if after in visited:
            raise SourceFailed(f"{path}: its next page is one it gave before; it does not move on")
        visited.add(after)
        pages = {"per_page": PAGE_ROWS, "starting_after": after}


def _touched(api: Client, path: str, name: str) -> Pages:
    """Return how what was touched in a span is found: wider than asked for, and chosen here."""

    def pages(begin: int, end: int | None) -> Iterator[tuple[list[Record], int]]:
        for told in _search(api, path, name, begin, end):
            mine = [row for row in told if _is_within(row, begin, end)]
            yield mine, max((row["updated_at"] for row in mine if isinstance(row.get("updated_at"), int)), default=0)

    return pages


def _is_within(row: Record, begin: int, end: int | None) -> bool:
    at = row.get("updated_at")
    return not isinstance(at, int) or (begin <= at and (end is None or at < end))  # what tells no time is judged later


def _contacts(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    for told, reached in by_spans(reading, cursor, BEGINNING, _touched(api, "/contacts/search", "data")):
        yield Page({"requesters": rows_of(told, records.contact)}, reached)


def _conversations(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    source = reading.source
    workspace = str((api.get("/me").get("app") or {}).get("id_code") or "")
    found_in = _touched(api, "/conversations/search", "conversations")
    for told, reached in by_spans(reading, cursor, BEGINNING, found_in):
        whole = [found for row in told if (found := _conversation(api, row)) is not None]
        rows = {
            "tickets": rows_of(whole, records.ticket(source, workspace)),
            "changes": rows_of(whole, records.changes(source)),
            "surveys": rows_of(whole, records.rating),
            "vendor_figures": rows_of(whole, records.figures),
            "present": rows_of(whole, lambda row: {"ticket_id": str(row["id"])}),
        }
        yield Page(rows, reached, {"tickets": fields_of(whole)})


def _conversation(api: Client, row: Record) -> Record | None:
    try:
        found: Record = api.get(f"/conversations/{row.get('id')}", {"display_as": "plaintext"})
    except Refused as error:
        if error.status == 404:  # deleted since it was found
            return None
        raise
    return found


def _days_between_lists(reading: Reading) -> int:
    return int(reading.source.option("deleted_days", DELETED_DAYS))


def _present(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    """List all conversations once in a while: what is not among them was deleted, of which nothing else tells.

    Between two lists a deleted conversation still counts. A list that changed while it was read holds fewer than it
    counts; it is read again, and not believed.
    """
    now, listed_at = int(reading.now.timestamp()), (cursor or {}).get("listed")
    if listed_at is None:  # all of them were read just now
        yield Page({}, {"listed": now})
        return
    days, since = _days_between_lists(reading), reading.source.since()
    if not days or now - listed_at < days * DAY:
        return
    begin, path = int(since.timestamp()) if since else BEGINNING, "/conversations/search"
    for _ in range(LISTS):
        numbers, count = set[str](), 0
        for answer in _answers(api, path, begin, None):
            numbers |= {str(row.get("id")) for row in listed(answer, "conversations", path)}
            count = max(count, int(answer.get("total_count") or 0))
        if len(numbers) >= count:
            rows = [LIST_WAS_READ, *({"ticket_id": number} for number in sorted(numbers))]
            yield Page({"present": rows}, {"listed": now}, whole=frozenset(("present",)))
            return
    reading.progress(f"{path}: {len(numbers):,} of {count:,} conversations were listed; none counts as deleted by it")
