"""Loads of a helpdesk, killed at random moments, come to what an undisturbed one does; a wrong loader is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kills import kill_loads


@pytest.mark.slow
@pytest.mark.xdist_group("kill")
def test_killed_loads_lose_and_double_nothing(tmp_path: Path) -> None:
    told = kill_loads(tmp_path, kills=20)
    assert told.kills >= 20
    assert told.different == 0


@pytest.mark.slow
@pytest.mark.xdist_group("kill")
def test_a_loader_that_moves_the_cursor_before_its_rows_is_found_out(tmp_path: Path) -> None:
    assert kill_loads(tmp_path, kills=5, wrong=True).different > 0
