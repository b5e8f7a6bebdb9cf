"""How Freshdesk's endpoints are paged: pages have numbers, and shift when something changes while they are read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from config.errors import SourceFailed
from etl.sources.freshdesk import people, records
from etl.sources.live.http import Client, Refused, client_of
from etl.sources.live.kinds import Cursor, Finding, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, instant, rows_of

PAGE_ROWS = 100
USUAL_ROWS = 30  # what Freshdesk gives where it does not give as many as asked for
LAST_PAGE = 300  # beyond it Freshdesk answers 400
AGAIN = timedelta(days=30)  # ratings and time entries may change; nothing tells when they did
EXPORTS_KEPT = timedelta(days=30)
BEGINNING = "2010-01-01T00:00:00Z"  # without updated_since only what was created in the last 30 days is listed
NOT_ON_PLAN = (403, 404)
EXPORT_HOSTS = ".amazonaws.com"  # where exports lie, under an address that is its own credential
API = "/api/v2"
FILTERS = ("", "deleted", "spam")  # the plain listing leaves deleted and spam out


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    basic = base64.b64encode(f"{reading.source.secrets['token']}:X".encode()).decode()
    return client_of(reading, {"Authorization": f"Basic {basic}"})


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream, people before the tickets that name them."""
    source, api = reading.source, client(reading)
    groups: dict[str, str] = {}
    return (
        Stream("teams", lambda cursor: _teams(api, groups, cursor)),
        Stream("agents", lambda _: _agents(api, reading)),
        Stream("organizations", lambda _: _listing(api, "companies", "organizations", people.company(source))),
        Stream("requesters", lambda cursor: _contacts(api, reading, cursor)),
        Stream("tickets", lambda cursor: _tickets(api, reading, cursor)),
        Stream("surveys", lambda cursor: _again(api, "surveys/satisfaction_ratings", "surveys", reading, cursor)),
        Stream("time_entries", lambda cursor: _again(api, "time_entries", "time_entries", reading, cursor)),
        Stream("exports", lambda cursor: _exports(api, reading, groups, cursor)),
    )


def check(reading: Reading) -> Iterator[Finding]:
    """Try the credentials, each endpoint once, and the configured field."""
    api, field = client(reading), reading.source.option("category_field")
    me = api.get(f"{API}/agents/me")
    yield Finding("credentials", True, str(me["contact"]["name"]))
    for what, path in (("tickets", "tickets"), ("agents", "agents"), ("groups", "groups"), ("contacts", "contacts")):
        try:
            api.get(f"{API}/{path}", {"per_page": 1})
        except Refused as error:
            yield Finding(what, False, str(error))
        else:
            yield Finding(what, True, "readable")
    try:
        api.get(f"{API}/export/ticket_activities", {"created_at": _day(reading.now) - timedelta(days=1)})
        yield Finding("activities", True, "readable: the history of the last thirty days is told in full")
    except Refused:
        yield Finding(
            "activities", True, "not on this plan: history comes from tickets' own instants and versions seen"
        )
    if field:
        names = [told["name"] for told in api.get(f"{API}/ticket_fields")]
        yield Finding("category_field", field in names, field if field in names else f"there is no {field!r}")


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _pages(api: Client, path: str, more: Mapping[str, Any] | None = None) -> Iterator[list[Record]]:
    for page in range(1, LAST_PAGE + 1):
        answer = api.get(f"{API}/{path}", {**(more or {}), "per_page": PAGE_ROWS, "page": page})
        if not isinstance(answer, list):
            raise SourceFailed(f"{path}: the answer is no list")
        yield answer
        if len(answer) < min(PAGE_ROWS, USUAL_ROWS):
            return
    raise SourceFailed(f"{path}: more than {LAST_PAGE} pages; Freshdesk gives no more of them")


def _listing(api: Client, path: str, table: str, convert: Callable[[Record], Any]) -> Iterator[Page]:
    for told in _pages(api, path):
        yield Page({table: rows_of(told, convert)}, {}, {table: fields_of(told)})


def _teams(api: Client, groups: dict[str, str], cursor: Cursor | None) -> Iterator[Page]:
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
    for told in _pages(api, "groups"):
        groups |= {str(group["name"]): str(group["id"]) for group in told}
        rows = rows_of(told, lambda g: {"team_id": str(g["id"]), "name": str(g["name"]), "schedule_id": usual})
        yield Page({"teams": rows}, {"usual": usual}, {"teams": fields_of(told)})


def _agents(api: Client, reading: Reading) -> Iterator[Page]:
    teams: dict[str, str] = {}
    for told in _pages(api, "groups"):
        for group in sorted(told, key=lambda g: int(g["id"])):
            for number in group.get("agent_ids") or []:
                teams.setdefault(str(number), str(group["id"]))
    yield from _listing(api, "agents", "agents", people.agent(reading.source, teams))


def _contacts(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    """Read contacts since the last run; they come in no order of time, so the cursor moves at the end."""
    since = (cursor or {}).get("since")
    newest = since or ""
    for told in _pages(api, "contacts", {"_updated_since": since} if since else None):
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
    order = {"order_by": "updated_at", "order_type": "asc", "include": "stats", "per_page": PAGE_ROWS}
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
        "changes": [*rows_of(told, records.created), *rows_of(said, records.conversation(source))],
    }
    return Page(rows, cursor, {"tickets": fields_of(told), "changes": fields_of(said)})


def _conversations(api: Client, ticket: Record) -> list[Record]:
    try:
        return [row for told in _pages(api, f"tickets/{ticket.get('id')}/conversations") for row in told]
    except Refused as error:
        if error.status == 404:  # deleted for good since it was listed
            return []
        raise


def _again(api: Client, path: str, table: str, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    name, convert, told_at = {
        "surveys": ("created_since", people.rating, "created_at"),
        "time_entries": ("executed_after", people.time_entry, "executed_at"),
    }[table]
    seen = (cursor or {}).get("seen")
    since = reading.source.since()
    begin = instant(seen) if seen else since.replace(tzinfo=None) if since else None
    if begin and seen:
        begin -= AGAIN
    newest = seen or ""
    try:
        for told in _pages(api, path, {name: f"{begin:%Y-%m-%dT%H:%M:%SZ}"} if begin else None):
            newest = max([newest, *(str(row.get(told_at, "")) for row in told)])
            yield Page({table: rows_of(told, convert)}, {"seen": seen} if seen else {}, {table: fields_of(told)})
    except Refused as error:
        if error.status not in NOT_ON_PLAN:
            raise
    yield Page({}, {"seen": newest} if newest else {})


def _exports(api: Client, reading: Reading, groups: dict[str, str], cursor: Cursor | None) -> Iterator[Page]:
    """Read the activities of each day since the last run that are still kept; a day is there the day after."""
    today, read = _day(reading.now), (cursor or {}).get("day")
    day = max(date.fromisoformat(read) + timedelta(days=1) if read else date.min, today - EXPORTS_KEPT)
    while day < today:
        try:
            answer = api.get(f"{API}/export/ticket_activities", {"created_at": day.isoformat()})
        except Refused as error:
            if error.status == 403:
                reading.progress("activities: not on this plan")
                return
            if error.status != 404:
                raise
            answer = {}
        for file in (answer.get("export") or []) if isinstance(answer, dict) else []:
            told = _elsewhere(api, reading, str(file["url"]))
            met, activities = told.get("metadata") or {}, told.get("activities_data") or []
            rows = {
                "exports": rows_of([{**met, "day": day.isoformat()}], _export),
                "changes": rows_of(activities, records.activity(reading.source, groups)),
            }
            yield Page(rows, {"day": day.isoformat()}, {"exports": fields_of(activities)})
        day += timedelta(days=1)


def _export(told: Record) -> Record:
    return {
        "day": told["day"],
        "starts_at": records.moment(told["start_at"]),
        "ends_at": records.moment(told["end_at"]),
    }


def _elsewhere(api: Client, reading: Reading, url: str) -> Any:
    """Fetch an export from where Freshdesk put it: without our credentials, and nowhere else."""
    there, here = urlsplit(url), urlsplit(api.base)
    at = f"{there.scheme}://{there.netloc}"
    is_storage = there.scheme == "https" and (there.hostname or "").endswith(EXPORT_HOSTS)
    if not is_storage and at != f"{here.scheme}://{here.netloc}":
        raise SourceFailed(f"{api.base}: its export lies at {there.netloc}, another host; not followed")
    return Client(at, {}, reading.progress, networks=reading.source.networks).get(url)
