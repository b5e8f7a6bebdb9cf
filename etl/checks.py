"""What must be true of a build before anybody may read it.

Each check is a SELECT of the rows that break its rule; its first comment says the rule. That every table's key is
unique follows from the key its model names. A check called ``warn_…`` is told but stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from config.errors import RunRefused
from etl.making import two_at_a_time
from etl.models import CHECKS, models

BITS = 62  # of a whole number, its sign and one more apart
WHOLE = "ticket_key"

Repeated = Callable[[str, Sequence[str]], str]


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


def _key_checks(repeated: Repeated) -> list[tuple[str, str, str]]:
    return [
        (
            f"key_{model.name}",
            f"{model.name} has one row per {', '.join(model.key)}.",
            repeated(model.name, model.key),
        )
        for model in models()
        if model.key and not model.is_working
    ]


def counted(table: str, key: Sequence[str]) -> str:
    """Return a SELECT of the keys that a table holds more than once, in any engine's SQL."""
    columns = ", ".join(key)
    return f"select {columns} from {table} group by {columns} having count(*) > 1"


def counted_off(table: str, key: Sequence[str]) -> str:
    """Return the same for DuckDB, sooner.

    What tells apart the rows of a whole (a ticket's events, days, entries) is counted off as bits, which takes a third
    of the time of counting each: where there are as many bits as rows, no row is a second one. Numbers and days have
    a bit each, so many to a group; anything else has that of its hash. Only what is left is counted one by one.
    """
    if len(key) < 2 or WHOLE not in key:
        return counted(table, key)
    rest = [column for column in key if column != WHOLE]
    groups, number = WHOLE, f"hash({', '.join(rest)})"
    if len(rest) == 1 and (rest[0].endswith("_number") or rest[0] == "day"):
        number = rest[0] if rest[0] != "day" else "(day - date '1970-01-01')"
        groups = f"{WHOLE}, {number} // {BITS}"
    bits = f"bit_count(bit_or(case when {number} >= 0 then 1::bigint << ({number} % {BITS})::bigint else 0 end))"
    unsure = f"select {WHOLE} from {table} group by {groups} having count(*) <> {bits}"
    return counted(f"{table} where {WHOLE} is null or {WHOLE} in ({unsure})", key)


def _written_check(path: Path) -> tuple[str, str, str]:
    sql = path.read_text(encoding="utf-8")
    return path.stem, sql.split("\n", 1)[0].removeprefix("--").strip(), sql.rstrip().rstrip(";")


def all_checks(repeated: Repeated = counted) -> list[tuple[str, str, str]]:
    """Return the name of every check, what it says, and the SELECT of the rows that break it."""
    return [*_key_checks(repeated), *(_written_check(path) for path in sorted(CHECKS.glob("*.sql")))]


def refuse_broken(checks: Sequence[CheckResult], where: str) -> None:
    """Raise ``RunRefused`` if a check failed that is no warning; ``where`` is what may be looked at."""
    broken = [check for check in checks if not check.passed and not check.is_warning]
    if broken:
        told = "; ".join(f"{check.says} ({check.failures} rows break it)" for check in broken[:3])
        raise RunRefused(f"the build failed {len(broken)} check(s) and is not published: {told} See {where}")


def _write_down(other: duckdb.DuckDBPyConnection) -> None:
    """Bring into the file what stands in its log, while there is only reading to do."""
    other.execute("checkpoint")


def run_checks(connection: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on a build under way and write the results into it as ``check_result``."""
    found = all_checks(counted_off)

    def failures(sql: str, other: duckdb.DuckDBPyConnection) -> int:
        [(count,)] = other.execute(f"select count(*) from ({sql}) as broken").fetchall()
        return int(count)

    with two_at_a_time(connection) as hand_over:
        written = hand_over(_write_down)
        told = [hand_over(partial(failures, sql)) for _, _, sql in found]
        results = [CheckResult(name, says, count.result()) for (name, says, _), count in zip(found, told, strict=True)]
        written.result()
    connection.execute("create table check_result (check_name varchar, says varchar, failures bigint, passed boolean)")
    connection.executemany(
        "insert into check_result values (?, ?, ?, ?)", [(r.name, r.says, r.failures, r.passed) for r in results]
    )
    return results
