"""What must be true of a build before anybody may read it.

Each check is a SELECT of the rows that break its rule; its first comment says the rule. That every table's key is
unique follows from the key its model names. A check called ``warn_…`` is told but stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from etl.making import two_at_a_time
from etl.models import CHECKS, models


@dataclass(frozen=True)
class CheckResult:
    """A rule, and how many rows broke it."""

    name: str
    says: str
    failures: int

    @property
    def is_warning(self) -> bool:
        """Whether breaking the rule is told without stopping publication."""
        return self.name.startswith("warn_")

    @property
    def passed(self) -> bool:
        """Whether no row broke the rule."""
        return self.failures == 0


def _key_checks() -> list[tuple[str, str, str]]:
    return [
        (
            f"key_{model.name}",
            f"{model.name} has one row per {', '.join(model.key)}.",
            f"select {', '.join(model.key)} from {model.name} group by {', '.join(model.key)} having count(*) > 1",
        )
        for model in models()
        if model.key and not model.is_working
    ]


def _written_check(path: Path) -> tuple[str, str, str]:
    sql = path.read_text(encoding="utf-8")
    return path.stem, sql.split("\n", 1)[0].removeprefix("--").strip(), sql


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on a build under way and write the results into it as ``check_result``."""
    found = [*_key_checks(), *(_written_check(path) for path in sorted(CHECKS.glob("*.sql")))]

    def failures(sql: str, other: duckdb.DuckDBPyConnection) -> int:
        [(count,)] = other.execute(f"select count(*) from ({sql.rstrip().rstrip(';')}) as broken").fetchall()
        return int(count)

    with two_at_a_time(connection) as hand_over:
        told = [hand_over(partial(failures, sql)) for _, _, sql in found]
        results = [CheckResult(name, says, count.result()) for (name, says, _), count in zip(found, told, strict=True)]
    connection.execute("create table check_result (check_name varchar, says varchar, failures bigint, passed boolean)")
    connection.executemany(
        "insert into check_result values (?, ?, ?, ?)", [(r.name, r.says, r.failures, r.passed) for r in results]
    )
    return results
