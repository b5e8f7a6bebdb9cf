"""A small HTTP server for a fake, which can be told to misbehave."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from config.addresses import networks

HERE = networks(["127.0.0.1"])  # where fakes are served: a source that reads one must be allowed to


class Api(Protocol):
    """What a fake answers: a status, headers and JSON (or bytes) for a path."""

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Answer one request."""
        ...


class Searched(Protocol):
    """A fake that is also asked by POST."""

    def posted(self, path: str, told: Any, headers: Mapping[str, str]) -> Answer:
        """Answer a search."""
        ...


@dataclass
class Answer:
    """An HTTP answer; ``broken`` says how it goes wrong on the wire: cut, reset, hang."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    broken: str = ""
    content_type: str = "application/json"


Fault = Callable[[str, int], Answer | None]  # path and number of the request: an answer instead, or None


@dataclass
class Served:
    """A fake being served: its address, how often each path was asked, and its faults."""

    url: str
    asked: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hang_seconds: float = 5.0


@contextmanager
def served(api: Api, port: int = 0) -> Iterator[Served]:
    """Serve a fake on this machine until the block ends."""
    state = Served("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # headers and body leave together

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            """Answer, or misbehave."""
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            self._answer(lambda: api.answer(parts.path, query, self._told()))

        def do_POST(self) -> None:
            """Answer a search, or misbehave."""
            told = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            searched: Searched = api  # type: ignore[assignment]
            self._answer(lambda: searched.posted(urlsplit(self.path).path, told, self._told()))

        def _told(self) -> dict[str, str]:
            return {name.title(): value for name, value in self.headers.items()}  # their case says nothing

        def _answer(self, honestly: Callable[[], Answer]) -> None:
            state.asked.append(self.path)
            found = None
            for fault in list(state.faults):
                found = fault(self.path, len(state.asked))
                if found is not None:
                    break
            _send(self, found or honestly(), state.hang_seconds)

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, answer: Answer, hang_seconds: float) -> None:
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    handler.close_connection = bool(answer.broken)
    if answer.broken == "reset":
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        return
    if answer.broken == "hang":
        threading.Event().wait(hang_seconds)
        return
    handler.send_response(answer.status)
    handler.send_header("Content-Type", answer.content_type)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if answer.broken == "cut" else body)
