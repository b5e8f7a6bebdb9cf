"""Who changes what a home holds takes turns: one run, rollback, erasure, backup or restore at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import RunRefused


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the home's lock; the system frees it when the process ends, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunRefused(f"another run is under way in {home}; wait for it, or stop it") from error
        yield
