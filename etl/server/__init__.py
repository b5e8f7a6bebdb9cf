"""The warehouse on a server: raw tables land there, the same models are made there, readers see a schema.

``building`` is the way of a build on any server; ``postgresql`` and ``spark`` say how each lands, makes and publishes
(``Maker``), ``readers`` which database role of PostgreSQL may read which rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import duckdb

from etl.build import BuildStamp
from etl.models import Model

RAW = "raw"
ANOTHER_RUN = "another run is building on this server; wait for it, or stop it"
Progress = Callable[[str], None]


class Maker(Protocol):
    """How a build is made on one kind of server."""

    def alone(self) -> AbstractContextManager[None]:
        """Hold off runs of other machines; raises ``RunRefused`` while one builds."""

    def begin(self, stamp: BuildStamp) -> str:
        """Clear up after runs that were killed and make a schema for a build; returns its name."""

    def land(self, local: duckdb.DuckDBPyConnection, schema: str, progress: Progress) -> None:
        """Carry the raw tables over (``tables_to_land``), and the ``cfg_`` tables into the schema."""

    def make(self, schema: str, models: Sequence[Model], also: Mapping[str, str], progress: Progress) -> None:
        """Make every model in the schema, then the tables ``also`` names, each of its SELECT."""

    def broken(self, schema: str, checks: Sequence[str]) -> list[int]:
        """Return how many rows each SELECT of broken rows finds."""

    def finish(self, schema: str, stamp: BuildStamp) -> str:
        """Let a checked build hold; returns the name its schema has from then on."""


def tables_to_land(local: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return what a local connection has to hand over: catalog and table of everything raw, and what was chosen."""
    rows = local.execute(
        """
        select database_name, table_name
        from (
            select database_name, table_name from duckdb_tables()
            union all
            select database_name, view_name from duckdb_views() where not internal
        )
        where (database_name = 'raw' and (table_name like 'files_%' or table_name = 'live_source'))
            or table_name like 'cfg_%'
        order by all
        """
    ).fetchall()
    return [(str(catalog), str(table)) for catalog, table in rows]
