"""How the pipeline and the pages scale: files → published build, query and page, by the number of tickets.

``python -m benchmarks.scale [--tickets N …] [--pages] [--events-alone] [--keep DIR]`` prints a table with the exponent
of growth (1 is in proportion), then the same as JSON. Each size is a demo helpdesk with all its tables (events, service
targets, surveys, sessions …), above a million tickets several side by side, read and built by the real command in a
process of its own, so that its peak memory is its own. With ``--pages`` what each page of ``benchmarks.pages`` asks is
added up too.
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
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import pages
from benchmarks.desks import write_desks
from config.settings import ROOT, Settings
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


def last_full_month(build: Build, metrics: tuple[str, ...]) -> Question:
    """Return the question for metrics over the month before the build's."""
    until = build.local_as_of.date().replace(day=1) - timedelta(days=1)
    return Question(metrics, since=until.replace(day=1), until=until)


def _headline_queries(build: Build) -> dict[str, float]:
    """Return the milliseconds of each headline figure over the last full month, the median of five askings."""
    month = last_full_month(build, HEADLINE)
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


def _page_queries(home: Path) -> dict[str, float]:
    """Return the milliseconds of a page's queries, cold and with answers forgotten: of the slowest and of 19 in 20."""
    found: dict[str, float] = {}
    results = [pages.measure(address, home) for address in pages.ADDRESSES.values()]
    for how in ("cold_ms", "warm_ms"):
        times = [result[how] for result in results]
        found |= {f"pages_p95_{how}": float(np.percentile(times, 95)), f"slowest_page_{how}": max(times)}
    return found


def measure(tickets: int, folder: Path, events_alone: bool, with_pages: bool) -> dict[str, Any]:
    """Measure one size in a folder of its own."""
    started = time.monotonic()
    desks = write_desks(folder, tickets, UNTIL, events_alone)
    home = folder / f"home-{desks.name}"
    found: dict[str, Any] = {"tickets": tickets, "demo_seconds": time.monotonic() - started, **_pipeline(desks, home)}
    found |= _headline_queries(current_build(replace(Settings(), home=home)))
    found["headline_rerun_cpu_ms"] = _headline_rerun(home)
    return {**found, **(_page_queries(home) if with_pages else {})}


def exponent(sizes: Sequence[float], measured: Sequence[float]) -> float:
    """Return the power of the size that a figure grows by, by least squares of their logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(measured), 1)[0])


def main() -> None:
    """Measure the sizes asked for and print them side by side."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000_000, 4_000_000], metavar="N")
    parser.add_argument("--pages", action="store_true", help="what each page asks, too")
    parser.add_argument("--events-alone", action="store_true", help="nothing beside tickets and their events")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where to keep what was made (default: nowhere)")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        for tickets in options.tickets:
            results.append(measure(tickets, options.keep or Path(scratch), options.events_alone, options.pages))
            print(json.dumps(results[-1]), file=sys.stderr)  # the next size takes minutes
    shown = Table("", *(f"{result['tickets']:,} tickets" for result in results), "exponent", box=None)
    for name in results[0]:
        values = [result[name] for result in results]
        grows = exponent(options.tickets, values) if len(values) > 1 and min(values) > 0 else None
        shown.add_row(name, *(f"{value:,.1f}" for value in values), "" if grows is None else f"{grows:.2f}")
    Console().print(shown)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
