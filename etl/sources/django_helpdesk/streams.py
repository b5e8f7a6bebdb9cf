"""Which rows of a django-helpdesk database are new, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from etl.sources.live.database import Database
from etl.sources.live.kinds import Cursor, Finding, LiveSource, Page, Reading, Stream
from etl.sources.live.rows import Record, rows_of
from etl.sources.live.rows import text as as_text

PAGE_ROWS = 10_000
NUMBERS_AGAIN = 1_000  # a number may be given before, and committed after, the next one
TIME_AGAIN = timedelta(minutes=10)
STATUSES = {"1": "open", "2": "open", "3": "solved", "4": "closed", "5": "closed"}
WORDS = {"Owner": "agent", "Queue": "team", "Priority": "priority", "On Hold": "hold"}
MERGED_FROM = re.compile(r"^\[[^\]#]*#(\d+)\]")  # the one place that tells where a moved follow-up was written

_TICKETS = """
    select t.id, t.modified, t.created, t.status, t.on_hold, t.priority, t.queue_id, t.assigned_to_id,
        t.submitter_email, t.title, t.merged_to_id, {category} as category
    from helpdesk_ticket t {join}
    where t.modified > :at or (t.modified = :at and t.id > :id)
    order by t.modified, t.id limit :rows
"""
_CATEGORY = """
    left join helpdesk_ticketcustomfieldvalue v on v.ticket_id = t.id
        and v.field_id in (select id from helpdesk_customfield where name = :category)
"""
# What somebody wrote is looked at where it lies: only whether there is something leaves the database.
_FOLLOWUPS = """
    select id, ticket_id, date, title, user_id, public, new_status, time_spent,
        case when comment is not null and comment <> '' then 1 else 0 end as has_comment
    from helpdesk_followup where id > :id order by id limit :rows
"""
_CHANGES = """
    select id, followup_id, field, old_value, new_value
    from helpdesk_ticketchange where id > :id and field in ({fields}) order by id limit :rows
"""
_USERS = "select id, username, first_name, last_name, email, is_staff, is_active, date_joined from {table}"
_QUEUES = "select id, title from helpdesk_queue"
_PRESENT = "select 'ticket' as what, id from helpdesk_ticket union all select 'followup', id from helpdesk_followup"


def streams(reading: Reading) -> tuple[Stream, ...]:
    """Return every stream; the list of what is there comes last, so that nothing new seems to be gone."""
    base = Database(reading.source)
    return (
        Stream("queues", lambda _: _everything(base, _QUEUES, "queues", _queue(reading.source))),
        Stream("users", lambda _: _everything(base, _USERS.format(table="auth_user"), "users", _users(base))),
        Stream("tickets", lambda cursor: _tickets(base, cursor)),
        Stream("followups", lambda cursor: _numbered(base, _FOLLOWUPS, "followups", _followups(base), cursor)),
        Stream("changes", lambda cursor: _changes(base, cursor)),
        Stream("present", lambda _: _everything(base, _PRESENT, "present", _present)),
    )


def check(reading: Reading) -> Iterator[Finding]:
    """Look whether each table can be read, and whether the history is in a language the settings know."""
    base = Database(reading.source)
    for table in ("helpdesk_ticket", "helpdesk_followup", "helpdesk_ticketchange", "helpdesk_queue", "auth_user"):
        (row,) = base.rows(f"select count(*) as n from {table}")
        yield Finding(table, True, f"{row['n']:,} rows")
    told = base.rows("select distinct field from helpdesk_ticketchange")
    found = {row["field"] for row in told} & set(_words(base.source))
    says = (
        f"{', '.join(sorted(found))}" if found else "no change of owner, queue or priority is known by name: set words"
    )
    yield Finding("history", bool(found) or not told, says)
    if field := base.source.option("category_field"):
        known = base.rows("select id from helpdesk_customfield where name = :name", name=field)
        yield Finding("category_field", bool(known), "found" if known else f"there is no custom field {field!r}")


def _everything(base: Database, sql: str, table: str, convert: Callable[[Record], Any]) -> Iterator[Page]:
    # People and queues that are gone stay known by name; of tickets and follow-ups the list is what counts.
    whole = frozenset((table,)) if table == "present" else frozenset[str]()
    yield Page({table: rows_of(base.rows(sql), convert)}, {}, whole=whole)


def _numbered(
    base: Database, sql: str, table: str, convert: Callable[[Record], Any], cursor: Cursor | None, **more: Any
) -> Iterator[Page]:
    at = max(0, (cursor or {}).get("id", 0) - NUMBERS_AGAIN)
    newest = (cursor or {}).get("id", 0)
    while rows := base.rows(sql, id=at, rows=PAGE_ROWS, **more):
        at = rows[-1]["id"]
        newest = max(newest, at)
        yield Page({table: rows_of(rows, convert)}, {"id": newest})


def _tickets(base: Database, cursor: Cursor | None) -> Iterator[Page]:
    source, field = base.source, base.source.option("category_field")
    sql = _TICKETS.format(category="v.value" if field else "null", join=_CATEGORY if field else "")
    more = {"category": field} if field else {}
    since = source.since()
    start = since.replace(tzinfo=None) if since else datetime(1971, 1, 1)  # noqa: DTZ001 - naive UTC
    newest = datetime.fromisoformat(cursor["modified"]) if cursor else start
    at, number = (newest - TIME_AGAIN if cursor else start), 0
    while rows := base.rows(sql, at=base.stored(at), id=number, rows=PAGE_ROWS, **more):
        at, number = base.instant(rows[-1]["modified"]), rows[-1]["id"]
        newest = max(newest, at)
        yield Page({"tickets": rows_of(rows, _ticket(base))}, {"modified": newest.isoformat()})


def _words(source: LiveSource) -> dict[str, str]:
    return {**WORDS, **{own: WORDS[word] for own, word in source.option("words", {}).items() if word in WORDS}}


def _status(source: LiveSource, told: Any) -> str | None:
    if told is None:
        return None
    known = {**STATUSES, **source.option("statuses", {})}
    if str(told) not in known:
        raise ValueError(f"status {told} is not known; add it under statuses")
    return str(known[str(told)])


def _ticket(base: Database) -> Callable[[Record], Record]:
    source, link = base.source, str(base.source.option("url", "")).rstrip("/")
    return lambda row: {
        "ticket_id": as_text(row["id"]),
        "modified_at": base.instant(row["modified"]),
        "created_at": base.instant(row["created"]),
        "status": "hold" if row["on_hold"] and str(row["status"]) in "12" else _status(source, row["status"]),
        "priority": row["priority"],
        "queue_id": as_text(row["queue_id"]),
        "assigned_to_id": as_text(row["assigned_to_id"]),
        "requester_key": source.pseudonyms.of(row["submitter_email"]),
        "subject": as_text(row["title"]),
        "category": as_text(row["category"]),
        "merged_to_id": as_text(row["merged_to_id"]),
        "url": f"{link}/tickets/{row['id']}/" if link else None,
    }


def _followups(base: Database) -> Callable[[Record], Record]:
    def row(told: Record) -> Record:
        moved = MERGED_FROM.match(told["title"] or "")
        spent = told["time_spent"]  # microseconds where the database has no intervals
        seconds = spent.total_seconds() if isinstance(spent, timedelta) else (spent or 0) / 1e6
        return {
            "followup_id": as_text(told["id"]),
            "ticket_id": moved.group(1) if moved else as_text(told["ticket_id"]),
            "occurred_at": base.instant(told["date"]),
            "user_id": as_text(told["user_id"]),
            "is_public": bool(told["public"]),
            "has_comment": bool(told["has_comment"]),
            "status": _status(base.source, told["new_status"]),
            "seconds": int(seconds) or None,
        }

    return row


def _changes(base: Database, cursor: Cursor | None) -> Iterator[Page]:
    words = _words(base.source)
    names = {f"f{number}": word for number, word in enumerate(words)}
    sql = _CHANGES.format(fields=", ".join(f":{name}" for name in names))

    def change(row: Record) -> Record:
        return {
            "change_id": as_text(row["id"]),
            "followup_id": as_text(row["followup_id"]),
            "what": words[row["field"]],
            "old_value": as_text(row["old_value"]),
            "new_value": as_text(row["new_value"]),
        }

    return _numbered(base, sql, "changes", change, cursor, **names)


def _users(base: Database) -> Callable[[Record], Record]:
    return lambda row: {
        "user_id": as_text(row["id"]),
        "username": as_text(row["username"]) if row["is_staff"] else None,
        "name": (f"{row['first_name']} {row['last_name']}".strip() or row["username"]) if row["is_staff"] else None,
        "email_key": base.source.pseudonyms.of(row["email"]),
        "is_staff": bool(row["is_staff"]),
        "is_active": bool(row["is_active"]),
        "joined_at": base.instant(row["date_joined"]),
    }


def _queue(source: LiveSource) -> Callable[[Record], Record]:
    return lambda row: {
        "queue_id": as_text(row["id"]),
        "title": as_text(row["title"]),
        **source.team(row["title"]),
    }


def _present(row: Record) -> Record:
    return {"what": row["what"], "id": as_text(row["id"])}
