"""Two hundred kills of loads of a helpdesk, and the same of a loader that is wrong: ``make bench-faults``."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.support.kills import kill_loads


def main() -> None:
    """Print what came of the kills, as JSON a loader."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--wrong-kills", type=int, default=40, help="at most: one difference is enough")
    told = options.parse_args()
    for wrong, kills in ((False, told.kills), (True, told.wrong_kills)):
        with tempfile.TemporaryDirectory() as folder:
            came = kill_loads(Path(folder), kills, wrong=wrong)
        print(json.dumps({"loader": "cursor before rows" if wrong else "rows and cursor together", **asdict(came)}))


if __name__ == "__main__":
    main()
