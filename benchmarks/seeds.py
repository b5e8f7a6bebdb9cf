"""One measurement a seed: what benchmarks over many demos share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def seeded(prog: str, says: str | None, results: Path, measured: Callable[[int], Row]) -> list[Row]:
    """Return a row a seed, as ``--seeds N --from SEED`` ask; rows of earlier seeds are kept from ``results``."""
    options = argparse.ArgumentParser(prog=prog, description=says)
    options.add_argument("--seeds", type=int, default=20, metavar="N", help="demos to simulate (default 20)")
    options.add_argument("--from", type=int, default=1, metavar="SEED", dest="first", help="the first seed (default 1)")
    asked = options.parse_args()
    before = json.loads(results.read_text(encoding="utf-8"))["rows"] if results.exists() and asked.first > 1 else []
    kept = [row for row in before if row["seed"] < asked.first]
    return [*kept, *(measured(seed) for seed in range(asked.first, asked.first + asked.seeds))]
