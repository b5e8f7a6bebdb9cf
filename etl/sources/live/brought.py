"""Which fields a source's first read brought: what a later version brings beside them is missing of what came before.

Only what is new is read, so a field a version adds stays empty in the rows that versions before it read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import duckdb

from etl.import_format import Table
from etl.sources.live.kinds import Connector, Cursor

BROUGHT = "brought"  # stands among the cursors of the streams
UNKNOWN = "fields that were added since"  # read before this was noted


def brought(connector: Connector, cursors: Mapping[str, tuple[Cursor, bool]]) -> dict[str, tuple[Cursor, bool]]:
    """Return what is noted beside the cursors of a source's first read: the fields this version brings."""
    return {} if cursors else {BROUGHT: ({"fields": sorted(_fields(connector.tables))}, True)}


def lacking(
    connection: duckdb.DuckDBPyConnection, slices: str, connector: Callable[[str], Connector]
) -> dict[str, list[str]]:
    """Return by source what its first read did not bring and this version would: tables and ``table.field``.

    ``slices`` is the table of slices as ``connection`` knows it.
    """
    read = connection.execute(
        f"""
        select source, any_value(kind), arg_max(cursor, loaded_at) filter (where stream = '{BROUGHT}')
        from {slices} group by source order by source
        """
    ).fetchall()
    return {str(source): _lacking(connector(str(kind)), told) for source, kind, told in read}


def _lacking(connector: Connector, told: str | None) -> list[str]:
    if told is None:
        return [UNKNOWN]
    before = set(json.loads(told)["fields"])
    found: list[str] = []
    for table in connector.tables:
        fields = _fields([table])
        found += sorted(fields - before) if fields & before else [table.name]
    return found


def _fields(tables: Sequence[Table]) -> set[str]:
    return {f"{table.name}.{column.name}" for table in tables for column in table.columns}
