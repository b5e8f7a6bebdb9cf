"""Readers at work while the pipeline publishes: ``make bench-load`` (``python -m benchmarks.load``).

So many sessions speak Streamlit's own protocol, without a browser, and go from page to page with a few seconds between.
Meanwhile the real pipeline publishes other figures again and again: each input is a demo of another seed. Every page
must be of one build: what says it is of a build shows exactly what all other such pages show, and no other build does.
Prints a table, then the same as JSON; the exit code is 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table
from websockets.exceptions import WebSocketException

from config.settings import ROOT
from etl.demo import write_demo
from tests.e2e.conftest import free_port, serving
from tests.support.sessions import Session, Shown

UNTIL = datetime(2026, 11, 21, 18, tzinfo=UTC)
PAGES = ("headline", "weekly_review", "explore")
AIM_P95_SECONDS = 2.0
AIM_GROWTH = 0.10


@dataclass
class Load:
    """What is going on: pages as they came, the server's memory every second, and when builds were published."""

    address: str
    pid: int
    began: float = field(default_factory=time.monotonic)
    shown: list[tuple[float, Shown]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # seconds since it began, MB
    published: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def since(self) -> float:
        """Return the seconds since it began."""
        return time.monotonic() - self.began

    def read(self, number: int, think_seconds: float) -> None:
        """Be a reader: open pages one after the other until it is over; a connection that is lost is an error."""
        dice = random.Random(number)
        time.sleep(dice.random() * think_seconds)
        try:
            with Session(self.address) as tab:
                for nth in range(number, sys.maxsize):
                    self.shown.append((self.since(), tab.open(PAGES[nth % len(PAGES)])))
                    if self.over.wait(think_seconds * (0.5 + dice.random())):
                        return
        except (OSError, WebSocketException) as error:
            self.shown.append((self.since(), Shown("", "", "", 0.0, 0, f"connection: {error!r}")))

    def watch(self) -> None:
        """Write down the server's memory every second."""
        while not self.over.wait(1):
            self.memory.append((self.since(), resident_mb(self.pid)))


def resident_mb(pid: int) -> float:
    """Return the memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return float(status.split("VmRSS:")[1].split()[0]) / 1024


def publish(demo: Path, home: Path) -> None:
    """Publish other figures with the real command."""
    command = [sys.executable, "-m", "etl", "run", "--input", str(demo), "--name", "demo", "--full-refresh"]
    done = subprocess.run(
        [*command, "--no-forecast"],
        cwd=ROOT,
        env={**os.environ, "DESKPULSE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)


def run(folder: Path, demos: Sequence[Path], sessions: int, seconds: float, think_seconds: float) -> Load:
    """Let readers read for so long, and as long as it takes to publish every demo but the first."""
    home, port = folder / "home", free_port()
    publish(demos[0], home)
    with serving(home, folder / "server.log", port) as server:
        load = Load(f"http://127.0.0.1:{port}", server.pid)
        readers = [threading.Thread(target=load.read, args=(n, think_seconds)) for n in range(sessions)]
        threads = [*readers, threading.Thread(target=load.watch)]
        for thread in threads:
            thread.start()
        for nth, demo in enumerate(demos[1:]):
            time.sleep(max(0.0, (nth + 0.5) * seconds / (len(demos) - 1) - load.since()))
            publish(demo, home)
            load.published.append(load.since())
        time.sleep(max(0.0, seconds - load.since()))
        load.over.set()
        for thread in threads:
            thread.join()
    if not any(not shown.says for _, shown in load.shown):
        raise SystemExit(f"no page was shown: {[shown.says for _, shown in load.shown][:1]}")
    return load


def mixed(shown: Sequence[Shown]) -> list[str]:
    """Return what speaks against every page being of one build, in sentences."""
    digests: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in shown:
        digests[one.page, one.build_id].add(one.digest)
    found = [f"{page} of {build}: {len(seen)} contents" for (page, build), seen in digests.items() if len(seen) > 1]
    for page in PAGES:
        builds = {build for known, build in digests if known == page}
        contents = {one for (known, _), seen in digests.items() if known == page for one in seen}
        if len(contents) < len(builds):
            found.append(f"{page}: {len(builds)} builds show {len(contents)} contents")
    return found


def p95_of(values: Sequence[float]) -> float:
    """Return what nineteen of twenty do not exceed."""
    return quantiles(values, n=20)[-1]


def told(load: Load, publishes: int) -> dict[str, Any]:
    """Return the figures of a load, and which aims it missed."""
    pages = [shown for _, shown in load.shown if not shown.says]
    wrong = [shown.says for _, shown in load.shown if shown.says]
    seconds = [shown.seconds for shown in pages]
    # Before: once every reader has opened every page. From then on a server that keeps things would grow.
    tenth = load.since() / 10
    before = [mb for at, mb in load.memory if tenth < at <= 2 * tenth]
    after = [mb for at, mb in load.memory if at > 9 * tenth]
    growth = median(after) / median(before) - 1
    p95 = p95_of(seconds)
    strange = mixed(pages)
    builds = {shown.build_id for shown in pages}
    missed = [
        *([f"{len(wrong)} errors, the first: {wrong[0]}"] if wrong else []),
        *strange,
        *([f"p95 {p95:.2f} s"] if p95 > AIM_P95_SECONDS else []),
        *([f"memory grew by {growth:.0%}"] if growth > AIM_GROWTH else []),
        *([f"{len(builds)} builds were seen"] if len(builds) != publishes + 1 else []),
    ]
    return {
        "pages": len(pages), "errors": len(wrong), "builds_seen": len(builds), "mixed": len(strange),
        "median_ms": median(seconds) * 1000, "p95_ms": p95 * 1000, "slowest_ms": max(seconds) * 1000,
        **{f"{page}_p95_ms": p95_of([shown.seconds for shown in pages if shown.page == page]) * 1000 for page in PAGES},
        "sent_mb": sum(shown.received_bytes for shown in pages) / 1e6, "memory_mb": median(before),
        "memory_growth_percent": growth * 100, "seconds": load.since(), "published_at": load.published,
        "memory_by_tenth_mb": [
            round(median([mb for at, mb in load.memory if n * tenth <= at < (n + 1) * tenth] or [0])) for n in range(10)
        ],
        "missed": missed,
    }  # fmt: skip


def main() -> None:
    """Write the demos, run the load, print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=30, metavar="N")
    parser.add_argument("--seconds", type=float, default=300, metavar="S")
    parser.add_argument("--publishes", type=int, default=5, metavar="N")
    parser.add_argument("--tickets", type=int, default=20_000, metavar="N", help="of each demo (default 20,000)")
    parser.add_argument("--think", type=float, default=5, metavar="S", help="between pages, on average (default 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        demos = [Path(scratch) / f"demo-{seed}" for seed in range(1, options.publishes + 2)]
        for seed, demo in enumerate(demos, start=1):
            write_demo(demo, tickets=options.tickets, days=400, until=UNTIL, seed=seed)
        load = run(Path(scratch), demos, options.sessions, options.seconds, options.think)
    result = told(load, options.publishes)
    shown = Table("", "", box=None, show_header=False)
    for name, value in result.items():
        shown.add_row(name, f"{value:,.0f}" if isinstance(value, float) else str(value))
    Console().print(shown)
    print(json.dumps(result))
    raise SystemExit(1 if result["missed"] else 0)


if __name__ == "__main__":
    main()
