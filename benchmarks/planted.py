"""Are planted effects and growth told? ``python -m benchmarks.planted [--seeds N]``: the demo's simulator, many seeds.

Shares of planted effects of events, on the desk's total and on its categories, and of planted growth that lie in their
95 % intervals, and how well growth is ranked.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasting.volume.calendar_effects import event_effects
from forecasting.volume.growth import growth
from tests.support.planted import Desk, planted_desk

RESULTS = Path(__file__).parent / "results" / "planted.json"


def measured(desk: Desk) -> dict[str, list[float]]:
    """Return for one desk what lies inside (1) or outside (0), and the rank correlation of growth."""
    held: dict[str, list[float]] = {"events, total": [], "events, categories": [], "growth": [], "rank": []}
    for name, (series, calendar) in desk.parts.items():
        for told in event_effects(series, calendar):
            _, low, high = told.effect
            kind = "events, categories" if name else "events, total"
            held[kind].append(float(low <= desk.effects[name, told.event.title] <= high))
    estimates = []
    for name, planted in desk.growth.items():
        found = growth(*desk.parts[name])
        assert found is not None
        share, low, high = found.effect
        held["growth"].append(float(low <= planted <= high))
        estimates.append(share)
    ranks = [np.argsort(np.argsort(values)) for values in (list(desk.growth.values()), estimates)]
    held["rank"].append(float(np.corrcoef(ranks[0], ranks[1])[0, 1]))
    return held


def main() -> None:
    """Print the table and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.planted", description=__doc__)
    options.add_argument("--seeds", type=int, default=20, metavar="N", help="simulated desks (default 20)")
    chosen = options.parse_args()
    desks = [measured(planted_desk(seed)) for seed in range(chosen.seeds)]
    pooled = {name: [value for desk in desks for value in desk[name]] for name in desks[0]}
    shown = Table("planted", "told", "in their 95 % interval", box=None)
    for name in ("events, total", "events, categories", "growth"):
        shown.add_row(name, str(len(pooled[name])), f"{np.mean(pooled[name]):.1%}")
    Console(width=100).print(shown)
    ranks = pooled["rank"]
    print(f"rank correlation of growth by category: mean {np.mean(ranks):.3f}, least {min(ranks):.3f}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"seeds": chosen.seeds, **pooled}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
