"""What finished windows forecast, remembered by content: a forecast made from the same days is never made twice."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from forecasting.volume.series import Calendar, Daily, Floats

FILE: Final = "forecasts.sqlite"
KEPT_SECONDS: Final = 120 * 86400  # what no refresh asked for in so long is forgotten
TOUCHED_SECONDS: Final = 7 * 86400


class Memory(Protocol):
    """Remembers arrays by key."""

    def recall(self, key: str, make: Callable[[], Floats]) -> Floats:
        """Return what is remembered under a key, made and remembered where nothing is."""


class Forgetful:
    """Remembers for as long as it lives."""

    def __init__(self) -> None:
        self._known: dict[str, Floats] = {}

    def recall(self, key: str, make: Callable[[], Floats]) -> Floats:
        """Return what is remembered under a key, made and remembered where nothing is."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]


class Cache:
    """Remembers in a file under a folder (``DESKPULSE_HOME/cache``); one that cannot be read is begun anew."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        try:
            self._connection = _opened(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            self._connection = _opened(path)

    def recall(self, key: str, make: Callable[[], Floats]) -> Floats:
        """Return what is remembered under a key, made and remembered where nothing is."""
        now = int(time.time())
        row = self._connection.execute("select array, used_at from forecast where key = ?", [key]).fetchone()
        if row is None:
            made = make()
            self._connection.execute("insert or replace into forecast values (?, ?, ?)", [key, made.tobytes(), now])
            return made
        if row[1] < now - TOUCHED_SECONDS:
            self._connection.execute("update forecast set used_at = ? where key = ?", [now, key])
        return np.frombuffer(row[0], dtype=np.float64).copy()


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, without what was not asked for in long; what a crash loses is made again: no waiting for disks."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = off")
    connection.execute("create table if not exists forecast (key text primary key, array blob, used_at integer)")
    connection.execute("delete from forecast where used_at < ?", [int(time.time()) - KEPT_SECONDS])
    return connection


def key_of(member: str, version: int, history: Daily, horizon: int, calendar: Calendar) -> str:
    """Return a key of all that a member's forecast depends on."""
    first, last = history.first - 1, history.last + horizon + 1
    told = hashlib.sha256()
    told.update(f"{member} {version} {horizon} {history.first}".encode())
    told.update(np.ascontiguousarray(history.y, dtype=np.float64).tobytes())
    for day, name in sorted(calendar.holidays.items()):
        if first <= day <= last:
            told.update(f"{day} {name};".encode())
    for event in calendar.known_on(history.last).events:
        if event.first <= last and event.last >= first:
            told.update(f"{event};".encode())
    return told.hexdigest()
