"""What Freshdesk's endpoints are asked for, and what each page moves the cursor to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

from config.errors import SourceFailed
from etl.sources.freshdesk import asking, people, records
from etl.sources.freshdesk.asking import API, NOT_ON_PLAN, client, pages
from etl.sources.freshdesk.exports import exported
from etl.sources.live.http import Client, Refused
from etl.sources.live.kinds import Cursor, LiveSource, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, instant, rows_of, unix
from etl.sources.live.spans import by_spans

LAST_PAGE = 300  # of tickets; beyond it Freshdesk answers 400
AGAIN = timedelta(days=30)  # ratings and time entries may change; nothing tells when they did
BEGINNING = "2010-01-01T00:00:00Z"  # without updated_since only what was created in the last 30 days is listed
FILTERS = ("", "deleted", "spam")  # the plain listing leaves deleted and spam out


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream, people before the tickets that name them."""
    source, api = reading.source, client(reading)
    groups: dict[str, str] = {}
    return (
        Stream("teams", lambda cursor: _teams(api, source, groups, cursor)),
        Stream("agents", lambda _: _agents(api, reading)),
        Stream("organizations", lambda _: _listing(api, "companies", "organizations", people.company(source))),
        Stream("requesters", lambda cursor: _contacts(api, reading, cursor)),
        Stream("tickets", lambda cursor: _tickets(api, reading, cursor)),
        Stream("surveys", lambda cursor: _ratings(api, reading, cursor)),
        Stream("time_entries", lambda cursor: _time_entries(api, reading, cursor)),
        Stream("exports", lambda cursor: exported(api, reading, groups, cursor)),
    )


def _listing(api: Client, path: str, table: str, convert: Callable[[Record], Any]) -> Iterator[Page]:
    for told in pages(api, path):
        yield Page({table: rows_of(told, convert)}, {}, {table: fields_of(told)})


def _teams(api: Client, source: LiveSource, groups: dict[str, str], cursor: Cursor | None) -> Iterator[Page]:
    usual = (cursor or {}).get("usual")  # hours that may be read no more stay as they were
    try:
        hours = api.get(f"{API}/business_hours")
    except Refused as error:
        if error.status not in NOT_ON_PLAN:
            raise
    else:
        usual = next((str(told["id"]) for told in hours if told.get("is_default")), None)
        rows, whole = rows_of(hours, people.schedule), frozenset(("schedules",))
        yield Page({"schedules": rows}, {"usual": usual}, {"schedules": fields_of(hours)}, whole)
    for told in pages(api, "groups"):
        groups |= {str(group["name"]): str(group["id"]) for group in told}
        rows = rows_of(told, people.team(source, usual))
        yield Page({"teams": rows}, {"usual": usual}, {"teams": fields_of(told)})


def _agents(api: Client, reading: Reading) -> Iterator[Page]:
    teams: dict[str, str] = {}
    for told in pages(api, "groups"):
        for group in sorted(told, key=lambda g: int(g["id"])):
            for number in group.get("agent_ids") or []:
                teams.setdefault(str(number), str(group["id"]))
    yield from _listing(api, "agents", "agents", people.agent(reading.source, teams))


def _contacts(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    """Read contacts since the last run; they come in no order of time, so the cursor moves at the end."""
    since = (cursor or {}).get("since")
    newest = since or ""
    for told in pages(api, "contacts", {"_updated_since": since} if since else None):
        newest = max([newest, *(str(row.get("updated_at", "")) for row in told)])
        yield Page({"requesters": rows_of(told, people.contact)}, {"since": since} if since else {})
    yield Page({}, {"since": newest} if newest else {})


def _tickets(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    since = reading.source.since()
    begin = f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else BEGINNING
    reached = dict(cursor or {})
    for chosen in FILTERS:
        for told, at in _by_time(api, chosen, reached.get(chosen, begin)):
            reached = {**reached, chosen: at}
            yield _page(api, reading, told, reached)


def _by_time(api: Client, chosen: str, at: str) -> Iterator[tuple[list[Record], str]]:
    """Page by time, not by number: a ticket touched in between would shift the others past us.

    Only where a whole page shares one second are pages counted. What was met before comes again, and is known.
    """
    page, met = 1, set[tuple[Any, Any]]()
    more = {"filter": chosen} if chosen else {}
    order = {"order_by": "updated_at", "order_type": "asc", "include": "stats", "per_page": asking.PAGE_ROWS}
    while True:
        told = api.get(f"{API}/tickets", {**more, **order, "updated_since": at, "page": page})
        if not isinstance(told, list):
            raise SourceFailed("tickets: the answer is no list")
        new = [row for row in told if (row.get("id"), row.get("updated_at")) not in met]
        met = {(row.get("id"), row.get("updated_at")) for row in told} | (met if page > 1 else set())
        last = max([at, *(str(row.get("updated_at", "")) for row in told)])
        if not new:  # a page may be shorter than asked for, and not the last
            return
        yield new, last
        page = 1 if last > at else page + 1
        if page > LAST_PAGE:
            raise SourceFailed(f"tickets: more than {LAST_PAGE} pages share the second {at}; it does not move on")
        at = last


def _page(api: Client, reading: Reading, told: list[Record], cursor: Cursor) -> Page:
    source, said = reading.source, list[Record]()
    for ticket in told:
        conversations = _conversations(api, ticket)
        ticket["merged_into"] = records.survivor(source, conversations)  # type: ignore[index]
        said += conversations
    rows = {
        "tickets": rows_of(told, records.ticket(source)),
        "stats": rows_of(told, records.stats),
        "sla_targets": rows_of(told, records.targets),
        "vendor_figures": rows_of(told, records.figures),
        "changes": [*rows_of(told, records.created), *rows_of(said, records.conversation(source))],
    }
    return Page(rows, cursor, {"tickets": fields_of(told), "changes": fields_of(said)})


def _conversations(api: Client, ticket: Record) -> list[Record]:
    try:
        return [row for told in pages(api, f"tickets/{ticket.get('id')}/conversations") for row in told]
    except Refused as error:
        if error.status == 404:  # deleted for good since it was listed
            return []
        raise


def _ratings(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    seen, since = (cursor or {}).get("seen"), reading.source.since()
    begin = instant(seen) if seen else since.replace(tzinfo=None) if since else None
    if begin and seen:
        begin -= AGAIN
    newest = seen or ""
    asked = {"created_since": f"{begin:%Y-%m-%dT%H:%M:%SZ}"} if begin else None
    try:
        for told in pages(api, "surveys/satisfaction_ratings", asked):
            newest = max([newest, *(str(row.get("created_at", "")) for row in told)])
            rows = {"surveys": rows_of(told, people.rating)}
            yield Page(rows, {"seen": seen} if seen else {}, {"surveys": fields_of(told)})
    except Refused as error:
        if error.status not in NOT_ON_PLAN:
            raise
    yield Page({}, {"seen": newest} if newest else {})


def _time_entries(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    def executed(begin: int, end: int | None) -> Iterator[tuple[list[Record], int]]:
        asked = {"executed_after": _iso(begin if end else begin - int(AGAIN.total_seconds()))}
        for told in pages(api, "time_entries", {**asked, **({"executed_before": _iso(end)} if end else {})}):
            at = [moment for row in told if (moment := _second(row.get("executed_at")))]
            yield told, max(at, default=0)

    try:
        for told, reached in by_spans(reading, cursor, _second(BEGINNING) or 0, executed):
            yield Page({"time_entries": rows_of(told, people.time_entry)}, reached, {"time_entries": fields_of(told)})
    except Refused as error:
        if error.status not in NOT_ON_PLAN:
            raise


def _iso(at: int) -> str:
    return f"{unix(at):%Y-%m-%dT%H:%M:%SZ}"


def _second(told: Any) -> int | None:
    """Return a Unix time, None of what is no instant: that is told of when the row is made."""
    try:
        at = instant(told)
    except (TypeError, ValueError):
        return None
    return int(at.replace(tzinfo=UTC).timestamp()) if at else None
