"""Asking a warehouse that lives in a test's own DuckDB connection."""

from __future__ import annotations

import duckdb
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from metrics.published import Build, on_engine


def build_of(connection: duckdb.DuckDBPyConnection) -> Build:
    """Return the build inside an open connection."""
    from duckdb_sqlalchemy import ConnectionWrapper

    return on_engine(create_engine("duckdb://", creator=lambda: ConnectionWrapper(connection), poolclass=StaticPool))
