"""How Jira is searched and its issues' histories are fetched."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.errors import SourceFailed
from etl.sources.jira import records
from etl.sources.jira.records import FIELD_KINDS, Site
from etl.sources.live.http import Client, Refused, client_of
from etl.sources.live.kinds import Cursor, Finding, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, instant, listed, rows_of
from etl.sources.live.shared import LIST_WAS_READ
from etl.sources.live.spans import Pages, by_spans

PAGE_ROWS = 100
LIST_ROWS = 5000  # where only numbers are asked for
BEGINNING = 1_020_000_000  # before the first Jira
API, DESK = "/rest/api/3", "/rest/servicedeskapi"
NOT_THERE = (403, 404)
_FIELDS = "summary,created,updated,status,priority,project,reporter,creator,labels,assignee,resolution,resolutiondate,"
_FIELDS += "issuelinks,comment,worklog"


def client(reading: Reading) -> Client:
    """Return the client of a source, with its credentials."""
    source = reading.source
    basic = base64.b64encode(f"{source.option('user')}:{source.secrets['token']}".encode()).decode()
    return client_of(reading, {"Authorization": f"Basic {basic}"})


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream; the list of what is there comes last, so that nothing new seems to be gone."""
    api = client(reading)
    return (
        Stream("teams", lambda _: _teams(api)),
        Stream("agents", lambda _: _agents(api, reading)),
        Stream("organizations", lambda _: _organizations(api)),
        Stream("tickets", lambda cursor: _issues(api, reading, cursor)),
        Stream("present", lambda _: _present(api, reading)),
    )


def check(reading: Reading) -> Iterator[Finding]:
    """Try the token, and whether it may see projects, agents, issues and their targets."""
    api, field = client(reading), reading.source.option("category_field")
    yield Finding("credentials", True, str(api.get(f"{API}/myself")["displayName"]))
    keys = _projects(api, reading)
    yield Finding("projects", bool(keys), ", ".join(keys) or "no service project can be seen")
    if not keys:
        return
    agents = sum(len(told) for told in _assignable(api, keys))
    yield Finding("agents", bool(agents), f"{agents} can be assigned" if agents else "none can be seen: browse users")
    found = next(_search(api, _query(keys), ["id"], 1))
    yield Finding("issues", bool(found), "readable" if found else "none can be seen")
    try:
        if found:
            api.get(f"{DESK}/request/{found[0]['id']}/sla")
        yield Finding("targets", True, "readable")
    except Refused as error:
        yield Finding("targets", error.status == 404, "for agents only" if error.status != 404 else "no request yet")
    if field:
        names = {told["id"]: told["name"] for told in api.get(f"{API}/field")}
        yield Finding("category_field", field in names, str(names.get(field, f"there is no {field}")))


def _paged(api: Client, path: str, name: str, more: Mapping[str, Any] | None = None) -> Iterator[list[Record]]:
    """Page a listing by offset; the service desk's API has other words for it than the platform's."""
    begin, last, size = (
        ("start", "isLastPage", "limit") if path.startswith(DESK) else ("startAt", "isLast", "maxResults")
    )
    at = 0
    while True:
        answer = api.get(path, {**(more or {}), begin: at, size: PAGE_ROWS})
        told = listed(answer, name, path)
        yield told
        at += len(told)
        if not told or answer.get(last) or ("total" in answer and at >= answer["total"]):
            return


def _projects(api: Client, reading: Reading) -> list[str]:
    chosen = reading.source.option("projects")
    keys = [str(row["projectKey"]) for told in _paged(api, f"{DESK}/servicedesk", "values") for row in told]
    return [key for key in keys if not chosen or key in chosen]


def _teams(api: Client) -> Iterator[Page]:
    for told in _paged(api, f"{DESK}/servicedesk", "values"):
        yield Page({"teams": rows_of(told, records.team)}, {}, {"teams": fields_of(told)})


def _organizations(api: Client) -> Iterator[Page]:
    try:
        for told in _paged(api, f"{DESK}/organization", "values"):
            yield Page({"organizations": rows_of(told, records.organization)}, {}, {"organizations": fields_of(told)})
    except Refused as error:
        if error.status not in NOT_THERE:
            raise


def _assignable(api: Client, keys: list[str]) -> Iterator[list[Record]]:
    """Page agents: Jira takes a range of users and leaves some out, so that two empty ones in a row are the end."""
    at, empty = 0, 0
    while empty < 2:
        asked = {"projectKeys": ",".join(keys), "startAt": at, "maxResults": PAGE_ROWS}
        told = api.get(f"{API}/user/assignable/multiProjectSearch", asked)
        if not isinstance(told, list):
            raise SourceFailed("assignable users: the answer is no list")
        yield told
        at, empty = at + PAGE_ROWS, 0 if told else empty + 1


def _agents(api: Client, reading: Reading) -> Iterator[Page]:
    keys, site = _projects(api, reading), Site(reading.source, {}, {})
    for told in _assignable(api, keys) if keys else ():
        yield Page({"agents": rows_of(told, site.agent)}, {}, {"agents": fields_of(told)})


def _query(keys: list[str], which: str | None = None) -> str:
    named = ", ".join('"' + key.replace('"', "") + '"' for key in keys)
    return f"project in ({named}){f' AND {which}' if which else ''} ORDER BY updated ASC, key ASC"


def _search(api: Client, jql: str, fields: list[str], rows: int) -> Iterator[list[Record]]:
    path, token, visited = f"{API}/search/jql", None, set()
    while True:
        asked = {"jql": jql, "fields": fields, "maxResults": rows, **({"nextPageToken": token} if token else {})}
        answer = api.post(path, asked)
        yield listed(answer, "issues", path)
        token = answer.get("nextPageToken")
        if not token or answer.get("isLast"):
            return
        if token in visited:
            raise SourceFailed(f"{path}: its next page is one it gave before; it does not move on")
        visited.add(token)


def _site(api: Client, reading: Reading) -> Site:
    kinds = {(told.get("schema") or {}).get("custom"): str(told["id"]) for told in api.get(f"{API}/field")}
    fields = {what: kinds[kind] for what, kind in FIELD_KINDS.items() if kind in kinds}
    categories = {str(told["id"]): str(told["statusCategory"]["key"]) for told in api.get(f"{API}/status")}
    return Site(reading.source, fields, categories)


def _issues(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    keys = _projects(api, reading)
    if not keys:
        raise SourceFailed(f"{reading.source.name}: no service project can be seen; see: python -m etl check")
    site = _site(api, reading)
    for told, reached in by_spans(reading, cursor, BEGINNING, _touched(api, keys, site)):
        whole = [found for row in told if (found := _fetched(api, row)) is not None]
        worklogs = [log for row in whole for log in row["worklogs"]]
        rows = {
            "tickets": rows_of(whole, site.ticket),
            "changes": rows_of(whole, site.changes),
            "sla_targets": rows_of(whole, site.targets),
            "surveys": rows_of(whole, site.rating),
            "time_entries": rows_of(worklogs, records.worklog),
        }
        yield Page(rows, reached, {"tickets": fields_of(row["fields"] for row in whole)})


def _touched(api: Client, keys: list[str], site: Site) -> Pages:
    """Return how issues touched in a span are found. JQL knows minutes, in the zone of who asks: ask wider."""
    zone = ZoneInfo(api.get(f"{API}/myself")["timeZone"])
    own, category = [site.fields[what] for what in site.fields], site.source.option("category_field")
    fields = [*_FIELDS.split(","), *own, *([category] if category else [])]

    def minute(at: int) -> str:
        return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M}"

    def pages(begin: int, end: int | None) -> Iterator[tuple[list[Record], int]]:
        span = f'updated >= "{minute(begin)}"' + (f' AND updated < "{minute(end + 60)}"' if end else "")
        met = set[str]()
        for told in _search(api, _query(keys, span), fields, PAGE_ROWS):
            met |= {str(row.get("id")) for row in told}
            yield told, _newest(told)
        # A page may have shifted past us while it was read: the numbers alone come in few pages.
        numbers = [str(row["id"]) for rows in _search(api, _query(keys, span), ["id"], LIST_ROWS) for row in rows]
        missed = [number for number in numbers if number not in met]
        for at in range(0, len(missed), PAGE_ROWS):
            some = f"id in ({', '.join(missed[at : at + PAGE_ROWS])})"
            for told in _search(api, _query(keys, some), fields, PAGE_ROWS):
                yield told, _newest(told)

    return pages


def _newest(told: list[Record]) -> int:
    times = [str(row["fields"].get("updated")) for row in told if isinstance(row.get("fields"), dict)]
    return max((int(at.replace(tzinfo=UTC).timestamp()) for at in map(_moment, times) if at), default=0)


def _moment(told: str) -> datetime | None:
    try:
        return instant(told)
    except ValueError:  # told of when the row is made
        return None


def _fetched(api: Client, row: Record) -> Record | None:
    """Return an issue with its history, comments, work, targets and rating; None where it was deleted since."""
    number, fields = row["id"], row.get("fields") or {}
    is_done = ((fields.get("status") or {}).get("statusCategory") or {}).get("key") == "done"
    try:
        histories = [h for told in _paged(api, f"{API}/issue/{number}/changelog", "values") for h in told]
        comments = _rest(api, number, "comment", "comments", fields.get("comment"))
        worklogs = _rest(api, number, "worklog", "worklogs", fields.get("worklog"))
    except Refused as error:
        if error.status == 404:
            return None
        raise
    slas, feedback = _slas(api, number), _feedback(api, number) if is_done else None
    told = {"histories": histories, "comments": comments, "slas": slas, "feedback": feedback}
    return {**row, **told, "worklogs": [{**log, "issueId": number} for log in worklogs]}


def _rest(api: Client, number: str, what: str, name: str, told: Record | None) -> list[Record]:
    """Return all comments or worklogs: those the search brought, or, where it left some out, all asked for anew."""
    if told and told.get("total", 0) <= len(told.get(name) or []):
        return list(told[name])
    return [row for page in _paged(api, f"{API}/issue/{number}/{what}", name) for row in page]


def _slas(api: Client, number: str) -> list[Record]:
    try:
        return [sla for told in _paged(api, f"{DESK}/request/{number}/sla", "values") for sla in told]
    except Refused as error:
        if error.status in NOT_THERE:  # an issue nobody requested through the desk
            return []
        raise


def _feedback(api: Client, number: str) -> Record | None:
    try:
        found: Record = api.get(f"{DESK}/request/{number}/feedback")
    except Refused as error:
        if error.status in NOT_THERE:
            return None
        raise
    return found


def _present(api: Client, reading: Reading) -> Iterator[Page]:
    told = [row for rows in _search(api, _query(_projects(api, reading)), ["id"], LIST_ROWS) for row in rows]
    there = [LIST_WAS_READ, *rows_of(told, lambda row: {"ticket_id": str(row["id"])})]
    yield Page({"present": there}, {}, whole=frozenset(("present",)))
