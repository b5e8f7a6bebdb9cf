"""Any permutation, duplication or re-paging of the same records hands over the same tickets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import BadSetting
from config.repeating import again_and_again, span
from config.settings import Settings
from etl.fakes.server import served
from etl.import_format import Table
from etl.import_format.kinds import instant, text
from etl.sources.catalog import connector
from etl.sources.files import raw
from etl.sources.jira import streams as jira
from etl.sources.live.extraction import load_live
from etl.sources.live.kinds import Connector, Cursor, LiveSource, Page, Reading, Stream
from etl.sources.live.privacy import Pseudonyms, pseudonyms
from etl.sources.live.spans import DAY, Pages, by_parts
from tests.support.live import KEY, T0, at, handed, hosted, read, source, without_ceremony

VERSIONED = Table("things", "", ("id",), (text("id", "", required=True), instant("at", ""), text("said", "")), "at")
Row = dict[str, Any]


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


def _newest(home: Path) -> list[tuple[Any, ...]]:
    with raw.opened(home / "extract.duckdb") as connection:
        return connection.execute(
            'select id, "at", said from things_things qualify row_number() over ('
            'partition by id order by "at" desc, _loaded_at desc, _row_hash desc) = 1 order by id'
        ).fetchall()


def _load(home: Path, pages: list[list[Row]], slice_rows: int, now: datetime) -> None:
    def read(cursor: Cursor | None) -> Iterator[Page]:
        begin = (cursor or {}).get("page", 0)
        for number, rows in enumerate(pages[begin:], start=begin + 1):
            yield Page({"things": rows}, {"page": number})

    def streams(_: Reading) -> list[Stream]:
        return [Stream("things", read)]

    connector = Connector("things", "", (VERSIONED,), (), (), streams, lambda _: iter(()))
    source = LiveSource("desk", "things", {}, {}, Pseudonyms(KEY))
    chosen = Settings(home=home)
    load_live(source, connector, chosen, run_id="r", now=now, progress=lambda _: None, slice_rows=slice_rows)


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[Row], list[list[Row]], list[int], int]:
    versions = draw(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=12, unique=True))
    rows = [{"id": str(i), "at": T0.replace(tzinfo=None) + timedelta(hours=h), "said": f"{i}-{h}"} for i, h in versions]
    told = draw(st.permutations(rows + draw(st.lists(st.sampled_from(rows), max_size=6))))
    cuts = sorted(draw(st.lists(st.integers(0, len(told)), max_size=4)))
    pages = [told[a:b] for a, b in zip([0, *cuts], [*cuts, len(told)], strict=True)]
    runs = sorted(draw(st.lists(st.integers(0, len(pages)), max_size=3)))
    return rows, pages, runs, draw(st.integers(1, 6))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_histories())
def test_any_order_any_pages_any_repeats_come_to_the_newest(history: Any) -> None:
    rows, pages, runs, slice_rows = history
    with tempfile.TemporaryDirectory() as folder:
        for number, upto in enumerate([*runs, len(pages)]):
            _load(Path(folder), pages[:upto], slice_rows, T0 + timedelta(minutes=number))
        newest = {row["id"]: row for row in sorted(rows, key=lambda row: row["at"])}
        assert _newest(Path(folder)) == [(i, row["at"], row["said"]) for i, row in sorted(newest.items())]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, Row]], dict[str, Any]]:
    """Return all a Jira tells of a week, row by row with its table, and what is handed over of it."""
    home = tmp_path_factory.mktemp("jira")
    with served(hosted("jira")) as at_work:
        given = source(at_work.url, "jira")
        read(home, given)
        pages = [p for stream in jira.streams(Reading(given, at(5, "12:02"), print)) for p in stream.pages(None)]
    return [(table, row) for page in pages for table, rows in page.rows.items() for row in rows], handed(home)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_any_pages_any_repeats_of_events_hand_over_the_same(
    told: tuple[list[tuple[str, Row]], dict[str, Any]], data: st.DataObject
) -> None:
    rows, expected = told
    again = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=20))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(again)), max_size=5)))
    pages = [again[a:b] for a, b in zip([0, *cuts], [*cuts, len(again)], strict=True)]

    def read_so(_: Cursor | None) -> Iterator[Page]:
        for number, page in enumerate(pages):
            by_table = {table: [row for name, row in page if name == table] for table, _ in page}
            yield Page(by_table, {"page": number})

    vendor = replace(connector("jira"), streams=lambda _: [Stream("tickets", read_so)])
    with tempfile.TemporaryDirectory() as folder:
        given = LiveSource("desk", "jira", {}, {}, Pseudonyms(KEY))
        shared = {"run_id": "r", "now": T0, "progress": lambda _: None}
        load_live(given, vendor, Settings(home=Path(folder)), slice_rows=data.draw(st.integers(1, 80)), **shared)
        assert handed(Path(folder)) == expected


_PARTS = ("a", "b", "c")
_RUNS = st.lists(
    st.tuples(st.sets(st.sampled_from(_PARTS), min_size=1), st.integers(10, 60), st.sampled_from([2, 4, 1000])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PARTS), st.integers(0, 120)), min_size=4, max_size=15), _RUNS)
def test_whatever_was_seen_when_and_whatever_ended_early_all_is_read_once_all_is_seen(
    touched: list[tuple[str, int]], runs: list[tuple[set[str], int, int]]
) -> None:
    begin = T0 - timedelta(days=400)
    given = LiveSource("desk", "things", {}, {}, Pseudonyms(KEY))
    records: list[Row] = [
        {"n": n, "part": part, "at": int(begin.timestamp()) + day * DAY} for n, (part, day) in enumerate(touched)
    ]
    cursor, met, day = None, set[int](), 0
    for seen, days, most in [*runs, (set(_PARTS), 400, 10**6), (set(_PARTS), 1, 10**6)]:
        day += days  # a run happens so many days after the one before, and ends early after so many pages
        now = begin + timedelta(days=day)

        def pages(parts: list[str], until: float = now.timestamp()) -> Pages:
            def found(first: int, end: int | None) -> Iterator[tuple[list[Row], int]]:
                for row in records:
                    if row["part"] in parts and first <= row["at"] < min(end or until, until):
                        yield [row], row["at"]

            return found

        again, reading = 0, Reading(given, now, print)
        for number, (told, reached) in enumerate(by_parts(reading, cursor, int(begin.timestamp()), seen, pages)):
            if number >= most:
                break
            again += len({row["n"] for row in told} & met)
            met |= {row["n"] for row in told}
            cursor = reached
    assert met == set(range(len(records)))
    newest = max((row["at"] for row in records), default=0)
    assert again <= sum(row["at"] >= newest - 600 for row in records)  # once all is read, only the newest come again


def test_a_pseudonym_needs_a_key_worth_the_name() -> None:
    assert Pseudonyms(KEY).of(" Ana@Example.com") == Pseudonyms(KEY).of("ana@example.com")
    assert Pseudonyms(KEY).of("ana@example.com") != Pseudonyms(KEY[::-1]).of("ana@example.com")
    assert Pseudonyms(KEY).of("") is None
    for key in ("", "short", "changeme" * 5, "0" * 40):
        with pytest.raises(BadSetting, match="DESKPULSE_PSEUDONYM_KEY"):
            pseudonyms({"DESKPULSE_PSEUDONYM_KEY": key})


def test_runs_again_so_long_after_each_beginning_and_survives_failures() -> None:
    clock, slept, told = [0.0], [], []

    def work() -> None:
        clock[0] += 100
        raise BadSetting("no such thing")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    again_and_again(work, span("15m"), told.append, clock=lambda: clock[0], sleep=sleep, times=3)
    assert slept == [800.0, 800.0]
    assert [str(error) for error in told] == ["no such thing"] * 3
    with pytest.raises(BadSetting, match="90s, 15m or 1h"):
        span("soon")
