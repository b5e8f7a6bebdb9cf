"""Transactions of RT by number, each page with the tickets it touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused, checked_url
from etl.sources.live.kinds import Cursor, Finding, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, rows_of, text
from etl.sources.request_tracker.people import ROOM, People, listed
from etl.sources.request_tracker.records import ticket_row, transaction_rows
from etl.sources.request_tracker.sight import must_still_be_shown, newest_shown

PAGE_ROWS = 100
NUMBERS_AGAIN = 200  # a number may be given before, and committed after, the next one
_FIELDS = "ObjectId,Type,Field,OldValue,NewValue,Created,Creator,TimeTaken"
_TICKET_FIELDS = "Subject,Status,Queue,Owner,Requestor,Created,LastUpdated,Priority,CustomFields"


def client(reading: Reading) -> Client:
    """Return the client of a source, with its token."""
    source = reading.source
    url = checked_url(source.option("url"), f"[sources.{source.name}]")
    return Client(
        url, {"Authorization": f"token {source.secrets['token']}"}, reading.progress, networks=source.networks
    )


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream; who is an agent must be known before what they did."""
    api = client(reading)
    people = People(api, reading.source)
    seen = cache(lambda: _listed_queues(api))  # one list a run
    return (
        Stream("queues", lambda cursor: _queues(api, reading, seen(), cursor)),
        Stream("agents", lambda _: _agents(people)),
        Stream("transactions", lambda cursor: _transactions(api, reading, people, seen(), cursor)),
    )


def check(reading: Reading) -> Iterator[Finding]:
    """Try the token, and whether it may see queues, users and transactions."""
    api = client(reading)
    yield Finding("credentials", True, f"RT {api.get(f'{ROOM}/rt').get('Version')}")
    queues = listed(api, f"{ROOM}/queues/all", {"fields": "Name"})
    yield Finding("queues", bool(queues), ", ".join(q["Name"] for q in queues) or "none can be seen: grant SeeQueue")
    agents = People(api, reading.source).read()
    yield Finding("agents", bool(agents), f"{len(agents)} privileged users")
    told = api.get(f"{ROOM}/transactions", {"query": _query(0, None), "per_page": 1})
    says = (
        f"{int(told.get('total', 0)):,}"
        if told.get("items")
        else "none can be seen: grant ShowTicket and ShowTicketComments"
    )
    yield Finding("transactions", bool(told.get("items")), says)
    if field := reading.source.option("category_field"):
        found = api.post(f"{ROOM}/customfields", [{"field": "Name", "value": field}], {"fields": "Name"})
        yield Finding(
            "category_field", bool(found.get("items")), field if found.get("items") else f"there is no {field!r}"
        )


def _listed_queues(api: Client) -> dict[str, str]:
    told = listed(api, f"{ROOM}/queues/all", {"fields": "Name"})
    return {str(queue["id"]): str(queue["Name"]) for queue in told}


def _queues(api: Client, reading: Reading, known: Mapping[str, str], cursor: Cursor | None) -> Iterator[Page]:
    """Read queues, and refuse to go on without one that was seen before: it would seem that nothing happens there."""
    former = (cursor or {}).get("queues", {})
    lost = [name for number, name in former.items() if number not in known and not _is_there(api, number)]
    if lost:
        raise SourceFailed(
            f"{reading.source.name}: the queue {', '.join(lost)} can no longer be seen; grant SeeQueue, ShowTicket and "
            "ShowTicketComments on it; what was read before is kept"
        )
    traits = reading.source.team
    told = [{"id": number, "name": name} for number, name in known.items()]
    rows = rows_of(told, lambda q: {"queue_id": text(q["id"]), "name": text(q["name"]), **traits(q["name"])})
    yield Page({"queues": rows}, {"queues": {**former, **known}})


def _is_there(api: Client, queue: str) -> bool:
    try:
        api.get(f"{ROOM}/queue/{queue}")  # one that was disabled is listed no more, and shown
    except Refused as error:
        if error.status not in (403, 404):
            raise
        return False
    return True


def _agents(people: People) -> Iterator[Page]:
    yield Page({"agents": rows_of(people.read(), people.row)}, {})


def _query(after: int, since: str | None) -> str:
    later = f" AND Created >= '{since}'" if since else ""
    return f"ObjectType = 'RT::Ticket' AND id > {after}{later}"


def _transactions(
    api: Client, reading: Reading, people: People, seen: Mapping[str, str], cursor: Cursor | None
) -> Iterator[Page]:
    """Read on by number, then from the beginning what lies before it in queues the cursor does not cover.

    A queue just made has next to nothing there; one that the token may see since lately has its whole past.
    """
    held = cursor or {}
    begin = newest = held.get("id", 0)
    covered = held.get("queues", []) if held else sorted(seen, key=int)
    others, late = sorted(set(seen) - set(covered), key=int), held.get("late", {})
    shown = dict(held.get("shown", {}))
    must_still_be_shown(api, reading, seen, shown)
    pages = _pages(api, reading, people)
    for told, at in pages(max(0, begin - NUMBERS_AGAIN), ""):
        newest = max(newest, at)
        shown |= newest_shown(told.rows["tickets"])
        yield Page(told.rows, {"id": newest, "queues": covered, "late": late, "shown": {**shown}}, told.fields)
    if not others:
        return
    where = " OR ".join(f"TicketQueue = {number}" for number in others)
    left = late["id"] if late.get("queues") == others else 0
    for told, at in pages(left, f" AND id <= {begin} AND ({where})"):
        late = {"queues": others, "id": at}
        shown |= newest_shown(told.rows["tickets"])
        yield Page(told.rows, {"id": newest, "queues": covered, "late": late, "shown": {**shown}}, told.fields)
    yield Page({}, {"id": newest, "queues": sorted({*covered, *seen}, key=int), "late": {}, "shown": shown})


def _pages(api: Client, reading: Reading, people: People) -> Callable[[int, str], Iterator[tuple[Page, int]]]:
    """Return how transactions after a number are paged, where something holds of them, each page with its last."""
    source = reading.source
    since = str(source.option("since")) if source.since() else None
    convert = transaction_rows(api, reading, people)
    known: dict[str, str] = {}  # the LastUpdated of tickets this run asked for

    def pages(at: int, where: str) -> Iterator[tuple[Page, int]]:
        shared = {"orderby": "id", "order": "ASC", "fields": _FIELDS, "per_page": PAGE_ROWS}
        while True:
            asked = {"query": _query(at, since) + where, **shared}
            told = _next_shown(api, asked, at)
            if not told:
                return
            touched = {str(row["ObjectId"]) for row in told if row["Created"] >= known.get(str(row["ObjectId"]), "")}
            tickets = _tickets(api, sorted(touched, key=int))
            known.update({str(ticket["id"]): ticket["LastUpdated"] for ticket in tickets})
            at = int(told[-1]["id"])
            rows = {"transactions": rows_of(told, convert), "tickets": rows_of(tickets, ticket_row(reading, people))}
            yield Page(rows, {}, {"transactions": fields_of(told), "tickets": fields_of(tickets)}), at

    return pages


def _next_shown(api: Client, asked: Mapping[str, Any], at: int) -> list[Record]:
    """Return the next transactions after a number, in order; none where there are no more.

    A page of which rights hide every one is empty, too, and how many there are RT tells only who sees all: whether
    more are shown is asked from the other end.
    """
    told = _by_number(api, asked)
    newest = 0 if told else max((int(row["id"]) for row in _by_number(api, {**asked, "order": "DESC"})), default=0)
    for page in range(2, -((at - newest) // PAGE_ROWS) + 1):
        told = told or _by_number(api, {**asked, "page": page})
    return told


def _by_number(api: Client, asked: Mapping[str, Any]) -> list[Record]:
    return sorted(api.get(f"{ROOM}/transactions", asked)["items"], key=lambda row: int(row["id"]))


def _tickets(api: Client, numbers: list[str]) -> list[Record]:
    """Return tickets as they are, without those merged away; deleted ones no search finds are asked for singly."""
    if not numbers:
        return []
    query = " OR ".join(f"id = {number}" for number in numbers)
    asked = {"query": query, "fields": _TICKET_FIELDS, "per_page": PAGE_ROWS}
    found: list[Record] = list(api.get(f"{ROOM}/tickets", asked)["items"])
    there = {str(ticket["id"]) for ticket in found}
    for number in numbers:
        if number not in there:
            try:
                ticket = api.get(f"{ROOM}/ticket/{number}")
            except Refused as error:
                if error.status not in (403, 404):  # in a queue that may not be seen, or shredded
                    raise
            else:
                found += [ticket] if str(ticket["id"]) == number else []
    return found
