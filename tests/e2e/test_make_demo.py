"""The first command of the README, as a newcomer gives it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT
from tests.e2e.conftest import free_port

pytestmark = pytest.mark.slow
SIX_CARDS = "document.querySelectorAll('[data-testid=stVegaLiteChart] svg').length >= 12"  # a trend and a bullet each
PATIENCE_SECONDS = 240  # of a machine shared with other tests; the README's promise is measured in docs/benchmarks.md


def _make_demo(home: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DESKPULSE_HOME": str(home)}
    return subprocess.Popen(
        ["make", "demo", f"PORT={port}"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _headline(browser: Any, port: int, until: float) -> str:
    """Wait for Headline with its six figures and return its text."""
    page = browser.new_page()
    try:
        while True:
            try:
                page.goto(f"http://127.0.0.1:{port}", timeout=20000)
                page.wait_for_function(SIX_CARDS, timeout=20000)
                return str(page.inner_text("body"))
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(1)
    finally:
        page.close()


def test_make_demo_ends_with_headline(browser: Any, tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    builds = []
    for patience in (PATIENCE_SECONDS, 60):  # from nothing; then again, which only starts the dashboard
        port = free_port()
        process = _make_demo(home, port, log)
        try:
            text = _headline(browser, port, time.monotonic() + patience)
        except Exception as error:
            raise AssertionError(log.read_text(encoding="utf-8")[-3000:]) from error
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)
        assert "first contact resolution" in text
        assert " %" in text.replace(" ", " ").replace("\u202f", " ").replace("\u00a0", " ")
        builds.append((home / "builds" / "current.duckdb").resolve())
    assert builds[0] == builds[1]
    assert json.loads((home / "demo-input" / "truth.json").read_text(encoding="utf-8"))
