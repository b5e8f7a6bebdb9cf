"""How answers are printed: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from metrics.cells import harmless
from metrics.compare import Explanation, drivers
from metrics.contributors import Contributor, Dimension
from metrics.kinds import Metric
from metrics.narrative_change import effect_reads, explanation_reads, value_reads
from metrics.published import Build
from metrics.reading import Style

SHOWN_DIMENSIONS, SHOWN_CONTRIBUTORS = 4, 8
SIDES = ("numerator", "denominator", "numerator_before", "denominator_before", "now", "before")


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: whole numbers without a fraction, days as ISO, nothing as None."""
    if isinstance(value, bool):
        return value
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        return plain(value.item())
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def print_frame(frame: pd.DataFrame, build: Build, how: str) -> None:
    """Print an answer as ``table``, ``json`` or ``csv``."""
    if how == "csv":
        print(harmless(frame).to_csv(index=False), end="")
        return
    records = [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
    if how == "json":
        print(json.dumps({"build": build.build_id, "rows": records}))
        return
    shown = Table(*(str(name) for name in frame.columns), box=None)
    for record in records:
        shown.add_row(*("" if v is None else f"{v:.4f}" if isinstance(v, float) else str(v) for v in record.values()))
    Console(width=None if sys.stdout.isatty() else 250).print(shown, markup=False)


def explanation_record(found: Explanation, build: Build, style: Style) -> dict[str, Any]:
    """Return an explanation in the shape ``metrics explain --json`` prints (docs/commands.md)."""
    change, figure = found.change, found.change.figure
    earlier = {"span": found.against, "since": found.earlier.since, "until": found.earlier.until}
    told = {
        "value": figure.value,
        "before": figure.before,
        "change": change.change,
        "low": change.low,
        "high": change.high,
        "p": change.p,
        "denominator": figure.n,
        "denominator_before": change.n_before,
        "mature": found.immature_from is None,
        "immature_from": found.immature_from,
    }
    return {
        "build": build.build_id,
        "metric": figure.metric.name,
        "since": plain(found.question.since),
        "until": plain(found.question.until),
        "against": {name: plain(value) for name, value in earlier.items()},
        **{name: plain(value) for name, value in told.items()},
        "dimensions": [_dimension_record(dimension) for dimension in found.dimensions],
        "sentence": explanation_reads(found, style),
    }


def _dimension_record(dimension: Dimension) -> dict[str, Any]:
    sums = {"mix": dimension.mix, "rate": dimension.rate, "explained": dimension.explained}
    return {
        "dimension": dimension.name,
        **sums,
        "contributors": [_contributor_record(c) for c in dimension.contributors],
    }


def _contributor_record(c: Contributor) -> dict[str, Any]:
    effects = ("mix", "rate", "effect", "low", "high", "p")
    record = {name: plain(getattr(c, name)) for name in ("value", "kind", *SIDES, *effects)}
    return {**record, "material": c.is_material}


def print_explanation(found: Explanation, build: Build, how: str, style: Style) -> None:
    """Print an explanation: the sentence and the best dimensions' contributors, or all of it as JSON or CSV."""
    if how == "json":
        print(json.dumps(explanation_record(found, build, style)))
        return
    if how == "csv":
        frames = [drivers(found, d.name).assign(dimension=d.name) for d in found.dimensions]
        print(harmless(pd.concat(frames or [drivers(found)])).to_csv(index=False), end="")
        return
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(explanation_reads(found, style), markup=False, highlight=False)
    for dimension in found.dimensions[:SHOWN_DIMENSIONS]:
        console.print()
        console.print(_contributors_table(dimension, found, style), markup=False)
    rest = [dimension.name for dimension in found.dimensions[SHOWN_DIMENSIONS:]]
    if rest:
        console.print(f"\nAlso tried, and explaining less: {', '.join(rest)} (see --by)", highlight=False)


def _contributors_table(dimension: Dimension, found: Explanation, style: Style) -> Table:
    metric, before = found.change.metric, found.change.figure.before or 0.0
    heads = ["before", "now", "n before", "n", "mix", "rate", "effect", "95 % interval", "p", ""]
    table = Table(dimension.name, box=None)
    for head in heads:
        table.add_column(head, justify="right")
    for c in dimension.contributors[:SHOWN_CONTRIBUTORS]:
        effects = ("" if x is None else effect_reads(metric, x, before, style) for x in (c.mix, c.rate, c.effect))
        table.add_row(
            value_reads(c.value),
            *(style.value(metric, x) for x in (c.before, c.now)),
            *("" if n is None else style.number(n) for n in (c.n_before, c.n)),
            *effects,
            _interval(c, metric, before, style),
            "" if c.p is None else style.number(c.p, 3),
            "material" if c.is_sure else "",
        )
    left = dimension.contributors[SHOWN_CONTRIBUTORS:]
    if left:
        rest = sum(c.effect or 0.0 for c in left)
        effect = "" if left[0].effect is None else effect_reads(metric, rest, before, style)
        table.add_row(f"{len(left)} more", *[""] * 6, effect)
    return table


def _interval(c: Contributor, metric: Metric, before: float, style: Style) -> str:
    if c.low is None or c.high is None:
        return ""
    if c.effect is None:
        return f"{style.value(metric, c.low)} to {style.value(metric, c.high)}"
    return " to ".join(effect_reads(metric, x, before, style).split(" ")[0] for x in (c.low, c.high))
