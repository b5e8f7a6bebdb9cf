"""Loads of a helpdesk, killed at random moments, come to what an undisturbed one does; a wrong loader is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.fakes.server import served
from tests.support.kills import busy_desk, full_disk, kill_loads
from tests.support.live import at, handed, read, source


@pytest.mark.slow
def test_killed_loads_lose_and_double_nothing(tmp_path: Path) -> None:
    told = kill_loads(tmp_path, kills=20)
    assert told.kills >= 20
    assert told.different == 0


@pytest.mark.slow
def test_a_loader_that_moves_the_cursor_before_its_rows_is_found_out(tmp_path: Path) -> None:
    assert kill_loads(tmp_path, kills=40, wrong=True).different > 0


@pytest.mark.slow
@pytest.mark.parametrize("largest", [60_000, 400_000])
def test_a_full_disk_ends_the_load_and_the_next_one_goes_on(largest: int, tmp_path: Path) -> None:
    with served(busy_desk()) as at_work:
        says = full_disk(tmp_path / "full", at_work.url, largest)
        read(tmp_path / "full", source(at_work.url), at(9, "12:00"))
        read(tmp_path / "clean", source(at_work.url), at(9, "12:00"))
    if largest < 100_000:  # not even the journal fits, into which the database writes what it cannot yet put in place
        assert "RunRefused" in says.splitlines()[-1]
    assert handed(tmp_path / "full") == handed(tmp_path / "clean")
