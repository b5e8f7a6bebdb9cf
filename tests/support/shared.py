"""Folders of a test run that are made once, by whichever process asks first, and helpdesks published in them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from config.settings import Settings
from etl.pipeline import FileSource, run

DEMO, HOME = "demo", "home"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name`` that ``make`` filled, once for all processes of a test run; who comes later waits.

    Whoever gets it only reads it: what is to be written to is copied first (``copy_of``).
    """
    root = factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "shared" / name
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def publish_demo(folder: Path, now: datetime, forecast: bool = False, demo: Path | None = None, **chosen: Any) -> None:
    """Publish the demo of ``folder`` (or one elsewhere) into ``folder/home`` with settings ``chosen``."""
    settings = replace(Settings(), home=folder / HOME, **chosen)
    done = run([FileSource("demo", (demo or folder / DEMO,))], settings, now, lambda _: None, forecast=forecast)
    assert [step.says for step in done.outlook if step.outcome == "failed"] == []


def forget_campaign(demo: Path, title: str) -> None:
    """Take a campaign out of a demo's calendar: it happened, and nobody wrote it down."""
    calendar = demo / "calendar_events.parquet"
    rows = pq.read_table(calendar)
    kept = rows.filter(pc.not_equal(rows["title"], title))
    assert len(kept) < len(rows), title
    pq.write_table(kept, calendar)


def copy_of(shared: Settings, folder: Path) -> Settings:
    """Copy a published home into ``folder``, to be written to; its input stays where it is."""
    home = folder / HOME
    shutil.copytree(shared.home, home, symlinks=True, ignore=shutil.ignore_patterns("*.lock", "*.log"))
    return replace(shared, home=home)
