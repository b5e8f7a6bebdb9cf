"""A build takes as much memory as its helpdesk needs, and leaves half of the machine to others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from etl.memory import memory_limit, slices_of


@pytest.mark.parametrize(
    ("raw_mb", "allowed", "limit_mb", "slices"),
    [
        (1, "16GiB", 400, 1),  # of the 20 GiB there are: no more than a small helpdesk needs
        (600, "16GiB", 4200, 1),
        (4_000, "16GiB", 10737, 6),  # half of 20 GiB; two models at a time, each of a slice
        (200, "1536MiB", 1007, 3),  # half of 1,920 MiB
    ],
)
def test_limit(tmp_path: Path, raw_mb: int, allowed: str, limit_mb: int, slices: int) -> None:
    raw = tmp_path / "raw"
    with raw.open("wb") as file:
        file.truncate(raw_mb * 10**6)  # takes no room
    with duckdb.connect(config={"memory_limit": allowed}) as connection:
        limit = memory_limit(connection, raw)
    assert round(limit / 10**6) == limit_mb
    assert slices_of(raw, limit) == slices
