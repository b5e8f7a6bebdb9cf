"""A real Request Tracker 5, filled through its own interface: init, check, run; changed; run again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.errors import SourceFailed
from config.settings import load_settings
from etl.__main__ import main
from etl.pipeline import configured_sources, run
from etl.sources.request_tracker import streams
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.live import KEY, at, handed, read
from tests.support.request_tracker import MISSING, Tracker, tracker

REQUIRED = os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1"
pytestmark = pytest.mark.skipif(MISSING and not REQUIRED, reason="needs Debian's request-tracker5 and libfaketime")


def _begin(desk: Tracker) -> None:
    """Two tickets solved, two open: Monday to Tuesday morning."""
    for name in ("kim", "lee"):
        desk.user(name, RealName=name.title(), EmailAddress=f"{name}@desk.example", Privileged=1)
    for address in ("ana@example.com", "bob@example.com"):
        desk.user(address, EmailAddress=address)
    desk.ask("POST", "queue", {"Name": "Sales"})
    desk.at(at(0, "09:00"))
    first = desk.ticket("ana@example.com", CustomFields={"Topic": "billing"})
    desk.at(at(0, "09:20"))
    desk.change(first, "kim", Owner="kim")
    desk.say(first, "kim", minutes=15)
    desk.change(first, "kim", Status="resolved")
    desk.at(at(0, "10:00"))
    second = desk.ticket("bob@example.com", CustomFields={"Topic": "login"})
    desk.at(at(0, "11:00"))
    desk.say(second, "kim")
    desk.change(second, "kim", Status="resolved")
    desk.at(at(1, "09:00"))
    desk.ticket("ana@example.com")
    desk.at(at(1, "09:30"))
    desk.ticket("ana@example.com")


def _later(desk: Tracker) -> None:
    """The third is merged into the fourth, a fifth deleted; the first comes back on Thursday."""
    desk.at(at(1, "10:00"))
    desk.change(3, "lee", MergeInto=4)
    desk.at(at(1, "11:30"))
    desk.change(4, "lee", Queue="Sales", Owner="lee")
    desk.say(4, "lee")
    desk.at(at(1, "12:00"))
    fifth = desk.ticket("bob@example.com")
    desk.at(at(1, "13:00"))
    desk.change(fifth, "lee", Status="deleted")
    desk.at(at(3, "14:00"))
    desk.say(1, "ana@example.com")
    desk.at(at(3, "15:00"))
    desk.say(1, "kim")
    desk.change(1, "kim", Status="resolved")


@pytest.mark.slow
def test_a_helpdesk_in_rt_goes_through_init_check_and_run_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config, home = tmp_path / "deskpulse.toml", tmp_path / "home"
    with tracker(tmp_path / "rt", at(-7, "08:00")) as desk:
        _begin(desk)
        monkeypatch.setenv("DESKPULSE_RT_TOKEN", desk.token)
        monkeypatch.setenv("DESKPULSE_PSEUDONYM_KEY", KEY)
        main(["init", "request_tracker", "--name", "rt", "--config", str(config)])
        told = config.read_text().replace("https://rt.example.com", desk.url)
        told = told.replace("# category_field", "category_field")
        config.write_text(f'allowed_networks = ["127.0.0.1"]\n{told}')
        main(["check", "rt", "--config", str(config), "--json"])
        findings = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
        assert {f["what"]: f["ok"] for f in findings}["transactions"]
        settings = replace(load_settings(config), home=home)
        (source,) = configured_sources(settings)
        first = run([source], settings, at(1, "09:45"), lambda _: None)
        again = run([source], settings, at(1, "09:50"), lambda _: None)
        _later(desk)
        later = run([source], settings, at(30, "12:00"), lambda _: None)
        past_of_sales = _read_with_a_queue_shown_later(source, tmp_path / "shown")
        _refused(source, tmp_path)
    loaded = [{c.table: c.loaded for c in result.counts} for result in (first, again, later)]
    assert loaded[0]["tickets"] == 4
    assert (loaded[1]["tickets"], loaded[1]["transactions"]) == (0, 0)
    assert loaded[2]["tickets"] == 3  # 1, 4 and 5; 3 answers as 4
    assert loaded[2]["transactions"] < loaded[0]["transactions"] * 2
    assert past_of_sales > 1  # what happened to the fourth
    assert handed(home) == handed(tmp_path / "shown")
    names = ("tickets_created", "reopens", "fcr", "reopen_rate", "first_reply_time")
    answer = ask(Question(names), Scope.everything(), current_build(settings)).to_dict("records")
    figures = {row["metric"]: (row["numerator"], row["denominator"]) for row in answer}
    assert figures["tickets_created"][0] == 3  # 1, 2 and 4
    assert figures["reopens"][0] == 1  # ticket 1 on Thursday
    assert figures["reopen_rate"] == (1, 2)
    assert figures["fcr"] == (1, 2)  # ticket 2; 1 came back
    # replies after 20 and 60 minutes, and on 4 after two hours: the middle one
    assert next(row["value"] for row in answer if row["metric"] == "first_reply_time") == 3600
    held = (home / "extract.duckdb").read_bytes()
    for secret in (b"what somebody wrote", b"ana@example.com", b"kim@desk.example"):
        assert secret not in held


def _read_with_a_queue_shown_later(source: Any, home: Path) -> int:
    """Read twice, first as RT answers a token without rights on Sales; return how much the second brought."""
    everything, query = streams._listed_queues, streams._query
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "_listed_queues", lambda api: {n: q for n, q in everything(api).items() if q != "Sales"})
        patch.setattr(streams, "_query", lambda *told: f"{query(*told)} AND TicketQueue != 'Sales'")
        read(home, source, at(30, "12:00"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "NUMBERS_AGAIN", 0)  # as if all of it were long ago
        again = read(home, source, at(30, "12:10"))
    return next(c.loaded for c in again if c.table == "transactions")


def _refused(source: Any, folder: Path) -> None:
    with pytest.raises(SourceFailed, match=r"does not accept the credentials \(401\)"):
        read(folder / "refused", replace(source, secrets={"token": "1-14-nonsense"}), at(30, "12:00"))
