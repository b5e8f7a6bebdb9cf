"""A small server beside: health and figures for whoever watches over an installation, on an address of its own.

It knows nobody and asks for no sign-in, so it stands on loopback unless the settings say otherwise, and what it answers
holds nothing of persons.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from config.errors import BadSetting

TIMEOUT_SECONDS: Final = 10
log = logging.getLogger("deskpulse")


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    body: bytes
    content_type: str
    status: int = 200


def as_json(told: object, *, is_well: bool) -> Answer:
    """Return something told as JSON: 200 where all is well, 503 where not."""
    return Answer(json.dumps(told).encode(), "application/json", 200 if is_well else 503)


def server_of(address: str, port: int, routes: Mapping[str, Callable[[], Answer]]) -> ThreadingHTTPServer:
    """Return a server, bound and not begun, that answers GET of these paths.

    Raises ``BadSetting`` where nothing can listen.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = TIMEOUT_SECONDS
        server_version, sys_version = "deskpulse", ""

        def do_GET(self) -> None:
            made = routes.get(self.path.partition("?")[0])
            try:
                answer = made() if made else Answer(b"not found\n", "text/plain", 404)
            except Exception:
                log.exception("an answer to the monitor failed")
                answer = Answer(b"failed\n", "text/plain", 500)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing: who asks is nobody's business."""

    try:
        server = ThreadingHTTPServer((address, port), Handler)
    except (OSError, OverflowError) as error:
        raise BadSetting(f"monitor_address, monitor_port: nothing can listen on {address}:{port}: {error}") from error
    server.daemon_threads = True
    return server


@contextmanager
def listening(address: str, port: int, routes: Mapping[str, Callable[[], Answer]]) -> Iterator[None]:
    """Answer in a thread for as long as the block lasts; raises ``BadSetting``."""
    with server_of(address, port, routes) as server:
        thread = threading.Thread(target=server.serve_forever, name="monitor", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
