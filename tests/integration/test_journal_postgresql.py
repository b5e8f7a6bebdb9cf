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
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

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


@pytest.mark.slow
def test_a_role_that_owns_nothing_adds_to_the_access_log_and_changes_nothing_of_it(postgresql: str) -> None:
    """The owner makes the tables; the application's role may add looks, and neither change nor empty them."""
    owner = create_engine(postgresql)
    migrating.migrated(owner)
    with owner.begin() as connection:
        connection.execute(text("create role desk_app login"))
        connection.execute(text("grant select, insert, update on all tables in schema public to desk_app"))
        connection.execute(text("grant delete, truncate on look to desk_app"))  # more than it needs: the triggers hold
        connection.execute(text("grant usage on all sequences in schema public to desk_app"))
    theirs = make_url(postgresql).set(username="desk_app").render_as_string(hide_password=False)
    journal = open_journal(replace(Settings(), journal_url=theirs), "mia", None)
    journal.log_looks("signals", ["desk:b:3"], role="manager", purpose="early talks")
    app = create_engine(theirs)
    for statement in (
        "update look set viewer = 'eva'",
        "delete from look",
        "truncate look",
        "alter table look disable trigger all",
        "drop trigger look_is_kept on look",
        "drop function look_stays cascade",
        "set session_replication_role = replica",
    ):
        with pytest.raises(DBAPIError), app.begin() as connection:
            connection.execute(text(statement))
    assert [look.viewer for look in journal.looks_at("desk:b:3")] == ["mia"]
    with pytest.raises(DBAPIError, match="only ever added to"), owner.begin() as connection:
        connection.execute(text("delete from look"))
    app.dispose()
    owner.dispose()
