"""Loads of a helpdesk that are killed at random moments, and a loader that is wrong on purpose.

``python -m tests.support.kills HOME URL KIND [wrong]`` is the child that is killed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from etl.fakes.server import served
from etl.sources.live.store import Store
from tests.support.live import ANA, BOB, KIM, LEE, at, handed, hosted, read, source

ROOT = Path(__file__).resolve().parents[2]
SLICE_ROWS = 100
FINISH_EVERY = 5  # kills between two loads that are left to finish, and compared


@dataclass
class Killed:
    """What came of it: runs that were killed, loads that were compared, and those that differed."""

    kills: int = 0
    compared: int = 0
    different: int = 0


def busy_desk(tickets: int = 120, kind: str = "zendesk") -> Any:
    """Return a desk with enough of a past for a load of many slices."""
    fake, moments = hosted(kind), random.Random(3)
    fake.page_rows = 100 if kind == "zendesk" else 30
    for number in range(100, 100 + tickets):
        asked = at(-8, "08:30") + timedelta(minutes=37 * (number - 100))
        fake.ticket(number, moments.choice((ANA, BOB)), asked)
        fake.act(number, asked + timedelta(minutes=9), moments.choice((KIM, LEE)), comment=True, status="solved")
    fake.now = at(9, "12:00")
    return fake


def kill_loads(
    folder: Path,
    kills: int,
    seed: int = 7,
    wrong: bool = False,
    kind: str = "zendesk",
    progress: Callable[[Killed], None] = lambda _: None,
) -> Killed:
    """Kill that many loads of a busy desk; compare each that is left to finish with an undisturbed one.

    Of a ``wrong`` loader one difference is enough. ``progress`` is told what came of it after each comparison.
    """
    told, moments = Killed(), random.Random(seed)
    with served(busy_desk(kind=kind)) as at_work:
        started = time.monotonic()
        _finished(folder / "clean", at_work.url, kind, wrong=False)
        seconds = time.monotonic() - started
        clean, home = handed(folder / "clean"), folder / "killed"
        while told.kills < kills and not (wrong and told.different):
            shutil.rmtree(home, ignore_errors=True)
            for _ in range(FINISH_EVERY):
                child = _child(home, at_work.url, kind, wrong)
                time.sleep(moments.uniform(0.2, 0.9) * seconds)
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
                    told.kills += 1
                child.communicate()
            _finished(home, at_work.url, kind, wrong)
            told.compared += 1
            told.different += handed(home) != clean
            progress(told)
    return told


def _child(home: Path, url: str, kind: str, wrong: bool) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.support.kills", str(home), url, kind, *(["wrong"] if wrong else [])]
    return _started(command)


def full_disk(home: Path, url: str, largest: int) -> str:
    """Load a desk where no file may grow beyond ``largest`` bytes; returns what a failure says, nothing without one."""
    script = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))"
    child = _started(
        [sys.executable, "-c", f"{script}; from tests.support.kills import main; main({str(home)!r}, {url!r})"]
    )
    _, err = child.communicate(timeout=120)
    return err if child.returncode else ""


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _finished(home: Path, url: str, kind: str, wrong: bool) -> None:
    child = _child(home, url, kind, wrong)
    out, err = child.communicate(timeout=300)
    assert child.returncode == 0, out + err


class CursorFirst(Store):
    """A loader that is wrong: it moves the cursor, and brings the rows afterwards."""

    _later: Mapping[str, Sequence[Path]]

    def load(self, files: Mapping[str, Sequence[Path]]) -> None:
        self._later = dict(files)

    def commit(self, *told: Any, **more: Any) -> list[str]:
        new = super().commit(*told, **more)
        super().load(self._later)
        return new


def main(home: str, url: str, kind: str = "zendesk", *wrong: str) -> None:
    """Load the desk at ``url``, as it should be or wrongly."""
    if wrong:
        from etl.sources.live import extraction

        vars(extraction)["Store"] = CursorFirst
    read(Path(home), source(url, kind), at(9, "12:00"), slice_rows=SLICE_ROWS)


if __name__ == "__main__":
    main(*sys.argv[1:])
