"""A build takes as much memory as its helpdesk needs, and leaves half of the machine to others."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from etl.memory import memory_limit


@pytest.mark.parametrize(
    ("raw_mb", "allowed", "limit"),
    [
        (1, "16GiB", "400MB"),  # of the 20 GiB there are: no more than a small helpdesk needs
        (600, "16GiB", "5400MB"),
        (4_000, "16GiB", "10737MB"),  # half of 20 GiB
        (200, "1536MiB", "1007MB"),  # half of 1,920 MiB
    ],
)
def test_limit(tmp_path: Path, raw_mb: int, allowed: str, limit: str) -> None:
    raw = tmp_path / "raw"
    with raw.open("wb") as file:
        file.truncate(raw_mb * 10**6)  # takes no room
    with duckdb.connect(config={"memory_limit": allowed}) as connection:
        assert memory_limit(connection, raw) == limit
