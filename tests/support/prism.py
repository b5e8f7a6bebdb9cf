"""Prism, serving Intercom's own description of its API: examples of its answers, or a watch over somebody else's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "tests" / "prism" / "node_modules" / ".bin" / "prism"
OPENAPI = ROOT.parent / "shared" / "data" / "intercom_openapi" / "api.intercom.io-2.14.yaml"
MISSING = not (COMMAND.exists() and OPENAPI.exists() and shutil.which("node"))
STARTS_WITHIN = 90.0  # seconds


@contextmanager
def prism(folder: Path, *how: str) -> Iterator[str]:
    """Run ``prism`` on this machine until the block ends; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "prism.log"
    command = [str(COMMAND), how[0], "-h", "127.0.0.1", "-p", str(port), "--errors", str(OPENAPI), *how[1:]]
    with log.open("w") as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"Prism did not start: {log.read_text()[-2000:]}")
