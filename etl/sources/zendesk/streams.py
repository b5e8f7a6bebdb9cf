"""How Zendesk's endpoints are paged, and what each page moves the cursor to."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, timedelta
from types import MappingProxyType
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused, checked_url
from etl.sources.live.kinds import Cursor, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, listed, rows_of
from etl.sources.zendesk import records

PAGE_ROWS = 1000
LISTING_ROWS = 100
OVERLAP_SECONDS = int(timedelta(hours=1).total_seconds())  # read again after a cursor expired
RATINGS_AGAIN_SECONDS = int(timedelta(days=30).total_seconds())  # a rating may change; nothing tells when it did
NOT_ON_PLAN = (403, 404)
EXPIRED = (400, 404, 410, 422)

Convert = Callable[[Record], Any]


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    source = reading.source
    url = checked_url(source.option("url"), f"[sources.{source.name}]")
    user, token = source.option("user"), source.secrets["token"]
    basic = base64.b64encode(f"{user}/token:{token}".encode()).decode()
    return Client(
        url,
        {"Authorization": f"Basic {basic}" if user else f"Bearer {token}"},
        reading.progress,
        networks=source.networks,
    )


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream, people before the tickets that name them."""
    source, api = reading.source, client(reading)
    since = source.since()
    start = int(since.timestamp()) if since else 0
    with_survivors = _survivors(api)

    def enrich(told: list[Record], answer: Record) -> None:
        _with_metric_sets(told, answer)
        with_survivors(told)

    return (
        Stream("groups", lambda _: _listing(api, "groups", "groups", records.group(source))),
        Stream("users", lambda c: _by_cursor(api, "users", {"users": records.users(source)}, c, 0, "updated_at")),
        Stream(
            "organizations",
            lambda c: _by_time(api, "organizations", "organizations", records.organizations(source), c, 0),
        ),
        Stream("schedules", lambda _: _schedules(api)),
        Stream(
            "tickets",
            lambda c: _by_cursor(
                api,
                "tickets",
                {"tickets": records.tickets(source), "metric_sets": records.metric_set},
                c,
                start,
                "generated_timestamp",
                enrich,
                {"include": "metric_sets"},
            ),
        ),
        Stream("events", lambda c: _by_time(api, "ticket_events", "events", records.events(source), c, start)),
        Stream(
            "sla_events", lambda c: _by_time(api, "ticket_metric_events", "sla_events", records.sla_event, c, start)
        ),
        Stream("ratings", lambda c: _ratings(api, c, start)),
    )


def _page(table: str, told: list[Record], convert: Convert, cursor: Cursor) -> Page:
    return Page({table: rows_of(told, convert)}, cursor, {table: fields_of(told)})


def _seen(told: list[Record], field: str, before: int) -> int:
    times = [r[field] for r in told if isinstance(r.get(field), int)]
    return max(times, default=before)


def _by_cursor(
    api: Client,
    name: str,
    into: Mapping[str, Convert],
    cursor: Cursor | None,
    start: int,
    seen_field: str,
    enrich: Callable[[list[Record], Record], None] = lambda *_: None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Page]:
    """Page by cursor, into the tables ``into`` names.

    An expired cursor is replaced by the newest time seen, an hour earlier: rows met again are known.
    """
    path = f"/api/v2/incremental/{name}/cursor.json"
    at, seen = (cursor or {}).get("cursor"), (cursor or {}).get("seen", start)
    has_expired = False
    while True:
        where = {"cursor": at} if at else {"start_time": max(start, seen - OVERLAP_SECONDS) if cursor else start}
        try:
            answer = api.get(path, {**where, **more, "per_page": PAGE_ROWS})
        except Refused as error:
            if not at or error.status not in EXPIRED or has_expired:
                raise
            at, cursor, has_expired = None, {"seen": seen}, True
            continue
        told = listed(answer, name, path)
        enrich(told, answer)
        seen = _seen(told, seen_field, seen)
        after, is_end = answer.get("after_cursor") or at, bool(answer.get("end_of_stream"))
        if after == at and not is_end:
            raise SourceFailed(f"{path}: the same cursor again and more to come; it does not move on")
        at = after
        rows = {table: rows_of(told, convert) for table, convert in into.items()}
        yield Page(rows, {"cursor": at, "seen": seen}, {name: fields_of(told)})
        if is_end:
            return


def _by_time(api: Client, name: str, table: str, convert: Convert, cursor: Cursor | None, start: int) -> Iterator[Page]:
    """Page by time, which is inclusive: the last second of a page comes again with the next."""
    path = f"/api/v2/incremental/{name}.json"
    at = (cursor or {}).get("start", start)
    while True:
        answer = api.get(path, {"start_time": at})
        told = listed(answer, name, path)
        end, is_end = answer.get("end_time"), bool(answer.get("end_of_stream"))
        going_on = max(at, end) if isinstance(end, int) else at
        if going_on == at and not is_end:
            # A page beyond its documented size is one that holds all records of its last second.
            if len(told) <= PAGE_ROWS:
                raise SourceFailed(f"{path}: more records share the second {at} than fit a page; it does not move on")
            going_on += 1
        at = going_on
        yield _page(table, told, convert, {"start": at})
        if is_end:
            return


def _listing(api: Client, path: str, name: str, convert: Convert) -> Iterator[Page]:
    for told in _listed(api, f"/api/v2/{path}.json", name, {}):
        yield _page(name, told, convert, {})


def _listed(api: Client, path: str, name: str, parameters: Mapping[str, Any]) -> Iterator[list[Record]]:
    answer = api.get(path, {"page[size]": LISTING_ROWS, **parameters})
    visited = {path}
    while True:
        yield listed(answer, name, path)
        following = (answer.get("links") or {}).get("next")
        if not (answer.get("meta") or {}).get("has_more") or not following:
            return
        if following in visited:
            raise SourceFailed(f"{path}: its next page is one it gave before; it does not move on")
        visited.add(following)
        answer = api.get(following)


def _ratings(api: Client, cursor: Cursor | None, start: int) -> Iterator[Page]:
    seen = (cursor or {}).get("seen", start)
    begin = max(start, seen - RATINGS_AGAIN_SECONDS) if cursor else start
    for told in _listed(api, "/api/v2/satisfaction_ratings.json", "satisfaction_ratings", {"start_time": begin}):
        page = _page("ratings", told, records.rating, {})
        newest = [
            row["updated_at"].replace(tzinfo=UTC).timestamp()
            for row in page.rows["ratings"]
            if isinstance(row, Mapping)
        ]
        seen = max([seen, *(int(at) for at in newest)])
        yield Page(page.rows, {"seen": seen}, page.fields)


def _schedules(api: Client) -> Iterator[Page]:
    try:
        told = listed(api.get("/api/v2/business_hours/schedules.json"), "schedules", "schedules")
    except Refused as error:
        if error.status in NOT_ON_PLAN:
            return
        raise
    first = told[0]["id"] if told else None
    rows = rows_of(told, lambda record: records.schedule(record, record["id"] == first))
    closed = []
    for record in told:
        path = f"/api/v2/business_hours/schedules/{record['id']}/holidays.json"
        closed += rows_of(listed(api.get(path), "holidays", path), records.holiday(record["id"]))
    whole = frozenset(("schedules", "holidays"))
    yield Page({"schedules": rows, "holidays": closed}, {}, {"schedules": fields_of(told)}, whole)


def _survivors(api: Client) -> Callable[[list[Record]], None]:
    """Return what adds ``merged_into`` to tickets that were merged; the export only tags them."""

    def enrich(told: list[Record]) -> None:
        for ticket in told:
            if records.MERGED in (ticket.get("tags") or []) and ticket.get("status") != "deleted":
                number = str(ticket.get("id"))
                audits = _listed(api, f"/api/v2/tickets/{number}/audits.json", "audits", {})
                found = records.survivor(number, [audit for page in audits for audit in page])
                ticket["merged_into"] = found  # type: ignore[index]

    return enrich


def _with_metric_sets(told: list[Record], answer: Record) -> None:
    """Put each ticket's own figures into it, where the answer holds them beside the tickets."""
    beside = {str(one.get("ticket_id")): one for one in answer.get("metric_sets") or []}
    for ticket in told if beside else ():
        ticket.setdefault("metric_set", beside.get(str(ticket.get("id"))))  # type: ignore[attr-defined]
