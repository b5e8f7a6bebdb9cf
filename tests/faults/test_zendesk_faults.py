"""Whatever a helpdesk does: in the end what an undisturbed load brings, or a clear refusal with nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.errors import BadInput, DeskpulseError, RunRefused, SourceFailed
from config.settings import Settings
from etl.connecting import forget
from etl.fakes.server import Answer, served
from etl.fakes.zendesk import Zendesk
from etl.pipeline import run
from etl.sources.live import http
from etl.sources.zendesk import streams
from tests.support.live import ANA, KIM, at, desk, handed, read, source

Handed = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    home = tmp_path_factory.mktemp("clean")
    with served(desk()) as at_work:
        read(home, source(at_work.url))
    return handed(home)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(http.time, "sleep", waits.append)
    return waits


def once(answer: Answer, path: str, times: int = 1, after: int = 0) -> Callable[[str, int], Answer | None]:
    """Answer so for the first ``times`` requests of a path, past the first ``after``."""
    met = 0

    def fault(asked: str, _: int) -> Answer | None:
        nonlocal met
        if path not in asked:
            return None
        met += 1
        return answer if after < met <= after + times else None

    return fault


TICKETS, EVENTS = "incremental/tickets", "ticket_events"
PASSING = {
    "429 with Retry-After": (Answer({}, 429, {"Retry-After": "7"}), [7.0]),
    "429 with a date long past": (Answer({}, 429, {"Retry-After": "Mon, 02 Mar 2026 09:00:00 GMT"}), [0.0]),
    "429 without Retry-After": (Answer({}, 429), [1.0]),
    "500": (Answer({"error": "x"}, 500), [1.0]),
    "502": (Answer(b"<html>Bad gateway</html>", 502, content_type="text/html"), [1.0]),
    "503": (Answer({}, 503, {"Retry-After": "3"}), [3.0]),
    "HTML with 200": (Answer(b"<!doctype html><p>Maintenance", content_type="text/html"), [1.0]),
    "HTML that says it is JSON": (Answer(b"<html>login</html>"), [1.0]),
    "an empty answer": (Answer(b""), [1.0]),
    "truncated JSON": (Answer(b'{"tickets": [{"id": 1, "sta'), [1.0]),
    "cut off": (Answer({"tickets": []}, broken="cut"), [1.0]),
    "reset": (Answer(broken="reset"), [1.0]),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(fault: str, clean: Handed, tmp_path: Path, slept: list[float]) -> None:
    answer, waits = PASSING[fault]
    with served(desk()) as at_work:
        at_work.faults.append(once(answer, TICKETS))
        read(tmp_path, source(at_work.url))
    assert handed(tmp_path) == clean
    assert slept == waits


def test_a_helpdesk_that_hangs_is_left_and_tried_again(
    clean: Handed, tmp_path: Path, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = http.Client.__init__
    monkeypatch.setattr(
        http.Client, "__init__", lambda self, *a, **k: patient(self, *a, **{**k, "timeout": (1.0, 0.3)})
    )
    with served(desk()) as at_work:
        at_work.hang_seconds = 1.0
        at_work.faults.append(once(Answer(broken="hang"), EVENTS))
        read(tmp_path, source(at_work.url))
    assert handed(tmp_path) == clean
    assert slept == [1.0]


def test_what_does_not_pass_ends_the_run_and_the_next_one_goes_on(
    clean: Handed, tmp_path: Path, slept: list[float]
) -> None:
    fake = desk()
    fake.page_rows = 3
    with served(fake) as at_work:
        at_work.faults.append(once(Answer({}, 503), EVENTS, times=http.TRIES, after=3))
        with pytest.raises(SourceFailed, match="answered 503, 6 times; run it again later"):
            read(tmp_path, source(at_work.url))
        before = len(at_work.asked)
        read(tmp_path, source(at_work.url))
        again = [asked for asked in at_work.asked[before:] if TICKETS in asked]
    assert handed(tmp_path) == clean
    assert len(again) == 1  # from the cursor on: an empty page


def test_credentials_withdrawn_midway_are_told_and_nothing_is_lost(clean: Handed, tmp_path: Path) -> None:
    with served(desk()) as at_work:
        at_work.faults.append(once(Answer({"error": "no"}, 401), EVENTS))
        with pytest.raises(SourceFailed, match=r"does not accept the credentials \(401\); see: python -m etl check"):
            read(tmp_path, source(at_work.url))
        assert sum(EVENTS in asked for asked in at_work.asked) == 1  # a refusal is not asked again
        read(tmp_path, source(at_work.url))
    assert handed(tmp_path) == clean


def test_a_next_page_on_another_host_is_not_followed(tmp_path: Path) -> None:
    stolen = {"groups": [], "meta": {"has_more": True}, "links": {"next": "http://127.0.0.2/groups.json"}}
    with served(desk()) as at_work:
        at_work.faults.append(once(Answer(stolen), "groups"))
        with pytest.raises(SourceFailed, match="another host; not followed"):
            read(tmp_path, source(at_work.url))
        at_work.faults[:] = [once(Answer(b"", 302, {"Location": "http://169.254.169.254/"}), "groups")]
        with pytest.raises(SourceFailed, match=r"redirects to 169\.254\.169\.254"):
            read(tmp_path, source(at_work.url))


@pytest.mark.parametrize("page_rows", [3, 7])
def test_pages_of_any_size_come_to_the_same(page_rows: int, clean: Handed, tmp_path: Path) -> None:
    fake = desk()
    fake.page_rows, fake.listing_rows = page_rows, 1
    with served(fake) as at_work, _page_size(page_rows):
        read(tmp_path, source(at_work.url), slice_rows=5)
    assert handed(tmp_path) == clean


@contextmanager
def _page_size(rows: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "PAGE_ROWS", rows)
        yield


def _served_so(fake: Zendesk, change: Callable[[str, dict[str, Any]], None]) -> Any:
    """Serve a fake whose answers are changed on the way."""
    honest = fake.answer

    class Changed:
        def answer(self, path: str, query: Any, headers: Any) -> Answer:
            found = honest(path, query, headers)
            if isinstance(found.body, dict):
                found.body = dict(found.body)
                change(path, found.body)
            return found

    return served(Changed())


def test_rows_handed_out_twice_count_once(clean: Handed, tmp_path: Path) -> None:
    def twice(_: str, body: dict[str, Any]) -> None:
        for name in ("tickets", "ticket_events", "users"):
            if name in body:
                body[name] = body[name] + body[name][::-1]

    with _served_so(desk(), twice) as at_work:
        counts = read(tmp_path, source(at_work.url))
    assert handed(tmp_path) == clean
    assert sum(c.superseded for c in counts) > 10


def test_figures_beside_the_tickets_are_read_as_those_within(clean: Handed, tmp_path: Path) -> None:
    def beside(_: str, body: dict[str, Any]) -> None:
        if "tickets" in body:
            told = [(dict(ticket), ticket.get("metric_set")) for ticket in body["tickets"]]
            body.update(tickets=[ticket for ticket, _ in told], metric_sets=[figures for _, figures in told if figures])
            for ticket in body["tickets"]:
                ticket.pop("metric_set")

    with _served_so(desk(), beside) as at_work:
        read(tmp_path, source(at_work.url))
    assert len(clean["vendor_figures"]) > 40
    assert handed(tmp_path) == clean


def test_an_empty_last_page_without_a_cursor_keeps_the_one_before(clean: Handed, tmp_path: Path) -> None:
    def emptied(path: str, body: dict[str, Any]) -> None:
        if path.endswith("cursor.json") and not next(iter(body.values())):
            body.update(after_cursor=None, after_url=None)

    with _served_so(desk(), emptied) as at_work:
        read(tmp_path, source(at_work.url))
        read(tmp_path, source(at_work.url), at(5, "12:10"))
        third = read(tmp_path, source(at_work.url), at(5, "12:20"))
    assert handed(tmp_path) == clean
    assert next(c.read for c in third if c.table == "tickets") == 0


def test_a_cursor_that_does_not_move_is_told_and_not_followed_for_ever(tmp_path: Path) -> None:
    def stuck(path: str, body: dict[str, Any]) -> None:
        if path.endswith("tickets/cursor.json"):
            body.update(end_of_stream=False)

    with _served_so(desk(), stuck) as at_work, pytest.raises(SourceFailed, match="does not move on"):
        read(tmp_path, source(at_work.url))


def test_more_events_of_one_second_than_fit_a_page(tmp_path: Path) -> None:
    fake = desk()
    for _ in range(25):
        fake.act(6, at(4, "10:00"), KIM, comment=False)
    with served(fake) as at_work:
        read(tmp_path / "clean", source(at_work.url))
        fake.page_rows = 5
        with _page_size(5):
            read(tmp_path / "paged", source(at_work.url))
    assert handed(tmp_path / "paged") == handed(tmp_path / "clean")

    def cut(path: str, body: dict[str, Any]) -> None:  # a vendor that parts a second after all
        if "ticket_events" in body:
            body.update(ticket_events=body["ticket_events"][:5], end_of_stream=False)
            body["end_time"] = body["ticket_events"][-1]["timestamp"]

    with _served_so(fake, cut) as at_work, _page_size(5), pytest.raises(SourceFailed, match="share the second"):
        read(tmp_path / "cut", source(at_work.url))


def test_an_expired_cursor_is_replaced(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        read(tmp_path / "run", source(at_work.url))
        with duckdb.connect(str(tmp_path / "run" / "extract.duckdb"), read_only=True) as connection:
            told = connection.execute("select cursor::json->>'cursor' from live_slice").fetchall()
        fake.expired = {row[0] for row in told if row[0]}
        fake.act(1, at(5, "12:30"), KIM, status="closed")
        fake.now = at(5, "13:00")
        read(tmp_path / "run", source(at_work.url), at(5, "13:00"))
        read(tmp_path / "clean", source(at_work.url), at(5, "13:00"))
    assert handed(tmp_path / "run") == handed(tmp_path / "clean")


def test_a_clock_ahead_of_ours_delays_and_loses_nothing(tmp_path: Path) -> None:
    fake = desk()
    fake.ticket(9, ANA, at(5, "12:04"))
    fake.now = at(5, "12:10")  # theirs is eight minutes ahead
    settings = replace(Settings(), home=tmp_path)
    with served(fake) as at_work:
        first = run([source(at_work.url)], settings, at(5, "12:02"), lambda _: None)
        second = run([source(at_work.url)], settings, at(5, "12:05"), lambda _: None)
    assert [_tickets(result.path) for result in (first, second)] == [5, 6]


def test_our_own_clock_that_goes_back_makes_nothing_older(tmp_path: Path) -> None:
    fake = desk()
    with served(fake) as at_work:
        read(tmp_path / "run", source(at_work.url))
        fake.act(1, at(5, "12:30"), KIM, status="closed")
        fake.group(32, "Sales, renamed")  # told without a version: the newest load counts
        fake.now = at(5, "13:00")
        read(tmp_path / "run", source(at_work.url), at(4, "09:00"))
        read(tmp_path / "clean", source(at_work.url), at(5, "13:00"))
    assert handed(tmp_path / "run") == handed(tmp_path / "clean")


def _tickets(build: Path) -> int:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as build (read_only)")
        [(count,)] = connection.execute(
            "select count(*) from build.fct_ticket where not is_deleted and not is_merged"
        ).fetchall()
    return int(count)


def test_a_ticket_updated_between_pages_is_not_lost(tmp_path: Path) -> None:
    fake = desk()
    fake.page_rows = 3
    touched = []

    def touch(path: str, body: dict[str, Any]) -> None:
        if path.endswith("tickets/cursor.json") and not touched:
            touched.append(1)
            fake.act(1, at(5, "11:59"), KIM, status="closed")

    with _served_so(fake, touch) as at_work, _page_size(3):
        read(tmp_path / "run", source(at_work.url))
        read(tmp_path / "clean", source(at_work.url))
    assert handed(tmp_path / "run") == handed(tmp_path / "clean")
    assert "closed" in next(row for row in handed(tmp_path / "run")["tickets"] if row[1] == "1")


DRIFT: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "removed": (lambda t: t.pop("status"), "the field 'status' is missing"),
    "renamed": (lambda t: t.update(state=t.pop("status")), "the field 'status' is missing"),
    "retyped": (lambda t: t.update(subject={"text": "x"}), "not as documented: dict where a text"),
    "no time": (lambda t: t.update(created_at="yesterday"), "not as documented: Invalid isoformat"),
    "new word": (lambda t: t.update(status="snoozed"), "status snoozed is none of new, open"),
}


@pytest.mark.parametrize("drift", DRIFT)
def test_a_schema_that_drifts_away_blocks_and_is_read_again_when_mended(
    drift: str, clean: Handed, tmp_path: Path
) -> None:
    spoil, says = DRIFT[drift]
    broken = True

    def drifted(_: str, body: dict[str, Any]) -> None:
        if broken and "tickets" in body:
            body["tickets"] = [dict(ticket) for ticket in body["tickets"]]
            for ticket in body["tickets"]:
                spoil(ticket)

    with _served_so(desk(), drifted) as at_work:
        with pytest.raises(RunRefused, match=says):
            read(tmp_path, source(at_work.url))
        broken = False
        read(tmp_path, source(at_work.url))
    assert handed(tmp_path) == clean


def test_a_field_that_is_new_is_recorded_and_told(tmp_path: Path) -> None:
    fake, news = desk(), []
    with served(fake) as at_work:
        read(tmp_path, source(at_work.url))
        fake.act(6, at(5, "12:30"), KIM, sentiment="angry", status="open")
        fake.now = at(5, "13:00")
        read(tmp_path, source(at_work.url), at(5, "13:00"), progress=news.append)
    assert "desk: fields not seen before: tickets.sentiment" in news


def test_one_bad_row_among_many_is_kept_aside_with_its_reason(tmp_path: Path) -> None:
    fake = desk()
    for number in range(100, 230):
        fake.ticket(number, ANA, at(4, "10:00"))
    fake.tickets[150]["priority"] = "frantic"
    settings = replace(Settings(), home=tmp_path)
    with served(fake) as at_work:
        result = run([source(at_work.url)], settings, at(5, "12:02"), lambda _: None)
    tickets = next(count for count in result.counts if count.table == "tickets")
    assert (tickets.read, tickets.loaded, tickets.quarantined) == (137, 136, 1)
    with duckdb.connect(str(tmp_path / "extract.duckdb"), read_only=True) as connection:
        [(reason, row)] = connection.execute("select reason, row_json from files_quarantine").fetchall()
    assert reason == "priority frantic is none of low, normal, high, urgent"
    assert row == '{"ticket_id": "150"}'


def test_the_old_build_is_served_while_the_helpdesk_is_away(tmp_path: Path, slept: list[float]) -> None:
    fake, settings = desk(), replace(Settings(), home=tmp_path)
    with served(fake) as at_work:
        before = run([source(at_work.url)], settings, at(5, "12:02"), lambda _: None)
        at_work.faults.append(lambda *_: Answer({}, 500))
        with pytest.raises(SourceFailed, match="answered 500"):
            run([source(at_work.url)], settings, at(5, "12:10"), lambda _: None)
    assert (settings.builds / "current.duckdb").resolve() == before.path.resolve()


def test_a_desk_read_by_half_is_not_published(tmp_path: Path, slept: list[float]) -> None:
    from etl.handing import attach_raw

    with served(desk()) as at_work:
        at_work.faults.append(once(Answer({}, 500), EVENTS, times=99))
        with pytest.raises(DeskpulseError):
            read(tmp_path, source(at_work.url))
    with duckdb.connect() as connection, pytest.raises(RunRefused, match="desk was not yet read to its end"):
        attach_raw(connection, tmp_path / "extract.duckdb")
    settings = replace(Settings(), home=tmp_path)
    with pytest.raises(BadInput, match="nothing was read of a source called 'dsk'; read were: desk"):
        forget(settings, "dsk")
    assert "is forgotten" in forget(settings, "desk")
    with duckdb.connect() as connection:
        assert not attach_raw(connection, tmp_path / "extract.duckdb")
        assert connection.execute("select count(*) from raw.zendesk_tickets").fetchone() == (0,)
