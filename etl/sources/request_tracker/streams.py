"""Transactions of RT by number, each page with the tickets it touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from config.errors import SourceFailed
from etl.sources.live.http import Client, Refused, checked_url
from etl.sources.live.kinds import Cursor, Finding, Page, Reading, Stream
from etl.sources.live.rows import Record, fields_of, instant, rows_of, text
from etl.sources.request_tracker.people import NOBODY, ROOM, People, listed

PAGE_ROWS = 100
NUMBERS_AGAIN = 200  # a number may be given before, and committed after, the next one
STATUSES = {"new": "new", "open": "open", "stalled": "pending", "resolved": "solved", "rejected": "closed"}
STATUSES["deleted"] = "deleted"
NOTHING_SAID = ("EmailRecord", "CommentEmailRecord", "SystemError", "SetWatcher")  # SetWatcher doubles Set Owner
_FIELDS = "ObjectId,Type,Field,OldValue,NewValue,Created,Creator,TimeTaken"
_TICKET_FIELDS = "Subject,Status,Queue,Owner,Requestor,Created,LastUpdated,Priority,CustomFields"
_TICKET = re.compile(r"/ticket/(\d+)$")


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
    return (
        Stream("queues", lambda cursor: _queues(api, reading, cursor)),
        Stream("agents", lambda _: _agents(people)),
        Stream("transactions", lambda cursor: _transactions(api, reading, people, cursor)),
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


def _queues(api: Client, reading: Reading, cursor: Cursor | None) -> Iterator[Page]:
    """Read queues, and refuse to go on without one that was seen before: it would seem that nothing happens there."""
    told = listed(api, f"{ROOM}/queues/all", {"fields": "Name"})
    known = {str(queue["id"]): str(queue["Name"]) for queue in told}
    former = (cursor or {}).get("queues", {})
    lost = [name for number, name in former.items() if number not in known and not _is_there(api, number)]
    if lost:
        raise SourceFailed(
            f"{reading.source.name}: the queue {', '.join(lost)} can no longer be seen; grant SeeQueue, ShowTicket and "
            "ShowTicketComments on it; what was read before is kept"
        )
    traits = reading.source.team
    rows = rows_of(told, lambda q: {"queue_id": text(q["id"]), "name": text(q["Name"]), **traits(q["Name"])})
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


def _transactions(api: Client, reading: Reading, people: People, cursor: Cursor | None) -> Iterator[Page]:
    source = reading.source
    since = str(source.option("since")) if source.since() else None
    newest = (cursor or {}).get("id", 0)
    at = max(0, newest - NUMBERS_AGAIN)
    convert = _transaction(api, reading, people)
    known: dict[str, str] = {}  # the LastUpdated of tickets this run asked for
    while True:
        asked = {"query": _query(at, since), "orderby": "id", "order": "ASC", "fields": _FIELDS, "per_page": PAGE_ROWS}
        told = sorted(api.get(f"{ROOM}/transactions", asked)["items"], key=lambda row: int(row["id"]))
        if not told:
            return
        touched = {str(row["ObjectId"]) for row in told if row["Created"] >= known.get(str(row["ObjectId"]), "")}
        tickets = _tickets(api, sorted(touched, key=int))
        known |= {str(ticket["id"]): ticket["LastUpdated"] for ticket in tickets}
        at = int(told[-1]["id"])
        newest = max(newest, at)
        rows = {"transactions": rows_of(told, convert), "tickets": rows_of(tickets, _ticket(reading, people))}
        yield Page(rows, {"id": newest}, {"transactions": fields_of(told), "tickets": fields_of(tickets)})


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
                if error.status != 404:  # shredded, or in a queue that may not be seen
                    raise
            else:
                found += [ticket] if str(ticket["id"]) == number else []
    return found


def _status(reading: Reading, told: str) -> str:
    known = {**STATUSES, **reading.source.option("statuses", {})}
    if told not in known:
        raise ValueError(f"status {told!r} is not known; add it under statuses")
    return str(known[told])


def _ticket(reading: Reading, people: People) -> Callable[[Record], Record]:
    source, field = reading.source, reading.source.option("category_field")
    base = str(source.option("url")).rstrip("/")

    def row(ticket: Record) -> Record:
        custom = {told["name"]: told["values"] for told in ticket["CustomFields"] or []} if field else {}
        requestors = [one["id"] for one in ticket["Requestor"]]
        return {
            "ticket_id": text(str(ticket["id"])),
            "updated_at": instant(ticket["LastUpdated"]),
            "created_at": instant(ticket["Created"]),
            "status": _status(reading, ticket["Status"]),
            "queue_id": text(str(ticket["Queue"]["id"])),
            "owner": None if ticket["Owner"]["id"] == NOBODY else text(ticket["Owner"]["id"]),
            "requester_key": source.pseudonyms.of(requestors[0]) if requestors else None,
            "subject": text(ticket["Subject"]),
            "category": text(custom[field][0]) if custom.get(field) else None,
            "priority": _priority(ticket["Priority"]),
            "url": f"{base}/Ticket/Display.html?id={ticket['id']}",
        }

    return row


def _priority(told: Any) -> str:
    number = int(told or 0)
    return "high" if number >= 100 else "normal" if number >= 50 else "low"


def _transaction(api: Client, reading: Reading, people: People) -> Callable[[Record], list[Record]]:
    field = reading.source.option("category_field")
    category = ""
    if field:
        found = api.post(f"{ROOM}/customfields", [{"field": "Name", "value": field}], {"fields": "Name"})
        category = next((str(one["id"]) for one in found.get("items", [])), "")

    def rows(told: Record) -> list[Record]:
        if told["Type"] in NOTHING_SAID:
            return []
        what, old, new = _said(told, category, reading, people)
        actor_type, actor = people.actor(told["Creator"]["id"])
        row = {
            "transaction_id": int(told["id"]),
            "ticket_id": text(str(told["ObjectId"])),
            "occurred_at": instant(told["Created"]),
            "what": what,
            "is_public": told["Type"] != "Comment",
            "actor_type": actor_type,
            "actor_id": actor,
            "old_value": old,
            "new_value": new,
            "seconds": int(told["TimeTaken"] or 0) * 60 or None,
        }
        return [row]

    return rows


def _said(told: Record, category: str, reading: Reading, people: People) -> tuple[str, str | None, str | None]:
    """Return what a transaction says, from what, to what."""
    kind, field, old, new = told["Type"], told["Field"], told["OldValue"], told["NewValue"]
    if kind in ("Create", "Correspond", "Comment"):
        return ("created" if kind == "Create" else "message"), None, None
    if kind == "AddLink" and field == "MergedInto":
        into = _TICKET.search(new)
        target = into.group(1) if into else None
        return ("merged", None, target) if target and target != str(told["ObjectId"]) else ("other", None, None)
    match field:
        case "Status":
            said = "status", _status(reading, old), _status(reading, new)
        case "Owner":
            said = "agent", people.owner(old), people.owner(new)
        case "Queue":
            said = "team", str(old), str(new)
        case "Priority":
            said = "priority", _priority(old), _priority(new)
        case _ if category and field == category:
            said = "category", str(old), str(new)
        case _:
            return "other", None, None
    return said
