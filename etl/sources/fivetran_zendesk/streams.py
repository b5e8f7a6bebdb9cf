"""Which rows of Fivetran's tables are new, by ``_fivetran_synced``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from config.errors import SourceFailed
from etl.sources.fivetran_zendesk import records
from etl.sources.live.database import Database
from etl.sources.live.kinds import Cursor, Finding, LiveSource, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, rows_of

PAGE_ROWS = 10_000
TIME_AGAIN = timedelta(minutes=10)
BEGINNING = datetime(1971, 1, 1)  # noqa: DTZ001 - naive UTC
NEEDED = ("ticket", "ticket_comment", "ticket_field_history", "user", "group")

# Only what is needed leaves the warehouse: no body, no description, no address.
_USERS = """
    select id, role, name, organization_id, active, created_at, updated_at, _fivetran_synced
    from {user} where _fivetran_synced >= :at order by _fivetran_synced
"""
_ORGANIZATIONS = """
    select id, name, created_at, updated_at, {segment} as segment, {plan} as plan, _fivetran_synced
    from {organization} where _fivetran_synced >= :at order by _fivetran_synced
"""
_TICKETS = """
    select t.id, t.created_at, t.updated_at, t.status, t.priority, t.subject, t.requester_id, t.submitter_id,
        t.assignee_id, t.group_id, t.organization_id, t.brand_id, t.via_channel, u.role as submitter_role,
        {category} as category, t._fivetran_synced
    from {ticket} t left join {user} u on u.id = t.submitter_id
    where t._fivetran_synced >= :at and t.updated_at >= :since order by t._fivetran_synced
"""
_CATEGORY = """(select max(f.value) from {history} f where f.ticket_id = t.id and f.field_name = :category
    and f.updated = (select max(g.updated) from {history} g where g.ticket_id = t.id and g.field_name = :category))"""
_MERGED = "select id, merged_ticket_ids from {ticket} where merged_ticket_ids is not null and merged_ticket_ids <> '[]'"
# The first comment is the description, which created the ticket.
_COMMENTS = """
    select c.id, c.ticket_id, c.user_id, c.created, c.public, c._fivetran_synced
    from {ticket_comment} c left join {ticket} t on t.id = c.ticket_id
    where c._fivetran_synced >= :at and (t.created_at is null or c.created > t.created_at) order by c._fivetran_synced
"""
_HISTORY = """
    select f.field_name, f.ticket_id, f.updated, f.user_id, f.value, t.created_at as ticket_created_at,
        t.assignee_id, o.offered_at, f._fivetran_synced
    from {ticket_field_history} f left join {ticket} t on t.id = f.ticket_id
    left join (
        select ticket_id, min(updated) as offered_at from {ticket_field_history}
        where field_name = :rating and value = 'offered' group by ticket_id
    ) o on o.ticket_id = f.ticket_id and f.field_name = :rating
    where f._fivetran_synced >= :at and f.field_name in ({fields}) order by f._fivetran_synced
"""
_APPLIED = """
    select p.ticket_id, p.sla_policy_id, p.policy_applied_at, p._fivetran_synced,
        coalesce((select f.value from {ticket_field_history} f where f.ticket_id = p.ticket_id
            and f.field_name = 'priority' and f.updated <= p.policy_applied_at order by f.updated desc limit 1),
            t.priority) as priority
    from {ticket_sla_policy} p inner join {ticket} t on t.id = p.ticket_id
    where p._fivetran_synced >= :at order by p._fivetran_synced
"""
_POLICIES = (
    "select sla_policy_id, sla_policy_updated_at, metric, priority, target, business_hours from {metric_history}"
)
_GROUPS = "select id, name from {group}"
_SCHEDULES = "select id, start_time, end_time, time_zone from {schedule} where not coalesce(_fivetran_deleted, false)"
_HOLIDAYS = """
    select id, schedule_id, name, start_date, end_date
    from {schedule_holiday} where not coalesce(_fivetran_deleted, false)
"""


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream, people before the tickets that name them; those whose table is not brought are left out."""
    base = Database(reading.source)
    known = _Tables(base)
    told = (
        Stream("teams", lambda _: known.all("group", _GROUPS, "teams", _group(reading.source))),
        Stream("schedules", lambda _: known.all("schedule", _SCHEDULES, "schedules", records.schedule)),
        Stream(
            "calendar_events", lambda _: known.all("schedule_holiday", _HOLIDAYS, "calendar_events", records.holiday)
        ),
        Stream("agents", lambda c: known.new("user", _USERS, {"agents": records.agent(base)}, c)),
        Stream("requesters", lambda c: known.new("user", _USERS, {"requesters": records.requester(base)}, c)),
        Stream("organizations", lambda c: _organizations(known, c)),
        Stream("tickets", lambda c: _tickets(known, c)),
        Stream("changes", lambda c: known.new("ticket_comment", _COMMENTS, {"changes": records.comment(base)}, c)),
        Stream("history", lambda c: _history(known, c)),
        Stream("sla_targets", lambda c: _applied(known, c)),
    )
    return told


def check(reading: Reading) -> Iterator[Finding]:
    """Look whether each table can be read, and which of the others are there."""
    known = _Tables(Database(reading.source))
    for table in NEEDED:
        [row] = known.base.rows(f"select count(*) as n from {known.base.named(table)}")
        yield Finding(table, True, f"{row['n']:,} rows")
    for table in ("organization", "schedule", "schedule_holiday", "ticket_sla_policy"):
        there = known.base.has(table)
        yield Finding(table, True, "readable" if there else "not brought: left out")


def _group(source: LiveSource) -> Callable[[Record], Record]:
    return lambda row: {"team_id": str(row["id"]), "name": str(row["name"]), **source.team(str(row["name"]))}


class _Tables:
    """Fivetran's tables, read whole or by what is new."""

    def __init__(self, base: Database) -> None:
        self.base = base

    def sql(self, statement: str, **more: str) -> str:
        names = ("ticket", "user", "group", "organization", "ticket_comment", "ticket_field_history", "schedule",
                 "schedule_holiday", "ticket_sla_policy")  # fmt: skip
        named = {name: self.base.named(name) for name in names}
        history = self.base.named("sla_policy_metric_history")
        return statement.format(**named, metric_history=history, history=named["ticket_field_history"], **more)

    def all(self, table: str, statement: str, into: str, convert: Callable[[Record], Any]) -> Iterator[Page]:
        if self.base.has(table):
            told = self.base.rows(self.sql(statement))
            whole = frozenset((into,)) if into != "teams" else frozenset[str]()
            yield Page({into: rows_of(told, convert)}, {}, {into: fields_of(told)}, whole)

    def new(
        self, table: str, statement: str, into: dict[str, Callable[[Record], Any]], cursor: Cursor | None, **more: Any
    ) -> Iterator[Page]:
        if not self.base.has(table):
            if table in NEEDED:
                name = self.base.source.name
                raise SourceFailed(
                    f"{name}: the table {table} is not there; has the schema changed, or the login lost it?"
                )
            return
        newest = datetime.fromisoformat(cursor["synced"]) if cursor else BEGINNING
        at = newest - TIME_AGAIN if cursor else BEGINNING
        sql = self.sql(statement) if "{" in statement else statement
        for told in self.base.pages(sql, PAGE_ROWS, at=self.base.stored(at), **more):
            newest = max(newest, self.base.instant(told[-1]["_fivetran_synced"]))
            rows = {name: rows_of(told, convert) for name, convert in into.items()}
            yield Page(rows, {"synced": newest.isoformat()}, {next(iter(into)): fields_of(told)})


def _tickets(known: _Tables, cursor: Cursor | None) -> Iterator[Page]:
    base, field = known.base, known.base.source.option("category_field")
    since = base.source.since()
    survivors: dict[str, str] = {}
    for row in base.rows(known.sql(_MERGED)):
        told = row["merged_ticket_ids"]
        for number in json.loads(told) if isinstance(told, str) else told:
            survivors[str(number)] = str(row["id"])
    sql = known.sql(_TICKETS, category=known.sql(_CATEGORY) if field else "null")
    begin = base.stored(since.replace(tzinfo=None) if since else BEGINNING)
    into: dict[str, Callable[[Record], Any]] = {
        "tickets": records.ticket(base, survivors),
        "changes": records.created(base),
    }
    yield from known.new("ticket", sql, into, cursor, since=begin, **({"category": field} if field else {}))


def _organizations(known: _Tables, cursor: Cursor | None) -> Iterator[Page]:
    source, column = known.base.source, known.base.column
    told = {
        name: column(field) if (field := source.option(f"{name}_field")) else "null" for name in ("segment", "plan")
    }
    into = {"organizations": records.organization(known.base)}
    yield from known.new("organization", known.sql(_ORGANIZATIONS, **told), into, cursor)


def _history(known: _Tables, cursor: Cursor | None) -> Iterator[Page]:
    field = known.base.source.option("category_field")
    names = [*records.TRAITS, records.RATING, *([field] if field else [])]
    fields = {f"f{n}": name for n, name in enumerate(names)}
    sql = known.sql(_HISTORY, fields=", ".join(f":{name}" for name in fields))
    into = {"changes": records.field_change(known.base), "surveys": records.rating(known.base)}
    yield from known.new("ticket_field_history", sql, into, cursor, rating=records.RATING, **fields)


def _applied(known: _Tables, cursor: Cursor | None) -> Iterator[Page]:
    if known.base.has("ticket_sla_policy") and known.base.has("sla_policy_metric_history"):
        policies = known.base.rows(known.sql(_POLICIES))
        into = {"sla_targets": records.targets(known.base, policies)}
        yield from known.new("ticket_sla_policy", _APPLIED, into, cursor)
