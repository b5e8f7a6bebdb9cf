"""Killed at random moments and run again, the pipeline comes to the same warehouse; readers never notice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from config.settings import Settings
from etl.demo import write_demo
from forecasting.steps import run_steps
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.content import content_hash

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
UNTIL = datetime(2026, 3, 31, 18, tzinfo=UTC)


def _run(home: Path, demo: Path) -> subprocess.Popen[str]:
    return _started(home, "etl", "run", "--input", str(demo), "--name", "demo", "--json", "--no-forecast")


def _started(home: Path, *command: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DESKPULSE_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _killed(process: subprocess.Popen[str], after_seconds: float) -> bool:
    """Kill a process and all it started after so many seconds, and tell whether it was still at work."""
    time.sleep(after_seconds)
    at_work = process.poll() is None
    if at_work:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return at_work


def _finished(home: Path, demo: Path) -> float:
    started = time.monotonic()
    process = _run(home, demo)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    return time.monotonic() - started


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, tickets=2000, until=UNTIL)
    return folder


@contextmanager
def _reading(home: Path, answers: list[float], errors: list[Exception]) -> Iterator[None]:
    """Ask for a figure again and again, as a dashboard does, until the block ends."""
    settings, over = replace(Settings(), home=home), threading.Event()

    def read() -> None:
        while not over.wait(0.01):
            try:
                answers.append(
                    ask(Question(("tickets_created",)), Scope.everything(), current_build(settings))["value"].iloc[0]
                )
            except Exception as error:  # whatever a reader would have seen
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        over.set()
        reader.join()


@pytest.mark.slow
def test_killed_runs_leave_nothing_behind(demo: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    seconds = _finished(clean, demo)
    expected = content_hash((clean / "builds" / "current.duckdb").resolve())
    moments = random.Random(7)
    home, answers, errors, killed = tmp_path / "killed", [], [], 0
    _finished(home, demo)
    with _reading(home, answers, errors):
        for kill in range(KILLS):
            if kill % 4 == 0:  # as often from nothing as from a desk that was read before
                (home / "extract.duckdb").unlink(missing_ok=True)
            killed += _killed(_run(home, demo), moments.uniform(0.05, 0.95) * seconds)
            current = (home / "builds" / "current.duckdb").resolve()
            assert content_hash(current) == expected, f"kill {kill} changed what is published"
            if kill % 4 == 3:
                _finished(home, demo)
                _killed(_started(home, "forecasting", "run"), moments.uniform(1, 8))
                assert content_hash((home / "builds" / "current.duckdb").resolve()) == expected
    assert killed >= KILLS // 2
    settings = replace(Settings(), home=home)
    assert [result.outcome for result in run_steps(settings, UNTIL, names=["interventions", "alerts"])] == ["ready"] * 2
    assert not errors, errors[0]
    assert set(answers) == {answers[0]}


def test_the_hash_would_notice(tmp_path: Path) -> None:
    """A content hash that could not tell two warehouses apart would make the test above worthless."""
    hashes = set()
    for value in (1, 2, 2):
        path = tmp_path / f"{len(hashes)}-{value}.duckdb"
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create table fct_ticket as select {value} as ticket_key")
        hashes.add(content_hash(path))
    assert len(hashes) == 2
