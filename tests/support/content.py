"""What a warehouse says, as one hash: everything but when and by which run it was made."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

OWN_HISTORY = {"build", "load_count", "quarantine", "check_result"}


def content_hash(path: Path) -> str:
    """Return a hash of every row of every published table, in any order."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as build (read_only)")
        connection.execute("use build")
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'build' order by 1"
            ).fetchall()
        ]
        digest = hashlib.sha256()
        for name in names:
            if name not in OWN_HISTORY:
                row = connection.execute(
                    f"select count(*), coalesce(sum(cast(hash(t) as hugeint)), 0) from {name} as t"
                ).fetchone()
                digest.update(f"{name}:{row}\n".encode())
    return digest.hexdigest()
