"""100,000 inputs nobody meant: mappings, questions, files; no traceback, no hang. ``make bench-fuzz``.

Prints a table and JSON. The inputs are those of ``tests/unit/test_fuzz.py`` with other seeds; a finding ends it with
the smallest input that shows it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.support.asking import build_of
from tests.support.fuzzing import FILES, MAPPINGS, asked, file_reader, fuzz, mapping_reader, question_asker
from tests.support.stories import busy_month, warehouse

SHARES = {"mappings": 60_000, "questions": 30_000, "files": 10_000}
AT_ONCE = 5_000  # examples a seed: hypothesis remembers what it has tried


@contextmanager
def _use(target: str, folder: Path) -> Iterator[tuple[Any, Callable[[Any], None]]]:
    if target == "mappings":
        yield MAPPINGS, mapping_reader(folder)
    elif target == "files":
        yield FILES, file_reader(folder)
    else:
        with warehouse(busy_month()) as connection:
            yield asked(), question_asker(build_of(connection))


def main() -> None:
    """Try every target, or one, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--target", choices=list(SHARES), help="only these inputs")
    parser.add_argument("--inputs", type=int, metavar="N", help="how many of them")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="other inputs (default 1)")
    options = parser.parse_args()
    shown, told = Table("target", "inputs", "refused in a line", "processor s", box=None), []
    for target in [options.target] if options.target else list(SHARES):
        wanted, began, tried, refused = options.inputs or SHARES[target], time.process_time(), 0, 0
        with tempfile.TemporaryDirectory() as folder, _use(target, Path(folder)) as (inputs, use):
            for start in range(0, wanted, AT_ONCE):
                seen = fuzz(inputs, use, min(AT_ONCE, wanted - start), options.seed * 1_000_000 + start)
                tried, refused = tried + seen.tried, refused + seen.refused
        spent = time.process_time() - began
        told.append({"target": target, "inputs": tried, "refused": refused, "processor_seconds": round(spent, 1)})
        shown.add_row(target, f"{tried:,}", f"{refused:,}", f"{spent:.0f}")
    Console().print(shown)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
