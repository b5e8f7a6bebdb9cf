"""What pages ask of the warehouse: the seconds their queries take together, on the build published under a home;
and how much the browser is sent.

``python -m benchmarks.pages [--home DIR]`` opens each page as a reader would, in a process of its own, first with
everything cold, then again with every answer forgotten but the database warm. Prints a table, then the same as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.settings import ROOT

SPEED = "Speed · First reply time"
FOLDED = ("complete", "changed", "why_part", "movers", "odd", "capacity", "to_read", "notes", "as_text")


@dataclass(frozen=True)
class Address:
    """A page as a reader opens it: its file, what the address says, and which folded parts are open."""

    file: str
    query: dict[str, str | list[str]] = field(default_factory=dict)
    opened: tuple[str, ...] = ()


ADDRESSES: dict[str, Address] = {
    "Headline": Address("executive/headline"),
    "Weekly review": Address("manager/weekly_review"),
    "Weekly review, all unfolded": Address("manager/weekly_review", opened=FOLDED),
    "Weekly review of a month": Address("manager/weekly_review", {"review_by": "Month"}),
    "Workload": Address("manager/workload"),
    "Agents": Address("manager/agents"),
    "Agents, weeks": Address("manager/agents", {"by": "Weeks"}),
    "Explore": Address("analyst/explore"),
    "Explore, by category": Address("analyst/explore", {"by": "Category"}),
    "Explore, pivot, all time": Address(
        "analyst/explore", {"by": ["Category", "Channel"], "view": "Pivot", "span": "All time"}
    ),
    "Explore, durations": Address("analyst/explore", {"metric": SPEED, "against": "Just before"}),
    "Explore, durations by team, all time": Address(
        "analyst/explore", {"metric": SPEED, "by": "Team", "span": "All time"}
    ),
    "Explore, distribution, all time": Address(
        "analyst/explore", {"metric": SPEED, "view": "Distribution", "span": "All time"}
    ),
    "Explore, cohorts": Address("analyst/explore", {"metric": SPEED, "view": "Cohorts"}),
    "Definitions": Address("analyst/definitions"),
    "Definitions, a family": Address("analyst/definitions", {"find": "first reply"}),
    "Data health": Address("analyst/data_health"),
}
SCRIPT = """
import json, sys, time
from ui import warm
warm.warm_up()
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest
from metrics import percentiles
from metrics.published import Build
from ui import asking
spent = []
def timed(read, is_query=1):
    def run(*given):
        started, busy = time.monotonic(), time.process_time()
        try:
            return read(*given)
        finally:
            spent.append((time.monotonic() - started, time.process_time() - busy, is_query))
    return run
Build.read, Build.read_lists = timed(Build.read), timed(Build.read_lists)
percentiles.percentiles_of = timed(percentiles.percentiles_of, 0)
sent = []
enqueue = ForwardMsgQueue.enqueue
def weighed(self, message):
    sent.append(message.ByteSize())
    enqueue(self, message)
ForwardMsgQueue.enqueue = weighed
file, query, opened = json.loads(sys.argv[1])
found = {}
for nth in ("cold", "warm"):
    for name in ("_frames", "_made", "_options", "_health", "_first_days") if nth == "warm" else ():
        setattr(asking, name, asking.Kept())
    page = AppTest.from_file(file, default_timeout=300)
    for name, value in query.items():
        page.query_params[name] = value
    for name in opened:
        page.session_state[name] = True
    spent.clear()
    sent.clear()
    page.run()
    assert "Welcome" not in page.title[0].value, "no build of this version is published there"
    assert not page.exception and not page.error, page.error
    wall, cpu = (sum(one[part] for one in spent) * 1000 for part in (0, 1))
    queries = sum(one[2] for one in spent)
    found |= {f"{nth}_ms": wall, f"{nth}_cpu_ms": cpu, "queries": queries, "sent_kb": sum(sent) / 1000}
page.run()
started = time.process_time()
for _ in range(5):
    page.run()
print(json.dumps(found | {"rerun_cpu_ms": (time.process_time() - started) / 5 * 1000}))
"""


def measure(address: Address, home: Path) -> dict[str, float]:
    """Open a page at an address and return what its queries took and how much it sent."""
    asked = json.dumps([str(ROOT / "pages" / f"{address.file}.py"), address.query, address.opened])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, asked],
        cwd=ROOT,
        env={**os.environ, "DESKPULSE_HOME": str(home.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure every address and print them one below the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("DESKPULSE_HOME", "var")), metavar="DIR")
    parser.add_argument("--only", default="", metavar="TEXT", help="pages whose name begins so")
    options = parser.parse_args()
    asked = {name: address for name, address in ADDRESSES.items() if name.startswith(options.only)}
    results = {name: measure(address, options.home) for name, address in asked.items()}
    names = ("queries", "cold_ms", "cold_cpu_ms", "warm_ms", "warm_cpu_ms", "rerun_cpu_ms", "sent_kb")
    shown = Table("", *names, box=None)
    for page, result in results.items():
        shown.add_row(page, *(f"{result[name]:,.0f}" for name in names))
    Console().print(shown)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
