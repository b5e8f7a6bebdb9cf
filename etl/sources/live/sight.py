"""Loss of sight is no deletion: a list of everything that suddenly lacks most of it is not believed."""

from __future__ import annotations

from pathlib import Path

import duckdb

from config.errors import RunRefused
from etl.sources.files.relation import quoted

MOST_GONE = 0.5  # of what was listed before
FEW = 20  # rows: so many may always be gone


def must_still_be_seen(connection: duckdb.DuckDBPyConnection, path: Path, source: str, name: str) -> None:
    """Raise ``RunRefused`` when more than half of what the raw table ``name`` lists is not among ``distinct_rows``.

    Whoever withdraws a permission, or a policy that hides rows, makes a helpdesk look as if its tickets were deleted.
    """
    connection.execute(f"attach {quoted(str(path))} as raw (read_only)")
    told = connection.execute(
        f"""
        select count(*), count(*) filter (where _row_hash not in (select _row_hash from distinct_rows))
        from raw.main.{name} where source = {quoted(source)}
        """
    ).fetchone()
    connection.execute("detach raw")
    held, gone = told or (0, 0)
    if gone > max(FEW, MOST_GONE * held):
        raise RunRefused(
            f"{source}: {gone:,} of the {held:,} records it listed before are no longer listed, which looks like a "
            "permission withdrawn, not like a deletion; nothing is published. Give the account its permissions back; "
            f"if they were deleted indeed: python -m etl run --full-refresh --source {source}"
        )
