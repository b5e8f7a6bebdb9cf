"""How near each question comes to what the machine could do: bytes it must read over the memory's bandwidth.

``python -m benchmarks.limits [--home DIR]`` asks every figure of Headline and of the weekly review for a month, and for
all time by month, on the build published under a home. What a question must read is counted by the engine itself: rows
scanned, after whole blocks are left out, times the width of the columns asked for. No engine answers in less than that
takes to pass through memory.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.scale import last_full_month
from config.settings import Settings
from metrics import HEADLINE, Question, Scope
from metrics.published import Build, current_build
from metrics.query import statement
from metrics.review import REVIEWED

TRIES = 5
WIDTHS = {"BOOLEAN": 1, "DATE": 4, "INTEGER": 4, "SMALLINT": 2, "VARCHAR": 16}  # bytes a value in memory; others take 8
ENUM_WIDTH = 2  # at most
GIGABYTE = np.ones(10**9 // 8)


@dataclass(frozen=True)
class Asked:
    """What a question read and took; ``limit_ms`` is what its bytes alone take."""

    rows: int
    megabytes: float
    limit_ms: float
    took_ms: float


def bandwidth() -> float:
    """Return the bytes a second that all processors together read from memory, the best of five."""
    parts = np.array_split(GIGABYTE, os.cpu_count() or 1)
    best = 0.0
    with ThreadPoolExecutor(len(parts)) as pool:
        for _ in range(TRIES):
            started = time.monotonic()
            list(pool.map(np.max, parts))
            best = max(best, GIGABYTE.nbytes / (time.monotonic() - started))
    return best


def questions(build: Build) -> dict[str, str]:
    """Return the statements, by what they ask."""
    asked = {}
    for name in dict.fromkeys((*HEADLINE, *REVIEWED)):
        for span, question in (
            ("a month", last_full_month(build, (name,))),
            ("all time by month", Question((name,), grain="month")),
        ):
            compiled = statement(question, Scope.everything(), build.clock).compile(
                build.engine, compile_kwargs={"literal_binds": True}
            )
            asked[f"{name}, {span}"] = str(compiled)
    return asked


def ask(connection: duckdb.DuckDBPyConnection, widths: dict[str, dict[str, int]], sql: str, speed: float) -> Asked:
    """Ask once with the engine's profile, then measure without; ``speed`` in bytes a second."""
    [(_, plan)] = connection.execute(f"explain (analyze, format json) {sql}").fetchall()
    scans = list(_scans(json.loads(plan), widths))
    read = sum(rows * width for rows, width in scans)
    times = []
    for _ in range(TRIES):
        started = time.monotonic()
        connection.execute(sql).fetchall()
        times.append(time.monotonic() - started)
    return Asked(sum(rows for rows, _ in scans), read / 10**6, read / speed * 1000, sorted(times)[TRIES // 2] * 1000)


def _scans(node: dict[str, Any], widths: dict[str, dict[str, int]]) -> Iterator[tuple[int, int]]:
    """Give, for each table read, its rows scanned and the bytes of a row: columns handed on, and those filtered by."""
    told = node.get("extra_info", {})
    if node.get("operator_type") == "TABLE_SCAN" and "Table" in told:
        columns = widths[told["Table"].rsplit(".", 1)[-1].strip('"')]
        said = f"{told.get('Projections', '')} {told.get('Filters', '')}"
        yield int(node["operator_rows_scanned"]), sum(columns.get(name, 0) for name in set(re.findall(r"\w+", said)))
    for child in node.get("children", ()):
        yield from _scans(child, widths)


def widths_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Return the bytes a value takes in memory, by table and column."""
    found: dict[str, dict[str, int]] = {}
    query = "select table_name, column_name, data_type from duckdb_columns()"
    for table, column, kind in connection.execute(query).fetchall():
        found.setdefault(table, {})[column] = ENUM_WIDTH if kind.startswith("ENUM") else WIDTHS.get(kind, 8)
    return found


def main() -> None:
    """Ask every question and print it beside its limit, the slowest first."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.limits", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("DESKPULSE_HOME", "var")), metavar="DIR")
    settings = replace(Settings(), home=parser.parse_args().home)
    build = current_build(settings)
    asked, speed = questions(build), bandwidth()
    build.engine.dispose()
    with duckdb.connect(str((settings.builds / "current.duckdb").resolve()), read_only=True) as connection:
        widths = widths_of(connection)
        answers = {name: ask(connection, widths, sql, speed) for name, sql in asked.items()}
    shown = Table("", "rows read", "MB", "limit, ms", "took, ms", "times the limit", box=None)
    shown.columns[0].no_wrap = True
    for name, one in sorted(answers.items(), key=lambda pair: -pair[1].took_ms):
        times = f"{one.took_ms / one.limit_ms:.0f}" if one.limit_ms else ""
        shown.add_row(name, f"{one.rows:,}", f"{one.megabytes:.1f}", f"{one.limit_ms:.2f}", f"{one.took_ms:.1f}", times)
    Console().print(shown)
    print(json.dumps({"bytes_a_second": speed, "answers": {name: asdict(one) for name, one in answers.items()}}))


if __name__ == "__main__":
    main()
