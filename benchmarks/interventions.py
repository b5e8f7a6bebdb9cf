"""How far the verdicts on interventions can be trusted: ``python -m benchmarks.interventions [--series N]``.

Simulated daily series of every kind of metric, without and with an effect: how often the 95 % interval holds the truth,
how often something is called to have worked where nothing was done, and how often a real effect is found.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasting.effects import Effect, measure
from forecasting.segmented import Family
from tests.support.interrupted import Shape, simulated

RESULTS = Path(__file__).parent / "results" / "interventions.json"
PLAIN = Shape("count")
SHAPES: dict[str, Shape] = {
    "8 weeks before, 4 after": replace(PLAIN, before=56, after=28),
    "half a year before": replace(PLAIN, before=182),
    "half a year, chance independent": replace(PLAIN, before=182, likeness=0.0),
    "half a year, a season of 10 % unseen": replace(PLAIN, before=182, season=0.1),
    "a year before, a season of 10 %": replace(PLAIN, season=0.1),
    "a year before, chance slow to fade": replace(PLAIN, likeness=0.7, rows=60),
    "two years before, a season of 10 %": replace(PLAIN, before=773, season=0.1),
}
CHANGE = {"share": 0.5, "count": -0.2, "mean": -0.2, "log": -0.2}


def measured(shape: Shape, series: int) -> list[Effect]:
    """Return the effects found in so many simulated series."""
    return [measure(simulated(shape, seed), 0).effect for seed in range(series)]


def studied(series: int) -> Iterator[dict[str, Any]]:
    """Yield one row a shape and kind: coverage, false verdicts, power, the interval's width."""
    for name, plain in SHAPES.items():
        for family in get_args(Family):
            shape = replace(plain, family=family)
            none, some = measured(shape, series), measured(replace(shape, change=CHANGE[family]), series)
            found = [e.low > 0 if CHANGE[family] > 0 else e.high < 0 for e in some]
            yield {
                "series": name,
                "kind": family,
                "coverage": float(np.mean([e.low <= 0 <= e.high for e in none])),
                "false_worked": float(np.mean([e.high < 0 for e in none])),
                "false_worse": float(np.mean([e.low > 0 for e in none])),
                "found": float(np.mean(found)),
                "half_width": float(np.median([e.high - e.low for e in none])) / 2,
                "shape": asdict(shape),
            }


def main() -> None:
    """Print the table and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.interventions", description=__doc__)
    options.add_argument("--series", type=int, default=300, metavar="N", help="simulated series a row (default 300)")
    series = options.parse_args().series
    started = time.monotonic()
    rows = list(studied(series))
    shown = Table("series", "kind", "coverage", "false worked", "false worse", "found", "half width", box=None)
    for row in rows:
        shares = (row[name] for name in ("coverage", "false_worked", "false_worse", "found"))
        shown.add_row(row["series"], row["kind"], *(f"{share:.1%}" for share in shares), f"{row['half_width']:.3f}")
    Console(width=120).print(shown)
    RESULTS.parent.mkdir(exist_ok=True)
    told = {"series": series, "seconds": round(time.monotonic() - started, 1), "rows": rows}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
