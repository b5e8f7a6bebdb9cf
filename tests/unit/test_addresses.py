"""Where the house connects to: the list of tricks that lead inside, each against a server that must hear nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import requests
from sqlalchemy.exc import OperationalError

from config.addresses import AddressRefused, is_permitted, networks, reachable
from config.errors import BadSetting, SourceFailed
from config.outbound import session
from config.settings import load_settings
from etl.sources.live.database import database_engine
from etl.sources.live.http import Client
from reports.chats import tell_chat
from reports.deliver import NotDelivered

OUTSIDE = "93.184.215.14"
HERE = networks(["127.0.0.1"])  # stands for the public internet; 127.0.0.2 stands for what lies inside


class Inside(BaseHTTPRequestHandler):
    """A server that must not be reached, and one that leads to it."""

    heard: ClassVar[list[str]] = []
    leads_to: ClassVar[str] = ""

    def do_GET(self) -> None:
        """Redirect, or remember that somebody came in."""
        self.heard.append(f"{self.connection.getsockname()[0]}{self.path} {self.headers['Host']}")
        self.send_response(302 if self.leads_to and self.path == "/away" else 200)
        self.send_header("Location", self.leads_to)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    server = ThreadingHTTPServer(("0.0.0.0", 0), Inside)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setattr(Inside, "heard", [])
    monkeypatch.setattr(Inside, "leads_to", "")
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.2", "localhost", "127.2", "2130706434", "0x7f000002", "0177.0.0.2", "017700000002", "0x7f.0.2"),
        *("[::1]", "[::]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[0:0:0:0:0:ffff:7f00:0002]", "[::127.0.0.2]"),
        *("0.0.0.0", "0", "①②⑦.⓪.⓪.②", "127。0。0。2", "127.0.0.2."),
    ],
)
def test_this_machine_is_not_reached_however_its_address_is_written(host: str, port: int) -> None:
    with pytest.raises((AddressRefused, requests.exceptions.RequestException)):
        session().get(f"http://{host}:{port}/", timeout=2)
    assert Inside.heard == []


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.0.8", "198.18.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:a00:1::1"),
        *("2002:7f00:1::", "::10.0.0.1", "2001:0:a00:1:0:0:f5ff:fffe", "fec0::1", "64:ff9b:1::a00:1"),
    ],
)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_permitted(address)
    with pytest.raises(AddressRefused, match="allowed_networks"):
        reachable("desk.example.com", 443, resolve=lambda *_, **__: [(0, 0, 0, "", (address, 443))])


@pytest.mark.parametrize("address", [OUTSIDE, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_what_is_public_is_permitted(address: str) -> None:
    assert is_permitted(address)


def test_only_what_is_named_is_allowed_beyond() -> None:
    office = networks(["10.2.0.0/16", "fd12::/16"])
    assert is_permitted("10.2.3.4", office)
    assert is_permitted("::ffff:10.2.3.4", office)
    assert is_permitted("fd12::5", office)
    assert not is_permitted("10.3.0.1", office)
    assert not is_permitted("127.0.0.1", office)
    answers = [(0, 0, 0, "", (address, 443)) for address in ("10.3.0.1", OUTSIDE, "127.0.0.1", OUTSIDE)]
    assert reachable("desk.example.com", 443, resolve=lambda *_, **__: answers) == [OUTSIDE]


@pytest.mark.parametrize("told", ['["10.2.0.1/16"]', '["intranet"]', '"10.0.0.0/8"', "[10]"])
def test_a_network_that_is_none_is_refused(told: str, tmp_path: Any) -> None:
    file = tmp_path / "deskpulse.toml"
    file.write_text(f"allowed_networks = {told}\n")
    with pytest.raises(BadSetting, match="allowed_networks"):
        load_settings(file, {})


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "unix://x"])
def test_only_the_web_is_spoken(scheme: str) -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        session(HERE).get(scheme, timeout=2)


@pytest.mark.parametrize("where", ["http://127.0.0.2:{port}/", "http://2130706434:{port}/", "file:///etc/passwd"])
def test_a_redirect_is_checked_like_the_first_address(where: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Inside, "leads_to", where.format(port=port))
    with pytest.raises((AddressRefused, requests.exceptions.InvalidSchema)):
        session(HERE).get(f"http://127.0.0.1:{port}/away", timeout=2)
    assert Inside.heard == [f"127.0.0.1/away 127.0.0.1:{port}"]


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter(["127.0.0.1", *["127.0.0.2"] * 9])
    plainly = socket.getaddrinfo

    def rebinding(host: str, *more: Any, **named: Any) -> Any:
        return plainly(next(told) if host == "desk.test" else host, *more, **named)

    monkeypatch.setattr("config.outbound.reachable", lambda *given: reachable(*given, resolve=rebinding))
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert session(HERE).get(f"http://desk.test:{port}/", timeout=2).status_code == 200
    assert Inside.heard == [f"127.0.0.1/ desk.test:{port}"]
    with pytest.raises(AddressRefused):
        session(HERE).get(f"http://desk.test:{port}/", timeout=2)
    assert len(Inside.heard) == 1


def test_a_chat_whose_name_answers_otherwise_the_second_time_hears_nothing(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter(["127.0.0.1", *["127.0.0.2"] * 9])
    plainly = socket.getaddrinfo

    def rebinding(host: str, *more: Any, **named: Any) -> Any:
        return plainly(next(told) if host == "chat.test" else host, *more, **named)

    monkeypatch.setattr("reports.chats.reachable", lambda *given: reachable(*given, resolve=rebinding))
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(NotDelivered, match=r"chat\.test leads to 127\.0\.0\.2"):
        tell_chat(f"json://chat.test:{port}/?method=get", "channel:support", "title", "text", {}, HERE)
    assert Inside.heard == []
    assert socket.getaddrinfo is rebinding
    monkeypatch.setattr(socket, "getaddrinfo", plainly)
    monkeypatch.setattr("reports.chats.reachable", reachable)
    tell_chat(f"json://127.0.0.1:{port}/?method=get", "channel:support", "title", "text", {}, HERE)
    assert len(Inside.heard) == 1


def test_the_certificate_is_asked_of_the_name_and_not_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    hello = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            hello.append(connection.recv(4096))
            connection.close()

        listening = threading.Thread(target=listen)
        listening.start()
        monkeypatch.setattr("config.outbound.reachable", lambda *_: ["127.0.0.1"])
        with pytest.raises(requests.exceptions.ConnectionError):
            session().get(f"https://desk.test:{server.getsockname()[1]}/", timeout=2)
        listening.join(5)
    assert b"desk.test" in hello[0]


def test_a_helpdesk_inside_is_told_in_one_line(port: int) -> None:
    with pytest.raises(SourceFailed, match=r"leads to 127\.0\.0\.1: this machine .* allowed_networks"):
        Client(f"http://127.0.0.1:{port}", {}).get("x")
    assert Client(f"http://127.0.0.1:{port}", {}, networks=HERE).get("x") == {}


def test_a_database_inside_is_not_connected_to_unless_allowed() -> None:
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            connection, _ = server.accept()
            heard.append(connection.recv(8))
            connection.close()

        threading.Thread(target=listen, daemon=True).start()
        url = f"postgresql+psycopg://reader@localhost:{server.getsockname()[1]}/desk?connect_timeout=2"
        for inside in (url, url.replace("localhost", "2130706433"), "postgresql+psycopg:///desk?host=/var/run"):
            with pytest.raises(AddressRefused):
                database_engine(inside, ()).connect()
        assert heard == []
        with pytest.raises(OperationalError):
            database_engine(url, HERE).connect()
        assert heard
