"""The journal on PostgreSQL: the same tables, the same rules."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from config.settings import Settings
from journal import JournalRefused, migrating, open_journal
from journal.tables import Base

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from dataclasses import replace
from config.settings import Settings
from journal import open_journal
sys.stdin.readline()  # all start together
for number in range(10):
    journal = open_journal(replace(Settings(), journal_url=sys.argv[1]), sys.argv[2], None)
    journal.note(f"{sys.argv[2]} {number}", metric="fcr")
"""


@pytest.mark.slow
def test_the_journal_lives_on_postgresql_too(postgresql: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, postgresql, who], cwd=ROOT, stdin=subprocess.PIPE, text=True)
        for who in ("ana", "ben", "cleo")
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []

    home = replace(Settings(), journal_url=postgresql)
    journal = open_journal(home, "lena", None)
    assert len(journal.notes(metric="fcr")) == 30
    where = (("team", ("Billing",)),)
    fix = journal.record_intervention("Try", on=date(2026, 10, 2), metric="fcr", direction="up", where=where)
    assert journal.intervention(fix.entry_id) == fix
    done = open_journal(home, "kim", None).update(replace(fix, status="done"))
    assert [change.by for change in journal.history(done)] == ["lena", "kim"]
    with pytest.raises(JournalRefused, match="meanwhile"):
        journal.update(replace(fix, title="x"))
    journal.save_view("Mine", page="Explore", query="a")
    view = journal.save_view("Mine", page="Explore", query="b")
    journal.delete(view)
    assert journal.save_view("Mine", page="Explore", query="c").entry_id != view.entry_id

    with engine.begin() as connection:
        migrating.downgrade(connection)
    assert inspect(engine).get_table_names() == ["alembic_version"]
