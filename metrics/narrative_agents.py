"""Words for a person's figure beside what their work lets expect: never a rank, never a grade."""

from __future__ import annotations

from math import isfinite

from metrics.kinds import Metric

OUTSIDE = 0.05  # of values that are as expected: the intervals hold 95 %


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


def chance_reads(people: int) -> str:
    """Return how many of so many people chance alone puts outside what is expected; empty where there are few."""
    by_chance = round(people * OUTSIDE)
    if not by_chance:
        return ""
    one = f"one of {people}" if by_chance == 1 else f"{by_chance} of {people}"
    return f"Chance alone puts about {one} outside what is expected."
