"""The same thirty questions of the same helpdesk, asked of DuckDB, PostgreSQL, Spark, and of pandas in memory.

``python -m benchmarks.engines [--tickets N] [--input DIR] [--only ENGINE …]`` prints milliseconds a question,
ratios to the first engine, and the same as JSON; answers that differ stop it. Servers are the tests' own, on
this machine: PostgreSQL as Debian ships it with ``fsync`` off, Spark on two processors. Each question is asked three
times and the median told; pandas has the columns it needs in memory already, and what reading them took is told apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks import engines_pandas as by_hand
from config.settings import Settings
from etl.build import BuildStamp
from etl.demo import write_demo
from etl.pipeline import FileSource, build_and_publish, run
from metrics import Question, Scope, ask
from metrics.published import Build, current_build
from tests.support.postgresql import running_postgresql, server_programs
from tests.support.spark import running_spark

UNTIL = datetime(2026, 11, 21, 18, tzinfo=UTC)
EVERYTHING = Scope.everything()
ENGINES = ("duckdb", "postgresql", "spark", "pandas")
ASKED = 3
Asked = Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class Shape:
    """How a metric is asked for."""

    name: str
    question: Question


def _shapes(build: Build) -> list[Shape]:
    last = build.local_as_of.date().replace(day=1) - timedelta(days=1)
    month = Question(tuple(by_hand.FIGURES), since=last.replace(day=1), until=last)
    return [
        Shape("last month", month),
        Shape("every week", Question(month.metrics, grain="week")),
        Shape("by team and channel", Question(month.metrics, ("team", "channel"))),
    ]


def _questions(build: Build) -> Iterator[tuple[str, Question]]:
    for shape in _shapes(build):
        for name in by_hand.FIGURES:
            yield f"{name}, {shape.name}", shape.question.of([name])


def _by_hand(question: Question, frames: by_hand.Frames, build: Build) -> pd.DataFrame:
    span = (question.since, question.until) if question.since and question.until else None
    return by_hand.answer(question.metrics[0], question.by, question.grain == "week", span, frames, build)


def _milliseconds(asked: Asked) -> tuple[float, pd.DataFrame]:
    took, told = [], pd.DataFrame()
    for _ in range(ASKED):
        started = time.monotonic()
        told = asked()
        took.append((time.monotonic() - started) * 1000)
    return median(took), told


def _differs(first: pd.DataFrame, other: pd.DataFrame, name: str) -> str:
    """Return in what two answers differ, empty where in nothing: counts exactly, the rest to a billionth."""
    keys = [column for column in ("period", "team", "channel") if column in first]
    columns = [c for c in ("value", "numerator", "denominator") if c in other and other[c].notna().any()]
    sides = [_told(side, keys, columns) for side in (first, other)]
    if name.startswith(
        ("fcr", "one_touch", "reopen_rate", "csat", "sla_attainment")
    ):  # of fewer than five no rate is told
        sides = [side.drop(columns="value", errors="ignore") for side in sides]
    try:
        pd.testing.assert_frame_equal(*sides, check_dtype=False, rtol=1e-9)
    except AssertionError as error:
        return f"{name}: {error}"
    return ""


def _told(side: pd.DataFrame, keys: list[str], columns: list[str]) -> pd.DataFrame:
    told = side[[*keys, *columns]].copy()
    if "period" in told:
        told["period"] = pd.to_datetime(told["period"])
    told = told[told["denominator"] > 0] if "denominator" in told and told["denominator"].notna().any() else told
    return told.astype(dict.fromkeys(columns, float)).sort_values(keys).reset_index(drop=True) if keys else told


def _opened(engine: str, settings: Settings, stack: ExitStack) -> tuple[Settings, float]:
    """Start an engine and build the helpdesk there; returns how it is reached, and how long the build took."""
    if engine == "postgresql":
        programs = server_programs()
        if programs is None:
            raise SystemExit("no PostgreSQL here: apt-get install postgresql")
        settings = replace(settings, warehouse=stack.enter_context(running_postgresql(programs)))
    if engine == "spark":
        server = stack.enter_context(running_spark(small=False))
        settings = replace(settings, warehouse=server.address, warehouse_files=server.files)
    started = time.monotonic()
    build_and_publish(settings, BuildStamp(f"engines-{engine}", UNTIL))
    return settings, time.monotonic() - started


def measure(folder: Path, home: Path, wanted: list[str]) -> dict[str, dict[str, float]]:
    """Measure a helpdesk in the import format; returns, by engine, milliseconds a question and the build's seconds."""
    settings = Settings(home=home)
    run([FileSource("demo", (folder,))], settings, UNTIL, lambda _: None)
    found: dict[str, dict[str, float]] = {}
    answers: dict[str, pd.DataFrame] = {}
    with ExitStack() as stack:
        embedded = current_build(settings)
        for engine in ENGINES:
            if engine not in wanted:
                continue
            started = time.monotonic()
            if engine == "pandas":
                frames = by_hand.frames_of(embedded)
                build, took = embedded, time.monotonic() - started
            else:
                there, took = _opened(engine, settings, stack)
                build = current_build(there)
            found[engine] = {"build, or reading into memory, s": took}
            for name, question in _questions(build):
                how: Asked = partial(ask, question, EVERYTHING, build)
                if engine == "pandas":
                    how = partial(_by_hand, question, frames, build)
                found[engine][name], told = _milliseconds(how)
                if wrong := _differs(answers.setdefault(name, told), told, name):
                    raise SystemExit(f"{engine} answers otherwise: {wrong}")
    return found


def main() -> None:
    """Measure one size and print engines side by side."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--input", type=Path, metavar="DIR", help="a demo that is there already")
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=list(ENGINES), metavar="ENGINE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.input or Path(scratch) / "demo"
        if options.input is None:
            write_demo(folder, tickets=options.tickets, until=UNTIL)
        found = measure(folder, Path(scratch) / "home", options.only)
    _print(found)
    json.dump(found, sys.stdout)


def _print(found: dict[str, dict[str, float]]) -> None:
    first, *others = found
    shown = Table("ms", *found, *(f"{engine} / {first}" for engine in others), box=None)
    totals = {
        engine: sum(ms for name, ms in told.items() if not name.startswith("build")) for engine, told in found.items()
    }
    rows = [{engine: told[name] for engine, told in found.items()} | {"": name} for name in found[first]]
    for row in [*rows, totals | {"": "all thirty"}]:
        times = [float(row[engine]) for engine in found]
        shown.add_row(str(row[""]), *(f"{ms:,.1f}" for ms in times), *(f"{ms / times[0]:.1f}" for ms in times[1:]))
    Console(width=140).print(shown)


if __name__ == "__main__":
    main()
