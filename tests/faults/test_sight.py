"""What a helpdesk suddenly shows no more was not deleted: it is kept, or the run is refused and says what to do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.errors import RunRefused, SourceFailed
from etl.fakes.desk import Desk
from etl.fakes.server import HERE, Answer, served
from etl.handing import attach_raw
from etl.sources.live.kinds import Cursor, LiveSource, Page, Reading
from etl.sources.live.privacy import Pseudonyms
from etl.sources.request_tracker import streams as request_tracker
from etl.sources.request_tracker.people import People
from tests.support.fivetran import bring, warehouse
from tests.support.live import (
    BOB,
    KEY,
    SALES,
    T0,
    at,
    handed,
    hosted,
    live,
    read,
    source,
    without_ceremony,
)


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


def _deleted(home: Path) -> list[str]:
    with duckdb.connect() as connection:
        attach_raw(connection, home / "extract.duckdb")
        told = connection.execute("select ticket_id from raw.files_tickets where is_deleted order by 1").fetchall()
    return [number for (number,) in told]


def test_a_jira_that_shows_a_project_no_more_is_not_read_and_its_issues_stay(tmp_path: Path) -> None:
    fake = hosted("jira")
    with served(fake) as at_work:
        given = source(at_work.url, "jira")
        read(tmp_path, given)
        before = handed(tmp_path)
        assert not _deleted(tmp_path)
        fake.unseen = {SALES}  # the account is no agent there any more
        with pytest.raises(SourceFailed, match=r"desk: P32 cannot be seen, .* must be an agent there, and may browse"):
            read(tmp_path, given, at(5, "12:10"))
        assert handed(tmp_path) == before
        named = source(at_work.url, "jira", projects=["P31"])  # whoever says so leaves the project out
        read(tmp_path, named, at(5, "12:20"))
        assert _deleted(tmp_path) == ["4"]
        with pytest.raises(SourceFailed, match="P32 cannot be seen"):
            read(tmp_path, source(at_work.url, "jira", projects=["P31", "P32"]), at(5, "12:30"))
        fake.unseen = set()
        read(tmp_path, given, at(5, "12:40"))
    assert handed(tmp_path) == before


def test_a_jira_project_that_may_not_be_searched_is_told(tmp_path: Path) -> None:
    with served(hosted("jira")) as at_work:
        at_work.faults.append(lambda path, _: Answer({"errorMessages": ["x"]}, 400) if "search/jql" in path else None)
        with pytest.raises(SourceFailed, match=r"can all its projects be browsed\? project in \(\"P31\", \"P32\"\)"):
            read(tmp_path, source(at_work.url, "jira"))


def test_a_list_that_lacks_most_of_what_it_held_is_not_believed(tmp_path: Path) -> None:
    fake = hosted("jira")
    for number in range(100, 140):
        fake.ticket(number, BOB, at(4, "10:00") + timedelta(minutes=number))
    with served(fake) as at_work:
        given = source(at_work.url, "jira")
        read(tmp_path, given)
        before = handed(tmp_path)
        for number in range(100, 124):  # 24 of the 46 issues and the mark that the list was read
            fake.delete(number, at(5, "12:05"))
        with pytest.raises(RunRefused, match=r"desk: 24 of the 47 records .* no longer listed, which looks like a"):
            read(tmp_path, given, at(5, "12:10"))
        assert handed(tmp_path) == before
        fake.restore(100, at(5, "12:12"))  # 23 are believed: less than half
        read(tmp_path, given, at(5, "12:15"))
        assert len(_deleted(tmp_path)) == 23
        for number in (100, *range(124, 139)):
            fake.delete(number, at(5, "12:16"))
        read(tmp_path, given, at(5, "12:20"), full_refresh=True)  # and so are all, where somebody vouches for it
    assert len(handed(tmp_path)["tickets"]) == 7


_DJANGO = """
create table helpdesk_queue (id integer primary key, title text);
create table auth_user (id integer primary key, username text, first_name text, last_name text, email text,
    is_staff boolean, is_active boolean, date_joined text);
create table helpdesk_ticket (id integer primary key, title text, modified text, created text, status integer,
    on_hold boolean, priority integer, queue_id integer, assigned_to_id integer, submitter_email text,
    merged_to_id integer);
create table helpdesk_followup (id integer primary key, ticket_id integer, date text, title text, comment text,
    public boolean, user_id integer, new_status integer, time_spent integer);
create table helpdesk_ticketchange (id integer primary key, followup_id integer, field text, old_value text,
    new_value text);
insert into helpdesk_queue values (1, 'Care');
"""


def test_a_database_that_hides_most_rows_is_not_believed(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:
        connection.executescript(_DJANGO)
        for number in range(1, 51):
            told = (number, "t", "2026-03-02 09:00", "2026-03-02 09:00", 1, False, 3, 1, None, "x@example.com", None)
            connection.execute(f"insert into helpdesk_ticket values ({', '.join('?' * 11)})", told)
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    given = LiveSource("desk", "django_helpdesk", {}, {"database": url}, Pseudonyms(KEY))
    read(tmp_path, given)
    with sqlite3.connect(tmp_path / "desk.sqlite") as connection:  # as a policy of the database does
        connection.execute("delete from helpdesk_ticket where id > 20")
    with pytest.raises(RunRefused, match="30 of the 50 records it listed before are no longer listed"):
        read(tmp_path, given, at(5, "12:10"))
    assert (_deleted(tmp_path), len(handed(tmp_path)["tickets"])) == ([], 50)


@pytest.mark.parametrize("kind", ["zendesk", "freshdesk", "intercom"])
def test_a_token_that_sees_fewer_tickets_keeps_those_it_saw(kind: str, tmp_path: Path) -> None:
    fake = hosted(kind)
    with served(fake) as at_work:
        given = source(at_work.url, kind)
        read(tmp_path, given)
        before = handed(tmp_path)
        for number in [number for number in fake.tickets if number != 1]:
            del fake.tickets[number]
        if kind == "zendesk":
            fake.audits = [audit for audit in fake.audits if audit["ticket_id"] == 1]
        read(tmp_path, given, at(5, "12:10"))
    assert handed(tmp_path) == before


def test_hours_a_freshdesk_shows_no_more_stay_as_they_were(tmp_path: Path) -> None:
    with served(hosted("freshdesk")) as at_work:
        given = source(at_work.url, "freshdesk")
        read(tmp_path, given)
        before = handed(tmp_path)
        at_work.faults.append(lambda path, _: Answer({}, 403) if path.endswith("business_hours") else None)
        read(tmp_path, given, at(5, "12:10"))
    assert len(before["schedules"]) == 5
    assert handed(tmp_path) == before


def test_a_warehouse_that_lost_a_table_is_not_read(tmp_path: Path) -> None:
    desk: Desk = live(Desk(now=T0), at(5, "12:00"))
    bring(tmp_path / "warehouse.duckdb", desk)
    given = warehouse(tmp_path / "warehouse.duckdb")
    read(tmp_path, given)
    before = handed(tmp_path)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("alter table zendesk.ticket_comment rename to comment_of_ticket")
    with pytest.raises(SourceFailed, match="desk: the table ticket_comment is not there"):
        read(tmp_path, given, at(5, "12:10"))
    assert handed(tmp_path) == before


class _Queues:
    """The queues of an RT: what is listed, and what can be looked at."""

    def __init__(self) -> None:
        self.listed, self.shown = {"1": "Care", "2": "Sales"}, {"1", "2"}

    def answer(self, path: str, *_: Any) -> Answer:
        if path.endswith("/queues/all"):
            return Answer({"items": [{"id": n, "Name": name} for n, name in self.listed.items()], "pages": 1})
        return Answer({}, 200 if path.rpartition("/")[2] in self.shown else 403)


def test_a_queue_that_request_tracker_shows_no_more_is_told_and_a_disabled_one_is_not() -> None:
    queues = _Queues()
    with served(queues) as at_work:
        given = LiveSource("desk", "request_tracker", {"url": at_work.url}, {"token": "t"}, Pseudonyms(KEY), HERE)
        reading = Reading(given, at(5, "12:00"), lambda _: None)
        api = request_tracker.client(reading)

        def read_on(cursor: Cursor | None) -> Iterator[Page]:
            return request_tracker._queues(api, reading, request_tracker._listed_queues(api), cursor)

        [page] = read_on(None)
        del queues.listed["2"]
        [disabled] = read_on(page.cursor)
        assert disabled.cursor == page.cursor == {"queues": {"1": "Care", "2": "Sales"}}
        queues.shown = {"1"}
        with pytest.raises(SourceFailed, match="desk: the queue Sales can no longer be seen; grant SeeQueue"):
            list(read_on(page.cursor))


class _Rights:
    """The tickets of an RT, each with its queue and what happened to it, and what rights hide of them."""

    def __init__(self) -> None:
        self.tickets = {"1": "1", "2": "2", "3": "2"}
        self.said = {number: "1" for number in range(1, 251)} | {251: "2", 252: "3"}
        self.hidden: set[str] = set()  # tickets
        self.unheard = range(0)  # transactions

    def answer(self, path: str, query: Mapping[str, str], *_: Any) -> Answer:
        shown = {number: queue for number, queue in self.tickets.items() if number not in self.hidden}
        if path.endswith("/transactions"):
            return self._transactions(query, shown)
        if path.endswith("/tickets"):
            kind, wanted = query["query"][0], set(re.findall(r"= (\d+)", query["query"]))
            found = [n for n, queue in shown.items() if (n if kind == "i" else queue) in wanted]
            return Answer({"items": [_ticket(number, shown[number]) for number in found]})
        number = path.rpartition("/")[2]
        return Answer({"id": number}, 403 if number in self.hidden else 200 if number in shown else 404)

    def _transactions(self, query: Mapping[str, str], shown: Mapping[str, str]) -> Answer:
        after, size = int(re.findall(r"id > (\d+)", query["query"])[0]), int(query["per_page"])
        there = [number for number, ticket in self.said.items() if number > after and ticket in shown]
        ordered = there if query["order"] == "ASC" else there[::-1]
        page = ordered[(int(query.get("page", 1)) - 1) * size :][:size]
        heard = [_transaction(number, self.said[number]) for number in page if number not in self.unheard]
        return Answer({"items": heard, "total": None, "pages": None})  # as who does not see all is told


def _ticket(number: str, queue: str) -> dict[str, Any]:
    when = {"Created": "2026-03-02T09:00:00Z", "LastUpdated": "2026-03-02T09:00:00Z"}
    nobody: dict[str, Any] = {"Owner": {"id": "Nobody"}, "Requestor": [], "CustomFields": [], "Priority": 0}
    return {"id": number, "Queue": {"id": queue}, "Status": "open", "Subject": "S", **when, **nobody}


def _transaction(number: int, ticket: str) -> dict[str, Any]:
    said = {"Type": "Correspond", "Field": None, "OldValue": None, "NewValue": None, "TimeTaken": 0}
    return {"id": number, "ObjectId": ticket, "Created": "2026-03-02T09:00:00Z", "Creator": {"id": "ana"}, **said}


@pytest.fixture
def rights() -> Iterator[tuple[_Rights, Callable[[Cursor | None], list[Page]]]]:
    """Return an RT and how its transactions are read on."""
    fake = _Rights()
    with served(fake) as at_work:
        given = LiveSource("desk", "request_tracker", {"url": at_work.url}, {"token": "t"}, Pseudonyms(KEY), HERE)
        reading = Reading(given, at(5, "12:00"), lambda _: None)
        api = request_tracker.client(reading)
        people = People(api, given)
        queues = {"1": "Care", "2": "Sales"}
        yield fake, lambda cursor: list(request_tracker._transactions(api, reading, people, queues, cursor))


def test_a_queue_that_hides_the_tickets_it_showed_is_told(
    rights: tuple[_Rights, Callable[[Cursor | None], list[Page]]],
) -> None:
    tracker, read_on = rights
    cursor = read_on(None)[-1].cursor
    tracker.hidden = {"3"}  # a single ticket stays as it was last seen
    assert read_on(cursor)[-1].cursor["id"] == 252
    tracker.hidden = {"2", "3"}
    with pytest.raises(SourceFailed, match="desk: no ticket of the queue Sales can be seen any more; grant ShowTicket"):
        read_on(cursor)
    tracker.hidden, tracker.tickets = set(), {"1": "1", "3": "1"}  # one shredded, one moved: nothing was withdrawn
    assert read_on(cursor)[-1].cursor["shown"] == {"1": "3", "2": "3"}


def test_transactions_that_rights_hide_do_not_end_the_reading(
    rights: tuple[_Rights, Callable[[Cursor | None], list[Page]]],
) -> None:
    tracker, read_on = rights

    def numbers() -> list[int]:
        rows = [row for page in read_on(None) for row in page.rows["transactions"]]
        return [row["transaction_id"] for row in rows if isinstance(row, Mapping)]

    tracker.unheard = range(51, 201)  # more than a page: comments, say
    assert numbers() == [*range(1, 51), *range(201, 253)]
    tracker.unheard = range(51, 253)
    assert numbers() == [*range(1, 51)]
