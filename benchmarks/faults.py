"""Two hundred kills of loads over the hosted helpdesks, and some of a loader that is wrong: ``make bench-faults``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.support.kills import Killed, kill_loads
from tests.support.live import FAKES

KINDS = ("zendesk", *FAKES)


def _so_far(kind: str, loader: str, told: Killed) -> None:
    says = f"{told.kills} killed, {told.compared} compared, {told.different} different"
    print(f"{kind}, {loader}: {says}", file=sys.stderr, flush=True)


def main() -> None:
    """Print what came of the kills, as JSON a helpdesk and loader."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200, help="over all kinds together")
    options.add_argument("--wrong-kills", type=int, default=40, help="at most, of each kind: one difference is enough")
    options.add_argument("--kind", action="append", choices=KINDS, help="only this kind of helpdesk")
    options.add_argument("--seed", type=int, default=7, help="of the moments; another one for another part of them")
    told = options.parse_args()
    kinds = told.kind or KINDS
    for kind in kinds:
        for wrong, kills in ((False, -(-told.kills // len(kinds))), (True, told.wrong_kills)):
            if not kills:
                continue
            loader = "cursor before rows" if wrong else "rows and cursor together"
            with tempfile.TemporaryDirectory() as folder:
                came = kill_loads(Path(folder), kills, told.seed, wrong, kind, partial(_so_far, kind, loader))
            print(json.dumps({"kind": kind, "loader": loader, **asdict(came)}), flush=True)


if __name__ == "__main__":
    main()
