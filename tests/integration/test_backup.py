"""What was saved comes back as it was, and whoever was erased since does not come back with it."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, make_url, text

from config import cli
from config.errors import BadInput, BadSetting, RunRefused
from config.settings import Settings
from etl.__main__ import main as etl
from etl.backup import back_up, backups, restore
from etl.erasure.erase import erase, erase_again
from etl.erasure.tombstones import FILE as ERASED
from etl.erasure.tombstones import tombstones
from etl.pipeline import FileSource, run
from etl.retention import RUN_LOG
from etl.sources.live.privacy import KEY_VARIABLE
from etl.turns import alone
from forecasting.store import store
from journal import Journal, open_journal
from metrics.outlook import outlook
from metrics.outlook_tables import TABLES as COMPUTED
from metrics.published import current_build
from metrics.shelf import published_path
from tests.support.content import content_hash
from tests.support.live import KEY
from tests.support.postgresql import server_programs

NOW = datetime(2026, 3, 20, tzinfo=UTC)
ENVIRON = {KEY_VARIABLE: KEY}
WHO = "ana-4711"


def _published(settings: Settings, folder: Path, day: int = 0) -> None:
    run([FileSource("desk", (folder,))], settings, NOW + timedelta(days=day), lambda _: None)


def _journal(settings: Settings) -> Journal:
    return open_journal(settings, "kim", None)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """A desk of a few tickets with everything there is to save, and the folder its files are in."""
    base = tmp_path_factory.mktemp("desk")
    rows = [f"{n},2026-03-{1 + n % 18:02},{WHO if n in (7, 8) else f'r{n % 10}'},billing" for n in range(1, 41)]
    (base / "files").mkdir()
    (base / "files" / "tickets.csv").write_text("\n".join(["ticket_id,created_at,requester_id,category", *rows]) + "\n")
    settings = replace(Settings(), home=base / "home")
    _published(settings, base / "files")
    frames = {told.name: pd.DataFrame(columns=told.names) for told in COMPUTED.values() if told.step == "topics"}
    store("topics", current_build(settings).build_id, NOW, frames, settings)
    _journal(settings).record_intervention(f"Called {WHO}.", on=NOW.date(), metric="fcr", direction="up")
    return settings, base / "files"


@pytest.fixture
def desk(lived_in: tuple[Settings, Path], tmp_path: Path) -> Settings:
    settings = replace(lived_in[0], home=tmp_path / "home")
    shutil.copytree(lived_in[0].home, settings.home, symlinks=True)
    return settings


def _build(settings: Settings) -> Path:
    found = published_path(settings.builds)
    assert found is not None
    return found


def test_a_restored_home_is_as_it_was_and_goes_on(
    lived_in: tuple[Settings, Path], desk: Settings, tmp_path: Path
) -> None:
    _journal(desk).annotate("written a moment ago", since=NOW.date())  # stands in the write-ahead log still
    saved = back_up(desk, tmp_path / "backups", NOW)
    assert saved.name == "20260320T000000"
    assert {stat.S_IMODE(path.stat().st_mode) for path in saved.rglob("*") if path.is_file()} == {0o600}
    assert stat.S_IMODE(saved.stat().st_mode) == 0o700
    there = replace(desk, home=tmp_path / "there")
    assert restore(there, saved).names_erased is False
    assert content_hash(_build(there)) == content_hash(_build(desk))
    assert current_build(there).build_id == current_build(desk).build_id
    assert outlook("topics", there).build_id == current_build(desk).build_id
    for book in (Journal.interventions, Journal.annotations):
        assert book(_journal(there)) == book(_journal(desk)) != []
    assert (there.home / RUN_LOG).read_text() == (desk.home / RUN_LOG).read_text()
    done = run([FileSource("desk", (lived_in[1],))], there, NOW + timedelta(days=1), lambda _: None)
    assert sum(count.loaded for count in done.counts) == 0  # what was read before is known


def test_who_was_erased_since_stays_erased(desk: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    before = back_up(desk, folder, NOW)
    assert WHO in _bytes(before)
    erase(desk, WHO, NOW + timedelta(hours=1), forecast=False, environ=ENVIRON)
    back_up(desk, folder, NOW + timedelta(hours=2))

    there = replace(desk, home=tmp_path / "there")
    with pytest.raises(BadSetting, match=f"{KEY_VARIABLE} is not set: somebody was erased since"):
        restore(there, before, environ={})
    assert not there.home.exists()
    brought = restore(there, before, environ=ENVIRON)
    assert (brought.names_erased, brought.as_of) == (True, current_build(desk).as_of.replace(tzinfo=UTC))
    assert published_path(there.builds) is None  # nothing is shown before they are gone
    with pytest.raises(RunRefused, match="an erasure was begun and not finished"):
        tombstones(there, ENVIRON)  # which every run asks first
    done = erase_again(there, NOW + timedelta(hours=3), brought.as_of, forecast=False, environ=ENVIRON)
    assert (done.tickets, done.entries) == (2, 1)
    assert WHO not in _bytes(there.home)
    assert "Called [erased]." in [one.title for one in _journal(there).interventions()]
    assert content_hash(_build(there)) == content_hash(_build(desk))
    assert json.loads((there.home / ERASED).read_text())["unfinished"] is False


def _bytes(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_the_list_of_the_erased_may_come_from_elsewhere(desk: Settings, tmp_path: Path) -> None:
    saved = back_up(desk, tmp_path / "backups", NOW)
    tombstones(desk, ENVIRON, for_erasing=True).add("desk", [WHO]).finish()
    there = replace(desk, home=tmp_path / "there")
    assert restore(there, saved, desk.home / ERASED, ENVIRON).names_erased is True


def test_a_list_that_is_not_there_or_is_none_and_another_key_are_refused(desk: Settings, tmp_path: Path) -> None:
    saved = back_up(desk, tmp_path / "backups", NOW)
    there, list_ = replace(desk, home=tmp_path / "there"), tmp_path / "erased.json"
    with pytest.raises(BadInput, match="no such list"):
        restore(there, saved, list_, ENVIRON)
    list_.write_text('{"erased": []}')
    with pytest.raises(BadInput, match="not a list of who was erased"):
        restore(there, saved, list_, ENVIRON)
    tombstones(desk, ENVIRON, for_erasing=True).add("desk", [WHO]).finish()
    with pytest.raises(BadSetting, match="not the key"):
        restore(there, saved, desk.home / ERASED, {KEY_VARIABLE: KEY[::-1]})
    assert not there.home.exists()


def test_an_erasure_that_was_under_way_once_is_not_so_in_later_backups(desk: Settings, tmp_path: Path) -> None:
    begun = tombstones(desk, ENVIRON, for_erasing=True).add("desk", [WHO])
    back_up(desk, tmp_path / "backups", NOW)
    begun.finish()
    later = back_up(desk, tmp_path / "backups", NOW + timedelta(hours=1))
    there = replace(desk, home=tmp_path / "there")
    assert restore(there, later, environ=ENVIRON).names_erased is False
    assert not tombstones(there, ENVIRON).is_unfinished


def test_an_erasure_repeated_after_a_restore_finishes_what_that_began(desk: Settings, tmp_path: Path) -> None:
    before = back_up(desk, tmp_path / "backups", NOW)
    tombstones(desk, ENVIRON, for_erasing=True).add("desk", [WHO, "r1"]).finish()
    there = replace(desk, home=tmp_path / "there")
    restore(there, before, desk.home / ERASED, ENVIRON)  # and killed before erase_again
    erase(there, "r1", NOW + timedelta(hours=1), forecast=False, environ=ENVIRON)
    assert WHO not in _bytes(there.home)


def test_a_backup_that_fails_leaves_nothing_for_good(desk: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    with pytest.raises(BadInput, match="is it the right DESKPULSE_HOME"):
        back_up(replace(desk, home=tmp_path / "nobody"), folder, NOW)
    (tmp_path / "file").touch()
    with pytest.raises(RunRefused, match="file: not saved"):
        back_up(desk, tmp_path / "file", NOW)
    (folder / "20260301T000000.unfinished" / "outlook").mkdir(parents=True)
    saved = back_up(desk, folder, NOW)
    with pytest.raises(RunRefused, match="not saved"):
        back_up(desk, folder, NOW)  # in the same second
    back_up(desk, folder, NOW + timedelta(seconds=1))
    assert [path.name for path in sorted(folder.iterdir())] == [saved.name, "20260320T000001"]


def test_what_is_not_whole_is_not_brought_back_and_nothing_is_written_over(desk: Settings, tmp_path: Path) -> None:
    saved = back_up(desk, tmp_path / "backups", NOW)
    there = replace(desk, home=tmp_path / "there")
    with pytest.raises(BadInput, match="; move it away, or set DESKPULSE_HOME"):
        restore(desk, saved)
    with pytest.raises(BadInput, match="not a backup, or one that was not finished"):
        restore(there, saved.parent)
    with (saved / "journal.db").open("r+b") as file:
        file.seek(1000)
        file.write(b"x")
    with pytest.raises(BadInput, match=r"journal.db: not as it was saved"):
        restore(there, saved)
    told = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps({**told, "files": {"../../evil": "0"}}))
    with pytest.raises(BadInput, match=r"\.\./\.\./evil lies outside"):
        restore(there, saved)
    assert not there.home.exists()


def test_a_backup_waits_for_a_run_and_older_ones_go(desk: Settings, tmp_path: Path) -> None:
    held, done = threading.Event(), threading.Event()

    def running() -> None:
        with alone(desk.home):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=running)
    thread.start()
    held.wait(10)
    with pytest.raises(RunRefused, match="another run is under way"):
        back_up(desk, tmp_path / "backups", NOW, wait_seconds=0)
    assert backups(tmp_path / "backups") == []
    threading.Timer(0.3, done.set).start()
    for hour in range(4):
        back_up(desk, tmp_path / "backups", NOW + timedelta(hours=hour), keep=2)
    thread.join()
    assert [path.name for path in backups(tmp_path / "backups")] == ["20260320T030000", "20260320T020000"]


def test_the_commands_say_what_they_did(
    desk: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(desk.home))
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    etl(["backup", "--to", str(tmp_path / "backups"), "--keep", "3"])
    [saved] = backups(tmp_path / "backups")
    assert capsys.readouterr().out == f"saved to {saved}\n"
    tombstones(desk, ENVIRON, for_erasing=True).add("desk", [WHO]).finish()
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path / "there"))
    restoring = ["restore", "--from", str(saved), "--erased", str(desk.home / ERASED), "--no-forecast"]
    etl(restoring)
    assert "since then somebody was erased; erased: 2 tickets are nobody's now" in capsys.readouterr().out
    assert cli.guarded(lambda: etl(restoring)) == 1
    assert "move it away, or set DESKPULSE_HOME" in capsys.readouterr().err


def test_a_journal_on_a_server_comes_back_from_its_dump(postgresql: str, tmp_path: Path) -> None:
    """The commands of docs/deploy.md."""
    programs = server_programs()
    assert programs is not None
    with create_engine(postgresql, isolation_level="AUTOCOMMIT").connect() as server:
        for name in ("journal_saved", "journal_back"):
            server.execute(text(f"create database {name}"))
    here, there = (
        replace(Settings(), home=tmp_path, journal_url=make_url(postgresql).set(database=name).render_as_string())
        for name in ("journal_saved", "journal_back")
    )
    _journal(here).annotate("on a server", since=NOW.date())
    plain = [one.journal_url.replace("+psycopg", "") for one in (here, there)]
    dump = str(tmp_path / "journal.dump")
    subprocess.run([str(programs / "pg_dump"), "-Fc", "-f", dump, plain[0]], check=True)
    subprocess.run([str(programs / "pg_restore"), "--no-owner", "-d", plain[1], dump], check=True)
    assert _journal(there).annotations() == _journal(here).annotations() != []
