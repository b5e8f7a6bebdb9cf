"""Secrets stay where they are: in no log, no message, no traceback, no description of an object, no file under home."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import DeskpulseError
from config.settings import load_settings
from etl.erasure.tombstones import tombstones
from etl.fakes.server import Answer, served
from etl.pipeline import configured_sources, run
from etl.sources.live import http
from etl.sources.live.privacy import KEY_VARIABLE, pseudonyms
from tests.support.live import KEY, desk

TOKEN = "t0ken-Xq93-never-to-be-seen"
ENVIRON = {KEY_VARIABLE: KEY, "DESKPULSE_DESK_TOKEN": TOKEN}
NOW = datetime(2026, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("status", [401, 403, 500, 302])
def test_a_helpdesk_that_fails_gives_no_secret_away(
    status: int, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http, "TRIES", 1)
    config, home = tmp_path / "deskpulse.toml", tmp_path / "home"
    told: list[str] = []
    with served(desk()) as at_work:
        at_work.faults.append(lambda path, _: Answer({"error": TOKEN}, status, headers={"Location": "/elsewhere"}))
        config.write_text(
            f'home = "{home}"\nallowed_networks = ["127.0.0.1"]\n[sources.desk]\nkind = "zendesk"\n'
            f'url = "{at_work.url}"\nuser = "admin@example.com"\n'
        )
        settings = load_settings(config, {})
        (source,) = configured_sources(settings, (), ENVIRON)
        told += [repr(source), repr(settings), repr(pseudonyms(ENVIRON))]
        try:
            run([source], settings, NOW, told.append)
        except DeskpulseError:
            told.append(traceback.format_exc())
    assert "Traceback" in told[-1], "it failed"
    told += [caplog.text, *capfd.readouterr()]
    told += [path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file()]
    for text in told:
        assert TOKEN not in text
        assert KEY not in text


def test_objects_that_hold_keys_do_not_show_them(tmp_path: Path) -> None:
    settings = load_settings(None, {"DESKPULSE_HOME": str(tmp_path)})
    stones = tombstones(settings, ENVIRON, for_erasing=True).add("*", ["ana"])
    assert KEY not in repr(stones)
    assert KEY not in (tmp_path / "erased.json").read_text()
