"""What the test files take, from a run's report: ``python -m tests.support.durations REPORT.xml`` (``--junitxml``)."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as xml
from collections import defaultdict
from pathlib import Path

TOLD_FROM_SECONDS = 5
NOTE = """\
# Seconds of the files that take more than a few, as they were on two busy cores. The longest are begun first
# (tests/conftest.py), so only the order counts: docs/testing.md says how this is written.
[seconds]
"""


def told(report: Path) -> str:
    """Return the text of durations.toml for a run's report."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for case in xml.parse(report).getroot().iter("testcase"):
        _, *folder, name = case.attrib["classname"].split(".")
        seconds["/".join([*folder, f"{name}.py"])] += float(case.attrib["time"])
    longest = sorted(seconds.items(), key=lambda told: -told[1])
    lines = [f'"{file}" = {round(spent)}\n' for file, spent in longest if spent >= TOLD_FROM_SECONDS]
    return NOTE + "".join(lines)


if __name__ == "__main__":
    (Path(__file__).parents[1] / "durations.toml").write_text(told(Path(sys.argv[1])), encoding="utf-8")
