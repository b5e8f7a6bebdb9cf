"""Whatever happens to a helpdesk's tables: in the end what an undisturbed load brings, or a clear refusal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from config.errors import RunRefused, SourceFailed
from etl.fakes.desk import Desk
from etl.sources.fivetran_zendesk import streams
from tests.support.fivetran import bring, warehouse
from tests.support.live import T0, at, handed, live, read, without_ceremony


@pytest.fixture(autouse=True, scope="module")
def _loads_without_ceremony() -> Iterator[None]:
    with without_ceremony():
        yield


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Return a warehouse with a week in it, and what an undisturbed load hands over of it."""
    folder = tmp_path_factory.mktemp("warehouse")
    desk: Desk = live(Desk(now=T0), at(5, "12:00"))
    bring(folder / "warehouse.duckdb", desk)
    with without_ceremony():
        read(folder, warehouse(folder / "warehouse.duckdb"))
    return folder / "warehouse.duckdb", handed(folder)


@pytest.fixture
def brought(lived: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    return Path(shutil.copy(lived[0], tmp_path / "warehouse.duckdb"))


@pytest.fixture
def clean(lived: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return lived[1]


DRIFT = {
    "removed": (
        "alter table zendesk.ticket drop column subject",
        SourceFailed,
        'does not have a column named "subject"',
    ),
    "renamed": ("alter table zendesk.ticket rename column status to state", SourceFailed, '"status"'),
    "retyped": (
        "alter table zendesk.ticket alter column created_at type varchar using 'soon'",
        RunRefused,
        "isoformat",
    ),
    "new word": ("update zendesk.ticket set status = 'snoozled'", RunRefused, "status snoozled is none of new, open"),
}


@pytest.mark.parametrize("drift", DRIFT)
def test_tables_that_drift_away_block_and_are_read_again_when_mended(
    drift: str, brought: Path, clean: dict[str, Any], tmp_path: Path
) -> None:
    statement, refused, says = DRIFT[drift]
    mended = brought.read_bytes()
    with duckdb.connect(str(brought)) as connection:
        connection.execute(statement)
    with pytest.raises(refused, match=says):
        read(tmp_path, warehouse(brought))
    brought.write_bytes(mended)
    read(tmp_path, warehouse(brought))
    assert handed(tmp_path) == clean


def test_a_database_that_goes_away_midway_is_told_and_read_on(
    brought: Path, clean: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAGE_ROWS", 3)
    asked = 0

    def gone(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal asked
        is_comments = "ticket_comment" in statement
        asked += is_comments
        if is_comments and asked == 1:
            raise OperationalError(statement, {}, Exception("server closed the connection unexpectedly"))

    event.listen(Engine, "before_cursor_execute", gone)
    try:
        with pytest.raises(SourceFailed, match="desk: the database could not be read: server closed the connection"):
            read(tmp_path, warehouse(brought), slice_rows=20)
        read(tmp_path, warehouse(brought), slice_rows=20)
    finally:
        event.remove(Engine, "before_cursor_execute", gone)
    assert asked == 2
    assert handed(tmp_path) == clean
