"""How well strain is told: ``python -m benchmarks.strain [--seeds N] [--demo-seeds N]``.

Simulated desks of 40 teams of 40 over a year, with what is easily mistaken for a slide; simpler scores beside; small
teams; half a slide; few tickets; and how long 5,000 agents of two years take.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.strain_judge import SIMPLER, Judged, judged, ours
from forecasting.strain.drift import drift
from forecasting.strain.weekly import weekly_of
from tests.support.sliding import Desk, simulated

RESULTS = Path(__file__).parent / "results" / "strain.json"
FULL = Desk()
SIX = replace(FULL, teams=150, agents=6)
DESKS: dict[str, Desk] = {
    "full effect": FULL,
    "grown over 4 weeks": replace(FULL, ramp_weeks=4),
    "grown over 8 weeks": replace(FULL, ramp_weeks=8),
    "half effect": replace(FULL, effect=0.5),
    "10-30 tickets a week": replace(FULL, tickets=20.0),
    "restless weeks": replace(FULL, noise=0.25),
    "teams of six": SIX,
    "two sliding in a team of six": replace(SIX, slides_a_team=2),
}
MEASURES = ("auc", "auc_weeks", "found", "false", "moved", "overloaded", "shocked", "returned")


def pooled(rows: list[Judged]) -> dict[str, float]:
    """Return the mean of several desks' measures."""
    with np.errstate(all="ignore"):
        return {name: float(np.nanmean([row.row()[name] for row in rows])) for name in rows[0].row()}


def studied(seeds: int) -> Iterator[dict[str, Any]]:
    """Yield a row a desk and score, at the default threshold and at the one for a tenth of a false alarm."""
    for name, plain in DESKS.items():
        scores = {"strain": ours} | (SIMPLER if name == "full effect" else {})
        told = [simulated(replace(plain, seed=100 + seed)) for seed in range(seeds)]
        for score, compute in scores.items():
            given = [(compute(one), one) for one in told]
            for at in (2.4, None) if score == "strain" else (None,):
                row = pooled([judged(z, one, at) for z, one in given])
                yield {"desk": name, "score": score, "threshold": "2.4" if at else "set for .1", **row}


def timed() -> dict[str, float]:
    """Return how long 5,000 agents of 104 weeks take: processor seconds, without and with building the table."""
    told = simulated(replace(FULL, teams=125, weeks=104, categories=6))
    started = time.process_time()
    weekly = weekly_of(told.table)
    coded = time.process_time()
    drift(weekly)
    return {"rows": len(told.table), "coding": coded - started, "scoring": time.process_time() - coded}


def main() -> None:
    """Print the tables and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.strain", description=__doc__)
    options.add_argument("--seeds", type=int, default=3, metavar="N", help="simulated desks a row (default 3)")
    chosen = options.parse_args()
    started = time.monotonic()
    rows = list(studied(chosen.seeds))
    shown = Table("desk", "score", "threshold", *MEASURES, box=None)
    for row in rows:
        shown.add_row(row["desk"], row["score"], row["threshold"], *(f"{row[name]:.3f}" for name in MEASURES))
    console = Console(width=150)
    console.print(shown)
    speed = timed()
    console.print(f"5,000 agents, 104 weeks: {speed['coding'] + speed['scoring']:.1f} CPU-s for {speed['rows']:,} rows")
    RESULTS.parent.mkdir(exist_ok=True)
    told = {"seeds": chosen.seeds, "seconds": round(time.monotonic() - started, 1), "rows": rows, "speed": speed}
    told["desks"] = {name: asdict(desk) for name, desk in DESKS.items()}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
