"""How fast and how well subjects become topics: ``python -m benchmarks.topics [--subjects N]``.

Simulated subjects, all different: two of the five telling words of one of sixty topics, up to three words that say
nothing, typing errors and numbers. Told are processor seconds, memory, whether a second run gives the same, and how
well topics agree with those that were meant (adjusted Rand index: 1 is perfect, 0 is chance).
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

from forecasting.topics import with_topics
from tests.support.subjects import written

RESULTS = Path(__file__).parent / "results" / "topics.json"


def main() -> None:
    """Print what was measured, and write the same as JSON."""
    from sklearn.metrics import adjusted_rand_score

    options = argparse.ArgumentParser(prog="python -m benchmarks.topics", description=__doc__)
    options.add_argument(
        "--subjects", type=int, default=100_000, metavar="N", help="different subjects (default 100000)"
    )
    subjects = written(options.parse_args().subjects)
    began = time.process_time()
    found = with_topics(subjects)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    named = found["category"] + " " + found["topic_number"].astype(str)
    told = {
        "subjects": len(subjects),
        "cpu_seconds": round(seconds, 1),
        "peak_gb": round(peak / 1e9, 2),
        "same_again": bool(with_topics(subjects).equals(found)),
        "adjusted_rand": round(float(adjusted_rand_score(found["meant"], named)), 3),
    }
    print(json.dumps(told))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
