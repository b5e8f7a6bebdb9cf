"""What a trend shows, and the one table it sends to the browser: ``kind`` says which layer draws a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

from metrics.kinds import Metric
from metrics.question import Grain
from metrics.reading import Point, Style
from ui.series import Series, counts_rows
from ui.spans import Span, period_reads, tick_reads
from ui.specs import SERIES, Axis

MOST_LINES = len(SERIES)
DOTS_UP_TO = 80  # points of a line; more would run together
EARLY = " so far"
LANES = 3
LABEL_GAP = 0.09  # of the height: what a label needs


@dataclass(frozen=True)
class Marker:
    """Something that happened: a day or a span, and what people wrote about it (data, not markup)."""

    since: date
    until: date
    text: str


@dataclass(frozen=True, eq=False)
class Trend:
    """What one chart shows. ``limits`` are values every chart beside it reaches too, so that heights compare."""

    metric: Metric
    grain: Grain
    lines: Sequence[Series]
    before: Sequence[Point] = ()  # the nth is compared with the nth of the line
    markers: Sequence[Marker] = ()
    chosen: Span | None = None  # the part whose rows are looked at
    limits: tuple[float, ...] = ()

    @property
    def values(self) -> list[float]:
        """Every value that must fit, intervals included."""
        points = [point for line in self.lines for point in line.points] + list(self.before)
        found = [bound for p in points for bound in (p.value, p.low, p.high) if bound is not None]
        return [*found, *self.limits, *([0.0] if counts_rows(self.metric) else [])]


def trend_data(drawn: Trend, axis: Axis, style: Style, ticks: int = 6) -> pa.Table:
    """Return what the trend draws: ``tail`` marks the dashed part, young points and the final one before them."""
    rows = [
        row for role, line in zip(SERIES, drawn.lines, strict=False) for row in _line(drawn, line, role, axis, style)
    ]
    at = [point.start for point in drawn.lines[0].points] if drawn.lines else []
    for nth, (start, point) in enumerate(zip(at, drawn.before, strict=False)):
        says = f"{style.value(drawn.metric, point.value)}, {period_reads(point.start, drawn.grain)}"
        rows.append(
            {"kind": "before", "at": millis(start), "nth": nth, "value": axis.scaled(point.value), "reads": says}
        )
    if at:
        rows += [_event(marker, at, nth) for nth, marker in enumerate(drawn.markers)]
        every = -(-len(at) // ticks)
        rows += [{"kind": "tick", "at": millis(day), "reads": tick_reads(day, drawn.grain)} for day in at[::every]]
        rows += [{"kind": "limit", "at": millis(at[0]), "value": axis.scaled(value)} for value in _ends(drawn.values)]
    if drawn.chosen:
        end = drawn.chosen.until + timedelta(days=1)
        rows.append({"kind": "chosen", "at": millis(drawn.chosen.since), "to": millis(end)})
    rows += _labels(rows, drawn, axis.scaled(max(drawn.values, default=0.0)) or 0.0)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


TEXTS, NUMBERS, FLAGS = (
    ("kind", "role", "when", "reads", "sure", "name"),
    ("value", "low", "high"),
    ("final", "tail", "dot", "alone"),
)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.int64()) for name in ("at", "to", "nth")),
        *((name, pa.float64()) for name in NUMBERS),
        *((name, pa.bool_()) for name in FLAGS),
    ]
)


def _line(drawn: Trend, line: Series, role: str, axis: Axis, style: Style) -> list[dict[str, Any]]:
    known = [nth for nth, point in enumerate(line.points) if point.value is not None]
    young_from = next((nth for nth in known if not line.points[nth].mature), len(line.points))
    return [
        {
            "kind": "now",
            "role": role,
            "at": millis(point.start),
            "to": millis(point.start),
            "nth": nth,
            "value": axis.scaled(point.value),
            "low": axis.scaled(point.low),
            "high": axis.scaled(point.high),
            "final": nth < young_from,
            "tail": nth >= young_from - 1,
            "dot": _has_dot(line, nth, known),
            "alone": nth - 1 not in known and nth + 1 not in known,
            "when": period_reads(point.start, drawn.grain),
            "reads": style.value(drawn.metric, point.value) + ("" if point.mature else EARLY),
            "sure": style.interval(drawn.metric, point.low, point.high) or "–",
            "name": line.name or drawn.metric.title,
        }
        for nth, point in enumerate(line.points)
    ]


def _has_dot(line: Series, nth: int, known: Sequence[int]) -> bool:
    if line.dots is not None:
        return line.points[nth].start in line.dots
    return len(line.points) <= DOTS_UP_TO or nth == (known[-1] if known else 0)


def _event(marker: Marker, at: Sequence[date], nth: int) -> dict[str, Any]:
    began = max(millis(marker.since), millis(at[0]))
    when, lane = Span(marker.since, marker.until).reads, nth % LANES  # neighbours are written below each other
    return {"kind": "mark", "at": began, "nth": lane, "name": marker.text, "when": when}


def _ends(values: Sequence[float]) -> tuple[float, ...]:
    return (min(values), max(values)) if values else ()


def _labels(rows: Sequence[dict[str, Any]], drawn: Trend, top: float) -> list[dict[str, Any]]:
    """Return the labels at the lines' ends, moved apart where they would cover each other.

    The value first: where there is no room it is the name, told in the tooltip too, that is cut. A line that ends
    before the chart does says when; its label stands at the edge, where no other line crosses it.
    """
    ends: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["kind"] == "now" and row["value"] is not None:
            ends[row["role"]] = row
    bottom = min((row["value"] for row in rows if row.get("value") is not None), default=0.0)
    gap = LABEL_GAP * (top - bottom)
    edge = max((row["at"] for row in rows if row["kind"] == "now"), default=0)
    labels = [
        {"kind": "label", "role": end["role"], "at": edge, "value": end["value"], "reads": _label(end, drawn)}
        for end in sorted(ends.values(), key=lambda row: row["value"])
    ]
    for lower, upper in pairwise(labels):
        upper["value"] = max(upper["value"], lower["value"] + gap)
    return labels


def _label(end: dict[str, Any], drawn: Trend) -> str:
    if len(drawn.lines) > 1:
        return f"{end['reads'].removesuffix(EARLY)} {end['name']}"
    starts = [point.start for point in drawn.lines[0].points]
    start, newest = starts[end["nth"]], starts[-1]
    if start == newest:
        return str(end["reads"])
    told = tick_reads(start, drawn.grain)
    is_this_year = drawn.grain == "month" and (newest - start).days < 365
    return f"{end['reads']}, {told.removesuffix(f' {start.year}') if is_this_year else told}"


def millis(start: date) -> int:
    """Return a wall-clock instant as the browser counts it; the chart's axis is UTC, so nothing is shifted."""
    at = start if isinstance(start, datetime) else datetime.combine(start, datetime.min.time())
    return int(at.replace(tzinfo=UTC).timestamp() * 1000)
