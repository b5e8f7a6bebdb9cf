"""Models of one ticket at a time are made slice by slice of tickets where a helpdesk is larger than memory.

Sorting or joining the rows of all tickets at once may take more memory than a build is allowed, spilt or not; one
slice after the other takes a part of it. A model says that it may be sliced: nothing in it looks from one ticket to
another.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import duckdb


def ticket_slices(connection: duckdb.DuckDBPyConnection, slices: int) -> list[tuple[int, int]]:
    """Return the first and last ``ticket_key`` of each slice; keys are numbers from 1 without gaps."""
    [(tickets,)] = connection.execute("select count(*) from stg_ticket").fetchall()
    bounds = [tickets * number // slices for number in range(slices + 1)]
    return [(below + 1, last) for below, last in pairwise(bounds)]


@contextmanager
def only_tickets(
    connection: duckdb.DuckDBPyConnection, tables: frozenset[str], first: int, last: int
) -> Iterator[None]:
    """Let this connection see only these tickets' rows in ``tables`` that have a ``ticket_key``, until it is left.

    A temporary view hides the table of its name from the connection that made it, and from no other.
    """
    with_a_key = "database_name <> 'temp' and column_name = 'ticket_key' and list_contains($tables, table_name)"
    keyed = connection.execute(
        f"select database_name, table_name from duckdb_columns() where {with_a_key}", {"tables": sorted(tables)}
    ).fetchall()
    try:
        for database, table in keyed:
            rows = f'select * from "{database}".main.{table} where ticket_key between {first} and {last}'
            connection.execute(f"create temp view {table} as {rows}")
        yield
    finally:
        for _, table in keyed:
            connection.execute(f"drop view if exists temp.main.{table}")
