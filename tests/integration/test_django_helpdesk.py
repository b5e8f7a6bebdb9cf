"""A real django-helpdesk, filled through its own forms: loaded, changed, loaded again; figures worked out by hand."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.errors import BadSetting, SourceFailed
from config.settings import Settings
from etl.connecting import check
from etl.import_format import TABLES
from etl.pipeline import run
from etl.sources.live.kinds import LiveSource
from etl.sources.live.privacy import Pseudonyms
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.live import KEY, at, handed, read

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("helpdesk", reason="django-helpdesk is not installed")


def _lives(database: Path, *steps: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.django_desk", str(database), *steps]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    _lives(database, "begin")
    return database


@pytest.fixture
def database(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(begun, tmp_path / "desk.sqlite"))


def _source(database: Path, **options: Any) -> LiveSource:
    return LiveSource("desk", "django_helpdesk", options, {"database": f"sqlite:///{database}"}, Pseudonyms(KEY))


@pytest.mark.slow
def test_a_real_django_helpdesk_comes_to_figures_worked_out_by_hand(database: Path, tmp_path: Path) -> None:
    settings = replace(Settings(), home=tmp_path / "home")
    source = _source(database)
    run([source], settings, at(1, "09:45"), lambda _: None)
    again = read(settings.home, source, at(1, "09:50"))
    assert sum(count.loaded for count in again) == 0
    _lives(database, "later")
    result = run([source], settings, at(30, "12:00"), lambda _: None)
    # Tickets 1 to 4 changed, 5 came and went, 6 came; follow-ups 7 and 9 to 12; of owner and of queue
    loaded = {count.table: count.loaded for count in result.counts}
    assert (loaded["tickets"], loaded["followups"], loaded["changes"]) == (5, 5, 2)
    assert not [check for check in result.checks if not check.passed and not check.is_warning]
    names = ("tickets_created", "reopens", "fcr", "reopen_rate", "repeat_contact_rate", "aht")
    answer = ask(Question(names), Scope.everything(), current_build(settings))
    told = {row["metric"]: (row["numerator"], row["denominator"]) for row in answer.to_dict("records")}
    assert told["tickets_created"][0] == 4  # 1, 2, 4 and 6; 3 was merged, 5 deleted
    assert told["reopens"][0] == 1  # ticket 1 on Thursday
    assert told["reopen_rate"] == (1, 2)
    assert told["fcr"] == (1, 2)  # ticket 2; 1 came back
    read(tmp_path / "clean", source, at(30, "12:00"))
    assert handed(settings.home) == handed(tmp_path / "clean")
    held = (settings.home / "extract.duckdb").read_bytes()
    for secret in (b"what somebody wrote", b"ana@example.com", b"Refunded", b"kim@desk.example"):
        assert secret not in held


def test_a_follow_up_that_was_edited_counts_once_and_a_deleted_ticket_not_at_all(
    database: Path, tmp_path: Path
) -> None:
    read(tmp_path, _source(database), at(1, "09:45"))
    with sqlite3.connect(database) as desk:  # as its edit form does: written anew under another number
        columns = "date, title, comment, public, new_status, ticket_id, user_id, message_id, time_spent"
        desk.execute(f"insert into helpdesk_followup ({columns}) select {columns} from helpdesk_followup where id = 4")
        desk.execute("delete from helpdesk_ticketchange where followup_id = 4")
        desk.execute("delete from helpdesk_followup where id = 4")
        desk.execute("delete from helpdesk_followup where ticket_id = 3")
        desk.execute("delete from helpdesk_ticket where id = 3")
    read(tmp_path, _source(database), at(1, "10:45"))
    told = handed(tmp_path)
    messages = [row for row in told["events"] if row[1] == "2" and row[5] == "message"]
    assert len(messages) == 1
    deleted = 1 + [c.name for c in TABLES["tickets"].columns].index("is_deleted")
    assert {row[1] for row in told["tickets"] if row[deleted]} == {"3"}


def test_check_tells_what_can_be_read_and_hides_the_password(database: Path, tmp_path: Path) -> None:
    environ = {"DESKPULSE_DESK_DATABASE": f"sqlite:///{database}", "DESKPULSE_PSEUDONYM_KEY": KEY}
    settings = replace(Settings(), sources={"desk": {"kind": "django_helpdesk", "category_field": "topic"}})
    findings = {f.what: f for f in check(settings, "desk", datetime.now(UTC), environ)}
    assert findings["helpdesk_followup"].says == "6 rows"
    assert findings["history"].says == "Owner"
    assert findings["category_field"].says == "there is no custom field 'topic'"
    environ["DESKPULSE_DESK_DATABASE"] = "sqlite:////nowhere/secret-password.db"
    (broken,) = check(settings, "desk", datetime.now(UTC), environ)
    assert not broken.ok
    assert "secret-password" not in broken.says
    source = LiveSource("desk", "django_helpdesk", {}, {"database": "hello"}, Pseudonyms(KEY))
    with pytest.raises(BadSetting, match="is it a SQLAlchemy URL"):
        read(tmp_path, source)
    source = LiveSource("desk", "django_helpdesk", {}, {"database": "sqlite:////nowhere/x.db"}, Pseudonyms(KEY))
    with pytest.raises(SourceFailed, match="unable to open database file"):
        read(tmp_path, source)
