"""What has been sent, so that a restart or a second schedule sends nobody the same week twice."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from config.errors import DeskpulseError
from config.settings import Settings

DIGESTS = "digests"


class AlreadySending(DeskpulseError):
    """Another process is sending the same."""


@contextmanager
def sending(settings: Settings, what: str = DIGESTS) -> Iterator[Path]:
    """Hold the right to send and yield the file of what was sent; the system frees it when the process ends."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / f"{what}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadySending(f"{what} are being sent by another process") from error
        yield settings.home / f"{what}.jsonl"


def was_sent(file: Path, to: str, week: date) -> bool:
    """Tell whether somebody has received the digest of a week."""
    return sent_at(file, to, week) is not None


def sent_at(file: Path, to: str, week: date) -> datetime | None:
    """Return when somebody last received the digest of a week; None where they have not."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = [json.loads(line) for line in lines if line.endswith("}")]
    at = [row["at"] for row in rows if row["to"] == to and row["week"] == week.isoformat()]
    return datetime.fromisoformat(at[-1]) if at else None


def note_sent(file: Path, to: str, week: date, build_id: str) -> None:
    """Remember that somebody has received the digest of a week."""
    row = {"to": to, "week": week.isoformat(), "build": build_id, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    with file.open("a", encoding="utf-8") as sent:
        sent.write(json.dumps(row) + "\n")
