"""A reader without a browser: speaks Streamlit's protocol, opens pages and keeps what came."""

from __future__ import annotations

import hashlib
import re
import ssl
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

STREAM = "/_stcore/stream"
LONGEST_BYTES = 64 * 1024**2
STAMP = re.compile(rb"build (\d{8}T\d{6})\\-([0-9a-f]+)")  # the dash is escaped, as all that is no markup
AGE = re.compile(rb", [^,]* ago \xc2\xb7 (?=build)")  # how old data are, beside the stamp: it moves with the clock


@dataclass(frozen=True)
class Shown:
    """A page as it came: which build it says it is of, a digest of all else, and what went wrong."""

    page: str
    build_id: str
    digest: str
    seconds: float
    received_bytes: int
    says: str = ""


class Session:
    """One tab: a connection and the page it is on."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        scheme, _, host = address.partition("://")
        secure = _encrypted() if scheme == "https" else None
        self._open = ExitStack()
        opening = connect(
            f"{'wss' if secure else 'ws'}://{host}{STREAM}",
            ssl=secure,
            subprotocols=["streamlit", "none"],  # type: ignore[list-item]
            additional_headers=dict(headers or {}),
            max_size=LONGEST_BYTES,
            compression=None,
            ping_interval=None,  # browsers do not ask whether the server is there; a page that is late says so
        )
        self._connection: ClientConnection = self._open.enter_context(opening)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._open.close()

    def open(self, page: str, query: str = "", seconds: float = 60.0) -> Shown:
        """Open a page by its path and return it once it is whole; raises ``TimeoutError`` and ``ConnectionClosed``."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        asked.rerun_script.context_info.timezone = "UTC"
        started = time.monotonic()
        self._connection.send(asked.SerializeToString())
        elements: dict[bytes, bytes] = {}
        received, says = 0, ""
        while True:
            data = self._connection.recv(timeout=started + seconds - time.monotonic())
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            received += len(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":  # the run before led on to another page, or another time to this one
                elements.clear()
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                if element.WhichOneof("type") == "download_button":
                    element.download_button.ClearField("deferred_file_id")  # another every time
                elements[bytes(message.metadata.delta_path)] = element.SerializeToString(deterministic=True)
                says = says or _wrong(element)
            elif kind == "ref_hash":
                says = "a message was told by its hash, which nobody has kept"
            elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break
        return _shown(page, elements, time.monotonic() - started, received, says)


def _encrypted() -> ssl.SSLContext:
    """Return what encrypts a connection to a server whose certificate is a test's own.

    Of TLS 1.2: a server of 1.3 sends its tickets after the handshake, and where the thread that reads meets them while
    another writes, what was written stays unsent (14 of 10,879 connections to nginx; of 20,000 with 1.2 none).
    """
    context = ssl._create_unverified_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _wrong(element: Any) -> str:
    """Return what an element says went wrong, empty where nothing did."""
    if element.WhichOneof("type") == "exception":
        return f"exception: {element.exception.message}"
    if element.WhichOneof("type") == "alert" and element.alert.format == element.alert.ERROR:
        return f"error: {element.alert.body}"
    return ""


def _shown(page: str, elements: Mapping[bytes, bytes], seconds: float, received: int, says: str) -> Shown:
    stamps = {found for element in elements.values() for found in STAMP.findall(element)}
    digest = hashlib.sha256()
    for place in sorted(elements):
        digest.update(place + STAMP.sub(b"", AGE.sub(b"", elements[place])))
    if not says and len(stamps) != 1:
        says = f"{len(stamps)} builds are named: {sorted(stamps)}"
    build = b"-".join(next(iter(stamps), ())).decode()
    return Shown(page, build, digest.hexdigest()[:16], seconds, received, says)
