"""How well the audit of topics and customers finds what was planted: ``python -m benchmarks.audit [--seeds N]``.

One demo a seed, built by the real pipeline: are the planted categories the candidates, how far are the hours they would
free from the simulation's own, is the topic without an article found, and where do the customers about to leave stand?
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import mean, pstdev
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.seeds import seeded
from tests.support.planted_topics import Found, found_in

RESULTS = Path(__file__).parent / "results" / "audit.json"


def measured(seed: int) -> dict[str, Any]:
    """Return how one seed went."""
    with tempfile.TemporaryDirectory() as folder:
        found: Found = found_in(Path(folder), seed)
        found.build.engine.dispose()
    return {
        "seed": seed,
        "candidates_right": set(found.ranked) == found.automatable,
        "hours": round(found.hours, 1),
        "true_hours": round(found.true_hours, 1),
        "off_by": found.off_by,
        "gap_found": found.topic_without_article in found.gaps,
        "risk_places": found.risk_places,
        "customers": found.list_length,
    }


def main() -> None:
    """Print the table and write the same as JSON; seeds measured before are kept."""
    rows = seeded("python -m benchmarks.audit", __doc__, RESULTS, measured)
    shown = Table("seed", "candidates", "hours", "truth", "off by", "gap", "customers' places", box=None)
    for row in rows:
        right, gap = ("right" if row[name] else "WRONG" for name in ("candidates_right", "gap_found"))
        places = ", ".join(f"{place:.1%}" for place in row["risk_places"])
        hours = (f"{row['hours']:.0f}", f"{row['true_hours']:.0f}", f"{row['off_by']:+.1%}")
        shown.add_row(str(row["seed"]), right, *hours, gap, places)
    off, places = [row["off_by"] for row in rows], [place for row in rows for place in row["risk_places"]]
    told = {
        "seeds": len(rows),
        "candidates_right": sum(row["candidates_right"] for row in rows),
        "gap_found": sum(row["gap_found"] for row in rows),
        "off_by_mean": mean(off),
        "off_by_spread": pstdev(off),
        "off_by_most": max(off, key=abs),
        "in_top_decile": mean(place < 0.1 for place in places),
        "rows": rows,
    }
    console = Console(width=120)
    console.print(shown)
    console.print({name: value for name, value in told.items() if name != "rows"})
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
