"""Who slides in the demo, found by the real pipeline: ``python -m benchmarks.strain_demo [--seeds N] [--from SEED]``.

One demo a seed: do the two planted slides reach "watch" within eight weeks, is the merely busy one shown as load
without drift, and how often is anybody else said to be worth a conversation?
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.seeds import seeded
from tests.support.planted_strain import build_of, judged

RESULTS = Path(__file__).parent / "results" / "strain_demo.json"


def measured(seed: int) -> dict[str, Any]:
    """Return how one seed went."""
    with tempfile.TemporaryDirectory() as folder:
        build, truth = build_of(Path(folder), seed)
        told = asdict(judged(seed, build, truth))
        build.engine.dispose()
    return told


def main() -> None:
    """Print the table and write the same as JSON; seeds measured before are kept."""
    rows = seeded("python -m benchmarks.strain_demo", __doc__, RESULTS, measured)
    shown = Table(
        "seed", "sliding: highest", "found", "busy: load", "busy: drift", "false watch", "false talk", box=None
    )
    for row in rows:
        highest = ", ".join(f"{z:.1f}" for z in row["highest"])
        busy = ("yes" if row[name] else "no" for name in ("busy_loaded", "busy_watched"))
        false = (str(row["false_watches"]), str(row["false_talks"]))
        shown.add_row(str(row["seed"]), highest, f"{sum(row['found'])} of {len(row['found'])}", *busy, *false)
    years = sum(row["agent_years"] for row in rows)
    told = {
        "found": sum(sum(row["found"]) for row in rows),
        "sliding": sum(len(row["found"]) for row in rows),
        "busy_loaded": sum(row["busy_loaded"] for row in rows),
        "busy_watched": sum(row["busy_watched"] for row in rows),
        "false_watch_an_agent_year": round(sum(row["false_watches"] for row in rows) / years, 3),
        "false_talk_an_agent_year": round(sum(row["false_talks"] for row in rows) / years, 3),
    }
    console = Console(width=120)
    console.print(shown)
    console.print(told)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({**told, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
