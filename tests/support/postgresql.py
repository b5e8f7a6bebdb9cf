"""A PostgreSQL server of the tests' own: Debian's, on a free loopback port, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER = "deskpulse"
SECONDS_TO_START = 60


def server_programs() -> Path | None:
    """Return the folder of the newest installed server's programs, None without one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]
    return found[-1] if found else None


@contextmanager
def running_postgresql(programs: Path) -> Iterator[str]:
    """Run an empty server and yield the SQLAlchemy address of its database; stop that process and no other."""
    with server_of_its_own(programs) as server:
        yield server.address


class Server:
    """A server's process over its folder: it may be killed and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder, self.port = programs, folder, _free_port()
        owner = _unprivileged()
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
        self._as_owner: dict[str, Any] = (
            {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        options = f"-U {USER} -A trust -E UTF8 --locale=C --no-sync".split()
        making = [str(programs / "initdb"), "-D", str(folder / "data"), *options]
        subprocess.run(making, check=True, capture_output=True, cwd=folder, **self._as_owner)
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        log = self.folder / "log"
        options = f"-h 127.0.0.1 -p {self.port} -c fsync=off -c unix_socket_directories=".split()
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, cwd=self.folder, **self._as_owner
            )
        _wait_for(self._process, self.programs, self.port, log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT does not wait for open connections, SIGQUIT is a crash."""
        self._process.send_signal(how)
        self._process.wait(timeout=SECONDS_TO_START)


@contextmanager
def server_of_its_own(programs: Path) -> Iterator[Server]:
    """Run an empty server that its test may stop and start; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="deskpulse-postgresql-"))
    try:
        server = Server(programs, folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    """Return whom to run the server as: it refuses root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], programs: Path, port: int, log: Path) -> None:
    ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + SECONDS_TO_START
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
