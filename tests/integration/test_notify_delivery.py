"""Alerts are told by a real SMTP server and a webhook on loopback: once, after failures again, in scope."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from config.settings import ROOT, Settings, load_settings
from etl import pipeline
from forecasting.store import store
from journal import Journal, open_journal
from metrics.outlook_alerts import ALERT, ALERT_TABLES
from metrics.published import current_build
from metrics.warehouse import dim_team
from reports import __main__ as command
from reports.deliver import NotDelivered
from reports.notify import notify
from tests.e2e.conftest import free_port
from tests.e2e.desk import publish_small_desk

pytestmark = pytest.mark.slow
NOW = datetime(2026, 11, 6, 9, tzinfo=UTC)
TOML = """
home = "{home}"
allowed_networks = ["127.0.0.1"]
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "deskpulse@example.com"
[[alerts.recipients]]
to = "boss@example.com"
[[alerts.recipients]]
to = "kim@example.com"
teams = ["Billing"]
[[alerts.recipients]]
channel = "support"
"""


class Inbox:
    """Keeps what arrives, or refuses it."""

    def __init__(self) -> None:
        self.arrived: list[Any] = []
        self.refuses: set[str] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses & set(envelope.rcpt_tos):
            return "451 come back later"
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    @property
    def to(self) -> list[str]:
        return [str(mail["To"]) for mail in self.arrived]


class Hook(HTTPServer):
    """A webhook that keeps what it is told, answers as it is bid, and kills who speaks to it where it is asked to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.said: list[dict[str, Any]] = []
        self.answer = 200
        self.leads_to = ""
        self.kills: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/alerts?key=secret"


class _Hook(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.kills is not None:
            self.server.kills.send_signal(signal.SIGKILL)
        self.send_response(self.server.answer)
        if self.server.leads_to:
            self.send_header("Location", self.server.leads_to)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_small_desk(tmp_path_factory.mktemp("notify"), tickets=150).home


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    inbox, port = Inbox(), free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield inbox, port
    server.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    yield hook
    hook.shutdown()
    hook.server_close()


class Desk:
    """An installation with two open incidents, one of the whole desk, one of the team Billing, and an expected one."""

    def __init__(self, settings: Settings, environ: dict[str, str]) -> None:
        self.settings, self.environ = settings, environ
        build = current_build(settings)
        teams = build.read(select(dim_team.c.team_key, dim_team.c.name)).set_index("name")["team_key"]
        self.build, self.billing = build.build_id, json.dumps([str(teams["Billing"])])
        self.finds()

    def finds(self, severity: str = "serious", is_open: bool = True) -> None:
        whole = {"incident_id": "a", "team_keys": "[]", "dimension": "category", "value": "refund", "hours": 21.0}
        ours = {"incident_id": "b", "team_keys": self.billing, "dimension": "team", "value": "Billing", "hours": 9.0}
        days = dict.fromkeys(("began_on", "raised_on", "known_on", "last_on"), date(2026, 11, 5))
        same = {"metric": "tickets_created", "direction": "up", "is_worse": True, "cause": "", **days}
        same |= {"is_expected": False}
        rows = [
            {**one, **same, "severity": severity, "is_open": is_open, "says": f"{one['value']} rose."}
            for one in (whole, ours)
        ]
        sale = {"incident_id": "c", "value": "sale", "is_expected": True, "cause": "Sale", "is_open": True}
        rows.append({**whole, **same, **sale, "severity": "critical", "says": "sale rose."})  # nobody is told of it
        frames = {table.name: pd.DataFrame(columns=table.names) for table in ALERT_TABLES}
        frames[ALERT.name] = pd.DataFrame(rows, columns=ALERT.names)
        store("alerts", self.build, NOW, frames, self.settings)

    def tells(self, hours: float = 0) -> dict[str, str]:
        outcomes = notify(self.settings, NOW + timedelta(hours=hours), environ=self.environ)
        return {one.recipient: one.outcome for one in outcomes}

    @property
    def journal(self) -> Journal:
        return open_journal(self.settings, "ana", None)


@pytest.fixture
def desk(
    published: Path, tmp_path: Path, inbox: tuple[Inbox, int], hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    home = tmp_path / "home"
    home.mkdir()
    (home / "builds").symlink_to(published / "builds")
    config = tmp_path / "deskpulse.toml"
    config.write_text(TOML.format(home=home, port=inbox[1]), encoding="utf-8")
    monkeypatch.setenv("DESKPULSE_CONFIG", str(config))
    monkeypatch.setenv("DESKPULSE_CHANNEL_SUPPORT", hook.address)
    monkeypatch.delenv("DESKPULSE_HOME", raising=False)
    return Desk(load_settings(), {"DESKPULSE_CHANNEL_SUPPORT": hook.address})


ALL_TOLD = dict.fromkeys(("boss@example.com", "kim@example.com", "channel:support"), "told")
NOTHING = dict.fromkeys(ALL_TOLD, "nothing")


def test_each_is_told_once_of_what_they_may_see(desk: Desk, inbox: tuple[Inbox, int], hook: Hook) -> None:
    assert desk.tells() == ALL_TOLD
    assert inbox[0].to == ["boss@example.com", "kim@example.com"]
    boss, kim = inbox[0].arrived
    assert boss["Subject"] == "Deskpulse: serious: Tickets created about refund rose and 1 more"
    assert kim["Subject"] == "Deskpulse: serious: Tickets created of team Billing rose"
    for kind in ("plain", "html"):
        assert "refund" in boss.get_body((kind,)).get_content()
        assert "refund" not in kim.get_body((kind,)).get_content()
    assert boss["Auto-Submitted"] == "auto-generated"
    (said,) = hook.said
    assert [(one["event"], one["value"], one["severity"]) for one in said["alerts"]] == [
        ("raised", "refund", "serious"),
        ("raised", "Billing", "serious"),
    ]
    assert said["link"] == "http://localhost:8501/alerts"
    for hours in (1, 48):
        assert desk.tells(hours) == NOTHING
    assert (len(inbox[0].arrived), len(hook.said)) == (2, 1)


def test_worse_and_over_are_told_in_answer_to_the_first_mail(desk: Desk, inbox: tuple[Inbox, int], hook: Hook) -> None:
    desk.tells()
    desk.finds("critical")
    assert desk.tells(1) == NOTHING
    assert desk.tells(13) == ALL_TOLD
    desk.finds("critical", is_open=False)
    assert desk.tells(14) == ALL_TOLD
    first, worse, over = [mail for mail in inbox[0].arrived if mail["To"] == "kim@example.com"]
    assert worse["Subject"].startswith("Deskpulse: worse: ")
    assert over["Subject"].startswith("Deskpulse: over: ")
    assert worse["In-Reply-To"] == first["Message-ID"]
    assert over["References"].split() == [first["Message-ID"], worse["Message-ID"]]
    assert [one["alerts"][0]["event"] for one in hook.said] == ["raised", "worse", "ended"]


def test_who_lost_access_is_not_told_of_the_end_either(desk: Desk, inbox: tuple[Inbox, int], tmp_path: Path) -> None:
    access = tmp_path / "access.toml"
    people = "[people]\n" + "".join(
        f'"{who}@example.com" = {{ role = "manager", teams = "all" }}\n' for who in ("boss", "kim")
    )
    access.write_text(people, encoding="utf-8")
    desk.settings = replace(desk.settings, sign_in={"mode": "oidc", "access": str(access)})
    assert desk.tells() == ALL_TOLD
    access.write_text(people.partition('"kim')[0], encoding="utf-8")
    frames = {table.name: pd.DataFrame(columns=table.names) for table in ALERT_TABLES}
    store("alerts", desk.build, NOW, frames, desk.settings)  # nothing is computed any more: everything has ended
    assert desk.tells(24) == {**ALL_TOLD, "kim@example.com": "nothing"}
    assert inbox[0].to == ["boss@example.com", "kim@example.com", "boss@example.com"]


def test_who_lost_one_of_two_teams_is_told_of_what_is_left(
    desk: Desk, inbox: tuple[Inbox, int], tmp_path: Path
) -> None:
    access = tmp_path / "access.toml"
    granted = '[people]\n"kim@example.com" = { role = "manager", teams = ["Accounts"%s] }\n'
    access.write_text(granted % ', "Billing"', encoding="utf-8")
    (kim,) = [one for one in desk.settings.alerts["recipients"] if one.get("to") == "kim@example.com"]
    alerts = {"recipients": [{**kim, "teams": []}]}
    desk.settings = replace(desk.settings, alerts=alerts, sign_in={"mode": "oidc", "access": str(access)})
    assert desk.tells() == {"kim@example.com": "told"}
    (mail,) = inbox[0].arrived
    for kind in ("plain", "html"):
        said = mail.get_body((kind,)).get_content()
        assert "Alerts of Accounts, Billing, for kim@example.com" in said
        assert "whole desk" not in said
    access.write_text(granted % "", encoding="utf-8")
    frames = {table.name: pd.DataFrame(columns=table.names) for table in ALERT_TABLES}
    store("alerts", desk.build, NOW, frames, desk.settings)
    assert desk.tells(24) == {"kim@example.com": "nothing"}
    access.write_text(granted % ', "Billing"', encoding="utf-8")
    assert desk.tells(25) == {"kim@example.com": "told"}


def test_a_chat_with_two_names_is_told_once(desk: Desk, hook: Hook) -> None:
    channels = [{"channel": "support"}, {"channel": "again"}]
    desk.settings = replace(desk.settings, alerts={"recipients": channels})
    desk.environ["DESKPULSE_CHANNEL_AGAIN"] = hook.address
    assert desk.tells() == {"channel:support": "told", "channel:again": "failed"}
    assert len(hook.said) == 1
    (state,) = [one for one in desk.journal.delivery_states() if one.recipient == "channel:again"]
    assert state.says == "channel:again has the address of channel:support, which would be told twice: keep one"


def test_what_is_marked_as_expected_or_muted_is_not_told(desk: Desk, inbox: tuple[Inbox, int]) -> None:
    day = date(2026, 11, 5)
    about = {"metric": "tickets_created", "direction": "up", "since": day, "until": day}
    desk.journal.mark_alert("expected", dimension="category", value="refund", **about)
    desk.journal.mark_alert("muted", dimension="team", value="Billing", muted_until=date(2026, 11, 9), **about)
    assert desk.tells() == NOTHING


def test_what_was_not_taken_is_tried_again_and_then_told_once(desk: Desk, inbox: tuple[Inbox, int], hook: Hook) -> None:
    inbox[0].refuses, hook.answer = {"kim@example.com"}, 503
    assert desk.tells() == {"boss@example.com": "told", "kim@example.com": "failed", "channel:support": "failed"}
    states = {state.recipient: state for state in desk.journal.delivery_states()}
    assert "451" in states["kim@example.com"].says
    assert states["channel:support"].says == "channel:support did not take the message: it answered 503"
    assert desk.tells(4 / 60)["kim@example.com"] == "later"
    assert desk.tells(6 / 60)["kim@example.com"] == "failed"
    inbox[0].refuses, hook.answer = set(), 200
    assert desk.tells(12 / 60)["kim@example.com"] == "later"
    assert desk.tells(17 / 60) == {"boss@example.com": "nothing", "kim@example.com": "told", "channel:support": "told"}
    assert inbox[0].to == ["boss@example.com", "kim@example.com"]
    assert [state.failures for state in desk.journal.delivery_states()] == [0, 0, 0]
    assert desk.tells(2) == NOTHING
    assert len({said["id"] for said in hook.said}) == 1


def test_killed_after_the_message_was_taken_it_is_the_same_message_again(
    desk: Desk, inbox: tuple[Inbox, int], hook: Hook
) -> None:
    child = subprocess.Popen([sys.executable, "-m", "reports", "notify"], cwd=ROOT, env=os.environ)
    hook.kills = child
    assert child.wait(60) == -signal.SIGKILL
    hook.kills = None
    assert inbox[0].to == ["boss@example.com", "kim@example.com"]
    assert desk.tells(24 * 365) == {**NOTHING, "channel:support": "told"}
    assert inbox[0].to == ["boss@example.com", "kim@example.com"]
    first, second = hook.said
    assert first["id"] == second["id"]
    assert len(desk.journal.deliveries("channel:support")) == 2


def test_a_redirect_and_networks_nobody_named_are_not_followed(desk: Desk, hook: Hook) -> None:
    hook.answer, hook.leads_to = 307, "http://169.254.169.254/latest/meta-data"
    (_, _, support) = notify(desk.settings, NOW, environ=desk.environ)
    assert support.says == "channel:support did not take the message: it answered 307"
    for address in (hook.address, f"json://127.0.0.1:{hook.server_port}/"):
        closed = replace(desk.settings, allowed_networks=())
        (_, _, support) = notify(
            closed, NOW + timedelta(days=1), is_dry=False, environ={"DESKPULSE_CHANNEL_SUPPORT": address}
        )
        assert support.outcome in ("failed", "later")
    assert len(hook.said) == 1
    (state,) = [one for one in desk.journal.delivery_states() if one.recipient == "channel:support"]
    assert "not public" in state.says
    assert "secret" not in state.says


def test_a_chat_apprise_knows_is_told_through_it(desk: Desk, hook: Hook) -> None:
    environ = {"DESKPULSE_CHANNEL_SUPPORT": f"json://127.0.0.1:{hook.server_port}/"}
    (_, _, support) = notify(desk.settings, NOW, environ=environ)
    assert support.outcome == "told"
    (said,) = hook.said
    assert said["title"] == "Deskpulse: serious: Tickets created about refund rose and 1 more"
    assert "serious: refund rose." in said["message"]


def test_the_command_tells_looks_and_fails_in_a_line(
    desk: Desk, inbox: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["notify", "--dry-run"])
    shown = capsys.readouterr().out
    assert "kim@example.com: would be told: Deskpulse: serious: Tickets created of team Billing rose" in shown
    assert (inbox[0].arrived, desk.journal.deliveries(), desk.journal.delivery_states()) == ([], [], [])
    monkeypatch.delenv("DESKPULSE_CHANNEL_SUPPORT")
    with pytest.raises(NotDelivered, match=r"1 of 3 could not be told .* set DESKPULSE_CHANNEL_SUPPORT"):
        command.main(["notify"])
    assert "boss@example.com: told" in capsys.readouterr().out


def test_the_pipeline_tells_without_a_dashboard(
    desk: Desk, inbox: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "run_steps", lambda *_: [])
    (told,) = pipeline._outlook(desk.settings, NOW, lambda _: None)
    assert (told.step, told.outcome) == ("notify", "ready")
    assert len(inbox[0].arrived) == 2
    broken = replace(desk.settings, alerts={"recipients": [{"to": "nobody"}]})
    (told,) = pipeline._outlook(broken, NOW, lambda _: None)
    assert (told.outcome, "one address" in told.says) == ("failed", True)
    assert pipeline._outlook(replace(desk.settings, alerts={}), NOW, lambda _: None) == []
