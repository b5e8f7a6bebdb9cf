"""How the pipeline and the headline scale: files → published build, query and page, at one million tickets and four.

``python -m benchmarks.scale [--tickets N …] [--keep DIR]`` prints a table, then the same as JSON. Each size is a demo
helpdesk with all its tables (events, service targets, surveys, sessions …), read and built by the real command in a
process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from config.settings import ROOT, Settings
from etl.demo import write_demo
from metrics import HEADLINE, Question, Scope, ask
from metrics.published import Build, current_build

UNTIL = datetime(2026, 11, 21, 18, tzinfo=UTC)
RERUNS = 20


def _pipeline(demo: Path, home: Path) -> dict[str, float]:
    """Run ``etl run`` on a demo and return its wall seconds, CPU seconds and peak memory."""
    command = [sys.executable, "-m", "etl", "run", "--input", str(demo), "--name", "demo", "--no-forecast", "--json"]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DESKPULSE_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"run_seconds": time.monotonic() - started, "run_cpu_seconds": cpu, "peak_gb": after.ru_maxrss / 1024**2}


def _headline_queries(build: Build) -> dict[str, float]:
    """Return the milliseconds of each headline figure over the last full month, the median of five askings."""
    first = build.local_as_of.date().replace(day=1)
    month = Question(HEADLINE, since=first, until=first).previous()
    found = {}
    for name in HEADLINE:
        times = []
        for _ in range(5):
            started = time.monotonic()
            ask(month.of([name]), Scope.everything(), build)
            times.append(time.monotonic() - started)
        found[f"{name}_ms"] = sorted(times)[2] * 1000
    return found


def _headline_rerun(home: Path) -> float:
    """Return the CPU milliseconds of one rerun of Headline, caches warm, in a process of its own."""
    script = (
        "import time; from streamlit.testing.v1 import AppTest; from ui.warm import warm_up; warm_up(); "
        "page = AppTest.from_file('dashboard.py', default_timeout=60).run(); page.run(); "
        f"started = time.process_time(); [page.run() for _ in range({RERUNS})]; "
        f"assert not page.exception; print((time.process_time() - started) / {RERUNS} * 1000)"
    )
    environment = {**os.environ, "DESKPULSE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def measure(tickets: int, folder: Path) -> dict[str, Any]:
    """Measure one size in a folder of its own."""
    demo, home = folder / f"demo-{tickets}", folder / f"home-{tickets}"
    started = time.monotonic()
    write_demo(demo, tickets=tickets, until=UNTIL)
    found: dict[str, Any] = {"tickets": tickets, "demo_seconds": time.monotonic() - started, **_pipeline(demo, home)}
    found |= _headline_queries(current_build(replace(Settings(), home=home)))
    return {**found, "headline_rerun_cpu_ms": _headline_rerun(home)}


def main() -> None:
    """Measure the sizes asked for and print them side by side."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000_000, 4_000_000], metavar="N")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where to keep what was made (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        results = [measure(tickets, options.keep or Path(scratch)) for tickets in options.tickets]
    shown = Table("", *(f"{result['tickets']:,} tickets" for result in results), "ratio", box=None)
    for name in results[0]:
        values = [result[name] for result in results]
        shown.add_row(
            name, *(f"{value:,.1f}" for value in values), f"{values[-1] / values[0]:.2f}" if values[0] else ""
        )
    Console().print(shown)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
