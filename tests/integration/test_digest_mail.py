"""The digest goes out over a real SMTP server on loopback, once a week and recipient, each in their own scope."""

from __future__ import annotations

import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from config.addresses import networks
from config.errors import BadInput
from config.settings import Settings
from reports import __main__ as command
from reports.chats import tell_chat
from reports.deliver import NotDelivered
from tests.e2e.conftest import free_port
from tests.support.shared import copy_of

pytestmark = pytest.mark.slow
TOML = """
home = "{home}"
allowed_networks = ["127.0.0.1"]
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "deskpulse@example.com"
[[digest.recipients]]
to = "boss@example.com"
role = "executive"
[[digest.recipients]]
to = "kim@example.com"
role = "manager"
teams = ["Billing"]
[[digest.recipients]]
to = "ana@example.com"
role = "analyst"
"""


class Inbox(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: list[Any] = []

    def prepare_message(self, session: Any, envelope: Any) -> Any:
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        return super().prepare_message(session, envelope)

    def handle_message(self, message: Any) -> None:
        pass


@pytest.fixture(scope="module")
def home(small_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(small_desk, tmp_path_factory.mktemp("digest")).home


@pytest.fixture
def inbox(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    inbox = Inbox()
    port = free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    config = tmp_path / "deskpulse.toml"
    config.write_text(TOML.format(home=home, port=port), encoding="utf-8")
    monkeypatch.setenv("DESKPULSE_CONFIG", str(config))
    monkeypatch.delenv("DESKPULSE_HOME", raising=False)
    yield inbox
    server.stop()


def test_three_roles_receive_their_week_once(inbox: Inbox, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["weekly"])
    assert [mail["To"] for mail in inbox.arrived] == ["boss@example.com", "kim@example.com", "ana@example.com"]
    for mail in inbox.arrived:
        kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
        assert kinds[:2] == ["text/plain", "text/html"]
        assert kinds[-1] == "application/pdf"
        assert "image/png" in kinds
        shown = mail.get_body(("html",)).get_content()
        for part in mail.walk():
            if part.get_content_type() == "image/png":
                assert f"cid:{part['Content-ID'].strip('<>')}" in shown
                assert part.get_payload(decode=True).startswith(b"\x89PNG")
    billing = inbox.arrived[1].get_body(("plain",)).get_content()
    assert "team=Billing" in billing
    assert "Accounts" not in billing
    assert "Deflection rate" not in billing
    command.main(["weekly"])
    assert len(inbox.arrived) == 3
    assert "has received the week of 2026-10-26 already" in capsys.readouterr().out
    command.main(["weekly", "--to", "kim@example.com", "--again"])
    assert [mail["To"] for mail in inbox.arrived[3:]] == ["kim@example.com"]
    assert len((home / "digests.jsonl").read_text().splitlines()) == 4


def test_a_week_in_which_nothing_happened_is_not_sent(inbox: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["weekly", "--week", "2020-01-06"])
    assert inbox.arrived == []
    assert "nothing happened in the week of 2020-01-06, nothing sent" in capsys.readouterr().out


def test_a_stranger_is_refused(inbox: Inbox) -> None:
    with pytest.raises(BadInput, match=r"not among \[\[digest.recipients\]\]"):
        command.main(["weekly", "--to", "eve@example.com"])


def test_a_server_that_is_not_there_is_one_line(
    inbox: Inbox, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "gone.toml"
    config.write_text(TOML.format(home=tmp_path, port=9), encoding="utf-8")
    monkeypatch.setenv("DESKPULSE_CONFIG", str(config))
    monkeypatch.setenv("DESKPULSE_HOME", str(home))
    with pytest.raises(NotDelivered, match=r"was not taken by 127\.0\.0\.1:9"):
        command.main(["weekly", "--week", "2026-10-19"])


def test_to_look_at_it_nothing_is_sent(inbox: Inbox, tmp_path: Path) -> None:
    command.main(["weekly", "--dry-run", str(tmp_path / "look")])
    assert inbox.arrived == []
    made = sorted(path.suffix for path in (tmp_path / "look").iterdir())
    assert made.count(".pdf") == made.count(".txt") == 3
    assert made.count(".html") == 4
    page = (tmp_path / "look" / "index.html").read_text(encoding="utf-8")
    assert page.count("sandbox") == 3


class Chat(BaseHTTPRequestHandler):
    said: list[dict[str, Any]] = []  # noqa: RUF012 - the handler is made anew for every request

    def do_POST(self) -> None:
        Chat.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def test_a_chat_is_told_in_short(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = HTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=chat.serve_forever, daemon=True).start()
    monkeypatch.setenv("DESKPULSE_CHATS", f"json://127.0.0.1:{chat.server_port}/")
    command.main(["weekly", "--again"])
    chat.shutdown()
    assert [said["title"] for said in Chat.said] == ["Deskpulse: The week of 26 October 2026"]
    assert "In the week of 26 October 2026" in Chat.said[0]["message"]
    with pytest.raises(NotDelivered, match="did not take"):
        tell_chat("json://127.0.0.1:9/", "it", "a", "b", {}, networks(["127.0.0.1"]))
    with pytest.raises(NotDelivered, match="not public"):
        tell_chat("json://127.0.0.1:9/", "it", "a", "b", {})
