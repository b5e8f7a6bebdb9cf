"""Somebody who was erased is gone from everything that is kept, and does not come back."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from config.errors import BadInput, BadSetting, RunRefused
from config.settings import Settings
from etl.erasure import erase as erasing
from etl.erasure.erase import Erasure, erase
from etl.erasure.tombstones import FILE, tombstones
from etl.fakes.server import served
from etl.pipeline import FileSource, run
from etl.sources.live.privacy import KEY_VARIABLE
from forecasting.store import store
from journal import open_journal
from metrics.outlook_tables import TABLES as COMPUTED
from tests.support.live import ANA, BOB, KEY, read, source
from tests.support.live import desk as live_desk

NOW = datetime(2026, 3, 20, tzinfo=UTC)
WHO, SUBJECT = "ana-4711", "My divorce and the invoice"
ENVIRON = {KEY_VARIABLE: KEY}


def _rows() -> dict[str, list[dict[str, Any]]]:
    tickets, events = [], []
    for number in range(1, 121):
        who = WHO if number in (7, 8) else "7" if number == 9 else f"r{number % 10}"
        at = datetime(2026, 3, 2, 9) + timedelta(hours=number)  # noqa: DTZ001 - files tell UTC
        tickets.append(
            {"ticket_id": str(number), "created_at": at.isoformat(), "requester_id": who, "category": "billing",
             "subject": SUBJECT if who == WHO else "A question", "url": f"https://desk.example/{number}?by={who}"}
        )  # fmt: skip
        told = [("created", "requester", who), ("message", "agent", "7"), ("message", "requester", who)]
        for position, (kind, actor, actor_id) in enumerate([*told, ("status", "agent", "7")]):
            events.append(
                {"ticket_id": str(number), "event_id": str(position), "position": position, "event_type": kind,
                 "occurred_at": (at + timedelta(minutes=10 * position)).isoformat(), "actor_type": actor,
                 "actor_id": actor_id, "to_value": "solved" if kind == "status" else ""}
            )  # fmt: skip
    bad = {**tickets[6], "ticket_id": "900", "created_at": "31/02/2026"}
    people = [{"requester_id": who, "organization_id": "acme"} for who in (WHO, "7", "r1", "r2")]
    visit = {"help_session_id": "h1", "session_type": "bot", "started_at": "2026-03-02T08:00:00"}
    return {
        "tickets": [*tickets, bad],
        "events": events,
        "requesters": people,
        "help_sessions": [{**visit, "requester_id": WHO}],
    }


def _write(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for table, told in rows.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(told[0]))
            writer.writeheader()
            writer.writerows(told)
    return folder


def _published(settings: Settings, folder: Path, day: int = 0, **how: Any) -> None:
    run([FileSource("desk", (folder,))], settings, NOW + timedelta(days=day), lambda _: None, **how)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk of two builds, with the person in each of the places where one can be."""
    base = tmp_path_factory.mktemp("desk")
    settings = replace(Settings(), home=base / "home")
    folder = _write(base / "files", _rows())
    _published(settings, folder)
    _published(settings, folder, day=1)
    journal = open_journal(settings, "kim", None)
    note = journal.record_intervention(f"Called {WHO}", done="as agreed", on=NOW.date(), metric="fcr", direction="up")
    journal.update(replace(note, title=f"Called {WHO} twice"))
    topic = {name: None for name in COMPUTED["topic"].names} | {"category": "billing", "example": SUBJECT}
    topics = {"topic": pd.DataFrame([{**topic, "team_keys": "[]", "tickets": 2, "topic_number": 1, "terms": WHO}])}
    store("topics", "old", NOW, topics, settings)
    with (settings.home / "runs.jsonl").open("a") as log:
        log.write(json.dumps({"run_id": "x", "outcome": "refused", "why": f"requester_id '{WHO}' is odd"}) + "\n")
    return base


@pytest.fixture
def desk(lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Path]:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    for name in ("home", "files"):
        shutil.copytree(lived_in / name, tmp_path / name, symlinks=True)
    return replace(Settings(), home=tmp_path / "home"), tmp_path / "files"


def _told(settings: Settings) -> str:
    """Return every value of every database, and every byte of every file, under a home."""
    told = []
    for path in sorted(p for p in settings.home.rglob("*") if p.is_file() and not p.is_symlink()):
        told.append(path.read_bytes().decode("latin-1"))
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                for schema, name in connection.execute(
                    "select schema_name, table_name from duckdb_tables()"
                ).fetchall():
                    told.append(str(connection.execute(f'select * from "{schema}"."{name}"').fetchall()))
    return "\n".join(told)


def _raw(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _erase(settings: Settings, who: str = WHO) -> Erasure:
    return erase(settings, who, NOW + timedelta(days=2), forecast=False, environ=ENVIRON)


def test_nothing_that_is_kept_names_them_and_no_export_brings_them_back(
    desk: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = desk
    before = _told(settings)
    assert before.count(WHO) > 20
    assert SUBJECT in before
    done = _erase(settings)
    assert (done.tickets, done.builds, done.entries) == (2, 2, 2)
    after = _told(settings)
    assert WHO not in after
    assert SUBJECT not in after
    assert len(list((settings.home / "builds").glob("2*.duckdb"))) == 1

    monkeypatch.setenv(KEY_VARIABLE, KEY)
    _published(settings, folder, day=3)  # the same export once more
    assert WHO not in _told(settings)
    counts = _raw(settings, "select sum(loaded), sum(unchanged) from files_load_count where loaded_at >= '2026-03-23'")
    assert counts[0][0] == 0, "what was cut is known by what is left of it"
    rows = _rows()
    rows["tickets"][6]["subject"] = f"{SUBJECT}, again"  # the helpdesk still has them, and changes a ticket
    rows["tickets"].append({**rows["tickets"][0], "ticket_id": "121", "requester_id": f" {WHO} ", "subject": SUBJECT})
    _published(settings, _write(folder, rows), day=4)
    _published(settings, folder, day=5, full_refresh=True)
    assert WHO not in _told(settings)
    assert SUBJECT not in _told(settings)
    assert _raw(settings, "select count(*) from files_tickets where requester_id is null and subject is null") == [(3,)]


def test_their_work_is_still_counted_and_nobody_else_is_touched(desk: tuple[Settings, Path]) -> None:
    settings, _ = desk
    mine = "from files_tickets where ticket_id in ('7', '8')"
    others = "select * from files_tickets where ticket_id not in ('7', '8') order by all"
    untouched = _raw(settings, others)
    _erase(settings)
    assert _raw(settings, others) == untouched
    assert _raw(settings, f"select ticket_id, requester_id, subject, category {mine} order by 1") == [
        ("7", None, None, "billing"),
        ("8", None, None, "billing"),
    ]
    messages = "select count(*) from files_events where event_type = 'message' and actor_type = 'requester'"
    assert _raw(settings, messages) == [(120,)]
    assert _raw(settings, "select count(*) from files_quarantine") == [(0,)]


def test_an_agent_of_the_same_number_stays(desk: tuple[Settings, Path]) -> None:
    settings, _ = desk
    done = _erase(settings, "7")
    assert done.tickets == 1
    agents = "select count(*), count(actor_id) from files_events where actor_type = 'agent'"
    assert _raw(settings, agents) == [(240, 240)]
    assert _raw(settings, "select actor_id from files_events where ticket_id = '9' and actor_type = 'requester'") == [
        (None,),
        (None,),
    ]


def test_a_tombstone_tells_nothing_and_without_its_key_nothing_is_read(
    desk: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = desk
    _erase(settings)
    told = (settings.home / FILE).read_text()
    assert WHO not in told
    assert KEY not in told
    with pytest.raises(BadSetting, match=KEY_VARIABLE):
        _published(settings, folder, day=3)
    monkeypatch.setenv(KEY_VARIABLE, KEY[::-1])
    with pytest.raises(BadSetting, match="not the key"):
        _published(settings, folder, day=3)


def test_an_erasure_that_was_killed_is_finished_before_anything_is_read(
    desk: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = desk

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "erase_raw", killed)
        with pytest.raises(KeyboardInterrupt):
            _erase(settings)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    with pytest.raises(RunRefused, match="not finished"):
        _published(settings, folder, day=3)
    _erase(settings)
    assert WHO not in _told(settings)
    _published(settings, folder, day=3)
    assert not tombstones(settings, ENVIRON).is_unfinished


def test_who_is_not_known_is_said_and_erasing_twice_is_erasing_once(desk: tuple[Settings, Path]) -> None:
    settings, _ = desk
    with pytest.raises(BadInput, match="nobody is known as 'ben'"):
        _erase(settings, "ben")
    assert not (settings.home / FILE).exists()
    _erase(settings)
    assert _erase(settings).tickets == 0


def test_a_requester_of_a_helpdesk_read_live_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    settings = replace(Settings(), home=tmp_path)
    with served(live_desk()) as at_work:
        given = source(at_work.url)
        read(tmp_path, given)
        messages = "select count(*) from zendesk_events where updater_id in ('{}', 'erased')"
        before = _raw(settings, messages.format(ANA))
        account = "select email_key from zendesk_users where user_id = '{}'"
        [(address_key,)] = _raw(settings, account.format(ANA))
        assert erase(settings, str(ANA), NOW, environ=ENVIRON).tickets == 4
        for more in (False, True):
            counts = read(tmp_path, given, full_refresh=more)
            assert more or sum(count.loaded for count in counts) == 0
            with duckdb.connect(str(settings.raw_path), read_only=True) as connection:
                for table in ("tickets", "events", "users"):
                    told = connection.execute(
                        f"select * exclude (_row_hash, _loaded_at) from zendesk_{table}"
                    ).fetchall()
                    values = {str(value) for row in told for value in row}
                    assert not values & {str(ANA), str(address_key)}
        assert _raw(settings, messages.format(ANA)) == before
        assert _raw(settings, account.format(BOB)) != []
