"""Where the warehouse and the second implementation differ, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from metrics import Question, Scope, ask
from metrics.published import Build
from tests.oracle.evaluate import Answer, answer
from tests.oracle.registry import MEASURES
from tests.oracle.world import World

NOTHING = (None, 0.0, 0.0)


def said(question: Question, build: Build) -> Answer:
    """Return the warehouse's answer in the words of the second implementation."""
    rows = ask(question, Scope.everything(), build)
    keys = [*(["period"] if question.grain else []), *question.by]
    return {tuple(_text(row[key]) for key in keys): _figures(row) for row in rows.to_dict("records")}


@dataclass
class Tally:
    """How much was compared: rows with anything in them, and questions with any such row."""

    rows: int = 0
    told: int = 0


def disagreements(question: Question, build: Build, world: World, tally: Tally) -> list[str]:
    """Return a line per row on which the two differ: counts exactly, durations to the second."""
    metric = question.metrics[0]
    theirs, ours = said(question, build), answer(metric, MEASURES[metric], question, world)
    lines = []
    tally.told += any(figures != NOTHING for figures in theirs.values())
    tally.rows += sum(figures != NOTHING for figures in theirs.values())
    for key in sorted({*theirs, *ours}):
        warehouse, oracle = theirs.get(key, NOTHING), ours.get(key, NOTHING)
        if not all(_same(a, b, of_value=n == 0) for n, (a, b) in enumerate(zip(warehouse, oracle, strict=True))):
            lines.append(f"{_told(question)} {key}: warehouse {warehouse}, oracle {oracle}")
    return lines


def _same(a: float | None, b: float | None, of_value: bool) -> bool:
    a, b = a or 0.0, b or 0.0
    return abs(a - b) < (1e-9 * max(1.0, abs(b)) if of_value else 1e-6)


def _told(question: Question) -> str:
    told = {name: value for name, value in vars(question).items() if value and name != "metrics"}
    return f"{question.metrics[0]} {told}"


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value))
    return str(value)


def _figures(row: Mapping[Any, Any]) -> tuple[Any, Any, Any]:
    parts = (row["value"], row["numerator"], row["denominator"])
    return tuple(None if part is None or pd.isna(part) else float(part) for part in parts)  # type: ignore[return-value]
