"""Whatever Freshdesk, Intercom or Jira does: in the end what an undisturbed load brings, or a clear refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from config.errors import RunRefused, SourceFailed
from etl.fakes.server import Answer, served
from etl.sources.freshdesk import asking as freshdesk
from etl.sources.intercom import streams as intercom
from etl.sources.jira import asking as jira
from etl.sources.live import http
from tests.support.live import BOB, FAKES, KIM, at, handed, hosted, read, source, without_ceremony

Handed = dict[str, list[tuple[Any, ...]]]
STREAMS = {"freshdesk": freshdesk, "intercom": intercom, "jira": jira}
# where tickets are listed, what holds them there, and the status of one
LISTED = {"freshdesk": "/api/v2/tickets", "intercom": "/conversations/", "jira": "/search/jql"}
PASSING = (
    Answer({}, 429, {"Retry-After": "7"}),
    Answer({}, 429),
    Answer({"error": "x"}, 500),
    Answer(b"<html>Bad gateway</html>", 502, content_type="text/html"),
    Answer({}, 503, {"Retry-After": "3"}),
    Answer(b"<!doctype html><p>Maintenance", content_type="text/html"),
    Answer(b'{"issues": [{"id": 1, "sta'),
    Answer([], broken="cut"),
    Answer(broken="reset"),
    Answer(b""),
)


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(http.time, "sleep", waits.append)
    return waits


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Handed]:
    @cache
    def loaded(kind: str) -> Handed:
        home = tmp_path_factory.mktemp(kind)
        with served(hosted(kind)) as at_work:
            read(home, source(at_work.url, kind))
        return handed(home)

    return loaded


class Changed:
    """A fake whose answers are changed on the way."""

    def __init__(self, fake: Any, change: Callable[[str, Any], Any]) -> None:
        self.fake, self.change = fake, change

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return self._changed(path, self.fake.answer(path, query, headers))

    def posted(self, path: str, told: Any, headers: Mapping[str, str]) -> Answer:
        return self._changed(path, self.fake.posted(path, told, headers))

    def _changed(self, path: str, answer: Answer) -> Answer:
        if answer.status == 200:
            answer.body = self.change(path, answer.body)
        return answer


@pytest.mark.parametrize("kind", FAKES)
def test_what_passes_is_tried_again(
    kind: str, clean: Callable[[str], Handed], tmp_path: Path, slept: list[float]
) -> None:
    with served(hosted(kind)) as at_work:  # every other request fails, each time otherwise
        at_work.faults.append(lambda _, number: PASSING[number // 2 % len(PASSING)] if number % 2 else None)
        read(tmp_path, source(at_work.url, kind))
    assert handed(tmp_path) == clean(kind)
    assert {7.0, 1.0, 3.0} <= set(slept)


MIDWAY = [
    ("freshdesk", Answer({}, 503), "answered 503, 6 times; run it again"),
    ("intercom", Answer({}, 401), r"does not accept the credentials \(401\)"),
    ("jira", Answer({}, 401), r"does not accept the credentials \(401\)"),
]


@pytest.mark.parametrize(("kind", "fault", "says"), MIDWAY, ids=[kind for kind, *_ in MIDWAY])
def test_a_run_that_ends_midway_goes_on_where_it_was(
    kind: str, fault: Answer, says: str, clean: Callable[[str], Handed], tmp_path: Path
) -> None:
    with served(hosted(kind)) as at_work:
        at_work.faults.append(lambda path, number: fault if LISTED[kind] in path and number > 12 else None)
        with pytest.raises(SourceFailed, match=says):
            read(tmp_path, source(at_work.url, kind), slice_rows=3)
        at_work.faults.clear()
        read(tmp_path, source(at_work.url, kind))
    assert handed(tmp_path) == clean(kind)


@pytest.mark.parametrize("kind", FAKES)
def test_small_pages_and_rows_handed_out_twice_come_to_the_same(
    kind: str, clean: Callable[[str], Handed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(_: str, body: Any) -> Any:
        if isinstance(body, list):
            return body  # of pages told by their length alone a repeated row would be a longer page
        for name in ("conversations", "data", "issues"):
            if isinstance(body.get(name), list):
                body[name] = [*body[name], *body[name][::-1]]
        return body

    monkeypatch.setattr(STREAMS[kind], "PAGE_ROWS", 2)
    fake = hosted(kind)
    fake.page_rows = 2
    with served(Changed(fake, twice)) as at_work:
        read(tmp_path, source(at_work.url, kind), slice_rows=5)
    assert handed(tmp_path) == clean(kind)


@pytest.mark.parametrize("kind", FAKES)
def test_a_ticket_touched_between_pages_and_a_page_of_one_second_lose_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(STREAMS[kind], "PAGE_ROWS", 3)
    fake, touched = hosted(kind), []
    fake.page_rows = 3
    for number in range(50, 58):
        fake.ticket(number, BOB, at(4, "10:00"))

    def touch(path: str, body: Any) -> Any:
        if path.startswith(LISTED[kind]) or path.endswith(LISTED[kind]):
            touched.append(path)
            if len(touched) == 2:
                fake.act(1, at(5, "11:59"), KIM, comment=True, status="closed")
        return body

    with served(Changed(fake, touch)) as at_work:
        read(tmp_path / "run", source(at_work.url, kind))
        read(tmp_path / "run", source(at_work.url, kind), at(5, "12:03"))
        read(tmp_path / "clean", source(at_work.url, kind), at(5, "12:03"))
    run, clean = handed(tmp_path / "run"), handed(tmp_path / "clean")
    assert len(run["tickets"]) == len({row[1] for row in clean["tickets"]})
    assert run == clean


def _tickets(kind: str, body: Any) -> list[dict[str, Any]]:
    """Return the records of tickets an answer holds, whose fields may be spoilt."""
    if kind == "freshdesk":
        rows = body if isinstance(body, list) else []
        return [row for row in rows if "responder_id" in row]
    if kind == "intercom":
        return [body] if isinstance(body, dict) and "conversation_parts" in body else []
    rows = body.get("issues", []) if isinstance(body, dict) else []
    return [row["fields"] for row in rows if "fields" in row]


NAMES = {"freshdesk": ("status", "subject"), "intercom": ("state", "title"), "jira": ("status", "summary")}
DRIFT = {
    "removed": "the field '{0}' is missing",
    "renamed": "the field '{0}' is missing",
    "retyped": "not as documented: dict where a text",
    "new word": "'snoozled'",
}


def _drifted(kind: str, drift: str, ticket: dict[str, Any]) -> None:
    status, title = NAMES[kind]
    if drift == "removed":
        del ticket[status]
    elif drift == "renamed":
        ticket["stage"] = ticket.pop(status)
    elif drift == "retyped":
        ticket[title] = {"text": "x"}
    elif kind == "jira":  # a status says itself what kind it is; a priority does not
        ticket["priority"] = {"name": "snoozled"}
    else:
        ticket[status] = "snoozled"


# Each drift once, and a new word everywhere: what is wrong with a row is found in one place.
DRIFTED = [("freshdesk", "removed"), ("intercom", "renamed"), ("jira", "retyped")]


@pytest.mark.parametrize(("kind", "drift"), [*DRIFTED, *((kind, "new word") for kind in FAKES)])
def test_a_schema_that_drifts_away_blocks_and_is_read_again_when_mended(
    kind: str, drift: str, clean: Callable[[str], Handed], tmp_path: Path
) -> None:
    broken = True

    def change(_: str, body: Any) -> Any:
        for ticket in _tickets(kind, body) if broken else ():
            _drifted(kind, drift, ticket)
        return body

    with served(Changed(hosted(kind), change)) as at_work:
        with pytest.raises(RunRefused, match=DRIFT[drift].format(NAMES[kind][0])):
            read(tmp_path, source(at_work.url, kind))
        broken = False
        read(tmp_path, source(at_work.url, kind))
    assert handed(tmp_path) == clean(kind)


def test_an_export_on_another_host_is_not_fetched(tmp_path: Path) -> None:
    def elsewhere(path: str, body: Any) -> Any:
        return {"export": [{"url": "http://169.254.169.254/x"}]} if path.endswith("ticket_activities") else body

    refused = pytest.raises(SourceFailed, match=r"lies at 169\.254\.169\.254, another host; not followed")
    with served(Changed(hosted("freshdesk"), elsewhere)) as at_work, refused:
        read(tmp_path, source(at_work.url, "freshdesk"))


@pytest.mark.parametrize("kind", FAKES)
def test_a_limit_is_kept_to(kind: str, slept: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = hosted(kind, at(0, "12:00"))
    setattr(fake, "per_window" if kind == "intercom" else "per_minute", 9)
    monkeypatch.setattr(http.time, "sleep", lambda seconds: (slept.append(seconds), fake._asked.clear()))
    with served(fake) as at_work:
        read(tmp_path, source(at_work.url, kind), at(0, "12:02"))
    assert slept
    assert all(0 < pause <= 61 for pause in slept)
