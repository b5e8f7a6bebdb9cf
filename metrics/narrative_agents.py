"""Words for a person's figure beside what their work lets expect: never a rank, never a grade."""

from __future__ import annotations

from math import isfinite

from metrics.kinds import Metric


def standing_reads(metric: Metric, value: float, low: float, high: float) -> str:
    """Return how a value stands to what is expected; chance alone stays inside ``low`` to ``high`` 19 times in 20."""
    if not all(map(isfinite, (value, low, high))):
        return "too little to tell"
    if low <= value <= high:
        return "as expected"
    where = "above" if value > high else "below"
    if metric.better == "neither":
        return where
    good = (where == "above") == (metric.better == "up")
    return f"{where}: {'worth a thank-you' if good else 'ask what makes it hard'}"
