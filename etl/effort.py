"""The points tables of ``config/effort.toml`` as tables the models can join."""

from __future__ import annotations

import duckdb

from config.effort import Effort


def configure_effort(connection: duckdb.DuckDBPyConnection, effort: Effort) -> None:
    """Write ``cfg_effort_point`` and ``cfg_category_effort`` (what is expected), and ``cfg_effort_actual``."""
    expected = effort.expected
    facts = {"tier": expected.tier, "priority": expected.priority, "segment": expected.segment}
    _filled(
        connection,
        "cfg_effort_point (fact varchar, value varchar, points bigint)",
        [(fact, value, points) for fact, table in facts.items() for value, points in table.items()],
    )
    named = {*expected.category_tier, *expected.regulated.categories, *expected.another_team.categories}
    _filled(
        connection,
        "cfg_category_effort (category varchar, effort_tier varchar, points bigint)",
        [(name, expected.category_tier.get(name), expected.supplement(name)) for name in sorted(named)],
    )

    actual = effort.actual
    columns: dict[str, float] = {"begins_with": actual.begins_with, "escalated_points": actual.escalated}
    for fact, steps in (("teams", actual.teams), ("replies", actual.replies), ("handling", actual.handling)):
        for name, step in zip(("some", "many"), steps, strict=True):
            columns |= {f"{fact}_{name}": step.reaches, f"{fact}_{name}_points": step.points}
    kinds = (f"{name} {'double' if isinstance(value, float) else 'bigint'}" for name, value in columns.items())
    _filled(connection, f"cfg_effort_actual ({', '.join(kinds)})", [tuple(columns.values())])


def _filled(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    connection.execute(f"create table {table}")
    name, marks = table.split(maxsplit=1)[0], ", ".join("?" * (table.count(",") + 1))
    for row in rows:
        connection.execute(f"insert into {name} values ({marks})", row)
