"""The journal's tables: what the migrations make is what the models say, up and down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from config.settings import Settings
from journal import migrating, open_journal
from journal.opening import sqlite_engine
from journal.tables import Base


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return sqlite_engine(str(tmp_path / "journal.db"))


def test_migrating_from_nothing_makes_what_the_models_say(engine: Engine) -> None:
    migrating.migrated(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
        assert int(connection.execute(text("pragma busy_timeout")).scalar() or 0) >= 1000


def test_the_newest_migration_is_the_one_the_code_asks_for(engine: Engine) -> None:
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrating.alembic_config(connection))
        assert scripts.get_heads() == [migrating.HEAD]


def test_down_leaves_nothing_and_up_works_again(engine: Engine) -> None:
    for _ in range(2):
        migrating.migrated(engine)
        assert set(inspect(engine).get_table_names()) > {"intervention", "saved_view"}
        with engine.execution_options(writes=True).begin() as connection:
            migrating.downgrade(connection)
        assert inspect(engine).get_table_names() == ["alembic_version"]


def test_a_migration_that_fails_half_way_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic.operations import Operations

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(Operations, "create_index", fails)
        with pytest.raises(RuntimeError):
            migrating.migrated(engine)
    assert inspect(engine).get_table_names() == []
    migrating.migrated(engine)


def test_a_journal_of_a_later_version_is_told(tmp_path: Path) -> None:
    home = replace(Settings(), home=tmp_path)
    engine = sqlite_engine(str(tmp_path / "journal.db"))
    migrating.migrated(engine)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(migrating.JournalTooNew, match="9999"):
        open_journal(home, "lena", None)


def test_a_database_already_up_to_date_does_not_load_alembic(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from dataclasses import replace; from pathlib import Path\n"
        "from config.settings import Settings; from journal import open_journal\n"
        f"open_journal(replace(Settings(), home=Path({str(tmp_path)!r})), 'lena', None).notes()\n"
        "print('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    told = [
        subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert [line.strip() for line in told] == ["True", "False"]
