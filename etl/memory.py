"""How much memory a build may take before it spills to disk: what the helpdesk needs, at most half of the machine's."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import duckdb

from etl.making import AT_ONCE

LEAST = 400 * 10**6  # bytes wanted; enough for fifty thousand tickets
FOR_RAW = 7  # what a build works on at its widest, beside the size of the raw database
ENGINES_OWN = 0.8  # of the machine's, or its container's: what the engine allows itself unless told
UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def memory_limit(connection: duckdb.DuckDBPyConnection, raw: Path) -> float:
    """Return the bytes allowed to a build of the raw database at ``raw``.

    ``connection`` must not have a limit yet: its own tells how much memory there is.
    """
    [(allowed,)] = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = str(allowed).split()
    half = float(number) * UNITS[unit] / ENGINES_OWN / 2
    return min(_wanted(raw), half)


def slices_of(raw: Path, limit: float) -> int:
    """Return in how many slices of tickets a build of ``raw`` within ``limit`` bytes is made; 1 where it fits."""
    return 1 if _wanted(raw) <= limit else ceil(AT_ONCE * _wanted(raw) / limit)


def _wanted(raw: Path) -> float:
    return max(LEAST, raw.stat().st_size * FOR_RAW)
