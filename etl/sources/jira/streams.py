"""How Jira is searched and its issues' histories are fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from config.errors import SourceFailed
from etl.sources.jira import asking, records
from etl.sources.jira.asking import API, DESK, LIST_ROWS, NEEDED, assignable, client, paged, projects, query, search
from etl.sources.jira.records import FIELD_KINDS, Site
from etl.sources.live.http import Client, Refused
from etl.sources.live.kinds import Cursor, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, instant, rows_of
from etl.sources.live.shared import LIST_WAS_READ
from etl.sources.live.spans import Pages, by_parts

BEGINNING = 1_020_000_000  # before the first Jira
NOT_THERE = (403, 404)
_FIELDS = "summary,created,updated,status,priority,project,reporter,creator,labels,assignee,resolution,resolutiondate,"
_FIELDS += "issuelinks,comment,worklog"


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream; the list of what is there comes last, so that nothing new seems to be gone."""
    api = client(reading)
    seen = cache(lambda: projects(api, reading))  # one list a run, so that no project is lost halfway
    return (
        Stream("teams", lambda cursor: _teams(api, reading, seen, cursor)),
        Stream("agents", lambda _: _agents(api, reading, [*seen().values()])),
        Stream("organizations", lambda _: _organizations(api)),
        Stream("tickets", lambda cursor: _issues(api, reading, seen(), cursor)),
        Stream("present", lambda _: _present(api, [*seen().values()])),
    )


def _teams(
    api: Client, reading: Reading, seen: Callable[[], Mapping[str, str]], cursor: Cursor | None
) -> Iterator[Page]:
    """Read projects, and refuse to go on without one that was seen before: its issues would seem to be deleted."""
    name, chosen = reading.source.name, reading.source.option("projects")
    if not seen():
        raise SourceFailed(f"{name}: no service project can be seen; {NEEDED}; see: python -m etl check {name}")
    known = {number: key for number, key in (cursor or {}).get("projects", {}).items() if not chosen or key in chosen}
    lost = [key for number, key in known.items() if number not in seen()]
    lost += [key for key in chosen or () if key not in seen().values() and key not in lost]
    if lost:
        raise SourceFailed(
            f"{name}: {', '.join(lost)} cannot be seen, so that nobody can tell what was deleted there; {NEEDED}; "
            "or name under projects those to read"
        )
    for told in paged(api, f"{DESK}/servicedesk", "values"):
        yield Page(
            {"teams": rows_of(told, records.team(reading.source))},
            {"projects": dict(seen())},
            {"teams": fields_of(told)},
        )


def _organizations(api: Client) -> Iterator[Page]:
    try:
        for told in paged(api, f"{DESK}/organization", "values"):
            yield Page({"organizations": rows_of(told, records.organization)}, {}, {"organizations": fields_of(told)})
    except Refused as error:
        if error.status not in NOT_THERE:
            raise


def _agents(api: Client, reading: Reading, keys: list[str]) -> Iterator[Page]:
    site = Site(reading.source, {}, {})
    for told in assignable(api, keys):
        yield Page({"agents": rows_of(told, site.agent)}, {}, {"agents": fields_of(told)})


def _site(api: Client, reading: Reading) -> Site:
    kinds = {(told.get("schema") or {}).get("custom"): str(told["id"]) for told in api.get(f"{API}/field")}
    fields = {what: kinds[kind] for what, kind in FIELD_KINDS.items() if kind in kinds}
    categories = {str(told["id"]): str(told["statusCategory"]["key"]) for told in api.get(f"{API}/status")}
    return Site(reading.source, fields, categories)


def _issues(api: Client, reading: Reading, seen: Mapping[str, str], cursor: Cursor | None) -> Iterator[Page]:
    site = _site(api, reading)

    def touched(numbers: list[str]) -> Pages:
        return _touched(api, [seen[number] for number in numbers], site)

    for told, reached in by_parts(reading, cursor, BEGINNING, seen, touched):
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
        for told in search(api, query(keys, span), fields, asking.PAGE_ROWS):
            met |= {str(row.get("id")) for row in told}
            yield told, _newest(told)
        # A page may have shifted past us while it was read: the numbers alone come in few pages.
        numbers = [str(row["id"]) for rows in search(api, query(keys, span), ["id"], LIST_ROWS) for row in rows]
        missed = [number for number in numbers if number not in met]
        for at in range(0, len(missed), asking.PAGE_ROWS):
            some = f"id in ({', '.join(missed[at : at + asking.PAGE_ROWS])})"
            for told in search(api, query(keys, some), fields, asking.PAGE_ROWS):
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
        histories = [h for told in paged(api, f"{API}/issue/{number}/changelog", "values") for h in told]
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
    return [row for page in paged(api, f"{API}/issue/{number}/{what}", name) for row in page]


def _slas(api: Client, number: str) -> list[Record]:
    try:
        return [sla for told in paged(api, f"{DESK}/request/{number}/sla", "values") for sla in told]
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


def _present(api: Client, keys: list[str]) -> Iterator[Page]:
    told = [row for rows in search(api, query(keys), ["id"], LIST_ROWS) for row in rows]
    there = [LIST_WAS_READ, *rows_of(told, lambda row: {"ticket_id": str(row["id"])})]
    yield Page({"present": there}, {}, whole=frozenset(("present",)))
