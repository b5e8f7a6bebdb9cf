"""How fast a helpdesk is read: a fake Zendesk beside, from the first request to the published build.

``python -m benchmarks.sources [--tickets N]`` prints records a second of one core and the memory it took, then what a
run with nothing new takes.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from etl.fakes.server import served
from etl.fakes.zendesk import Zendesk

KEY = "b7f1c2d3e4a5968778695a4b3c2d1e0f00112233"
EVENTS_A_TICKET = 6
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def grown(tickets: int) -> Zendesk:
    """Return a desk with so many tickets of six events each: asked, assigned, answered, asked, answered, solved."""
    desk, moments = Zendesk(now=NOW), Random(1)
    for number in range(20):
        desk.group(number + 1, f"Team {number + 1}")
    agents = [desk.person(100 + n, "agent", f"Agent{n}", NOW, default_group_id=1 + n % 20) for n in range(200)]
    people = [desk.person(10_000 + n, "end-user", f"p{n}", NOW - timedelta(days=400)) for n in range(tickets // 5 + 1)]
    begin = NOW - timedelta(days=365)
    for number in range(1, tickets + 1):
        at = begin + timedelta(days=364) * (number / tickets)
        asker, agent = moments.choice(people), moments.choice(agents)
        desk.ticket(number, asker, at, group_id=1 + number % 20)
        desk.act(number, at + timedelta(minutes=5), None, assignee_id=agent)
        desk.act(number, at + timedelta(minutes=20), agent, comment=True, status="pending")
        desk.act(number, at + timedelta(hours=2), asker, comment=True, status="open")
        desk.act(number, at + timedelta(hours=3), agent, comment=True)
        desk.act(number, at + timedelta(hours=4), agent, status="solved")
    return desk


def _run(folder: Path, url: str) -> dict[str, float]:
    """Run the pipeline in a process of its own; returns its seconds, processor seconds and megabytes."""
    config = folder / "deskpulse.toml"
    here = 'allowed_networks = ["127.0.0.1"]\n'
    config.write_text(f'{here}[sources.desk]\nkind = "zendesk"\nurl = "{url}"\nuser = "admin@example.com"\n')
    secrets = {"DESKPULSE_PSEUDONYM_KEY": KEY, "DESKPULSE_DESK_TOKEN": "token", "DESKPULSE_HOME": str(folder / "home")}
    started = time.monotonic()
    command = [sys.executable, "-m", "etl", "run", "--config", str(config), "--no-forecast", "--json"]
    process = subprocess.Popen(command, env={**os.environ, **secrets}, stdout=subprocess.PIPE, text=True)
    told, _ = process.communicate()
    _, used = 0, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.returncode == 0
    counts = json.loads(told)["counts"]
    return {
        "seconds": time.monotonic() - started,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "read": sum(count["read"] for count in counts),
        "loaded": sum(count["loaded"] for count in counts),
    }


def main() -> None:
    """Print what the first run and one with nothing new took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    tickets = options.parse_args().tickets
    with tempfile.TemporaryDirectory() as folder, served(grown(tickets)) as desk:
        first = _run(Path(folder), desk.url)
        records = tickets * (1 + EVENTS_A_TICKET)
        told = {"records": records, "records_a_second": records / first["processor_seconds"], **first}
        print(json.dumps(told), flush=True)
        again = _run(Path(folder), desk.url)
    used = again["processor_seconds"] - first["processor_seconds"]
    print(json.dumps({"nothing_new": again["loaded"] == 0, "seconds": again["seconds"], "processor_seconds": used}))


if __name__ == "__main__":
    main()
