"""Sentences about goals: what is aimed for, since when and by whose decision, and how often it was reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from metrics.kinds import Metric
from metrics.narrative import spoken
from metrics.reading import Style, day_reads


def aim_reads(metric: Metric, value: float | None, at_least: bool, style: Style) -> str:
    """Return a target as ``at least 70.0 %``; ``none`` where it was taken back."""
    return "none" if value is None else f"{'at least' if at_least else 'at most'} {style.value(metric, value)}"


def decided_reads(
    metric: Metric, value: float | None, at_least: bool, since: date, by: str, note: str, style: Style
) -> str:
    """Return a line of the history: ``From 1 October 2026 reopen rate at most 5.0 % (kim): after the new macros``."""
    if value is None:
        said = f"From {day_reads(since)} no own target for {spoken(metric)} ({by})"
    else:
        said = f"From {day_reads(since)} {spoken(metric)} {aim_reads(metric, value, at_least, style)} ({by})"
    return f"{said}: {note}" if note else said


def record_reads(reached: Sequence[bool]) -> str:
    """Return in how many months a target was reached: ``9 of 12 months``; a dash where none can be judged."""
    if not reached:
        return "–"
    return f"{sum(reached)} of {len(reached)} month{'s' if len(reached) > 1 else ''}"
