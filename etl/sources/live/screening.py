"""Telling good rows of a helpdesk from bad ones: what is required is there, and every word is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from etl.import_format import Table
from etl.sources.files.expressions import one_of
from etl.sources.files.relation import named, quoted
from etl.sources.live.kinds import Fault
from etl.sources.live.rows import typed


def screened(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, Any] | Fault]
) -> tuple[pa.Table, list[Fault]]:
    """Return the good rows as Arrow, and what is wrong with each of the others."""
    arrow, faults = typed(table, rows)
    rules = _rules(table)
    if not rules or not arrow.num_rows:
        return arrow, faults
    bad = " or ".join(f"({rule}) is true" for rule, _ in rules)
    why = ", ".join(f"case when {rule} then {says} end" for rule, says in rules)
    keys = ", ".join(f"{named(name)}::varchar" for name in table.key)
    connection.register("judged", arrow)
    unfit = connection.execute(f"select concat_ws('; ', {why}), {keys} from judged where {bad}").fetchall()
    good = connection.execute(f"select * from judged where not ({bad})").to_arrow_table() if unfit else arrow
    connection.unregister("judged")
    return good, faults + [Fault(str(row[0]), dict(zip(table.key, row[1:], strict=True))) for row in unfit]


def _rules(table: Table) -> list[tuple[str, str]]:
    rules = [(f"{named(c.name)} is null", quoted(f"{c.name} is missing")) for c in table.columns if c.required]
    for column in table.columns:
        if column.values:
            known = quoted(f" is none of {', '.join(column.values)}")
            says = f"concat({quoted(column.name + ' ')}, {named(column.name)}, {known})"
            rules.append((f"{named(column.name)} not in {one_of(column.values)}", says))
    return rules
