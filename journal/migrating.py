"""The journal's tables, made or upgraded on first use, by one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from config.errors import DeskpulseError

HEAD = "0007"  # the newest migration; Alembic is loaded only where a database is behind it
MIGRATIONS = Path(__file__).resolve().parent / "migrations"
ADVISORY_LOCK = 20_261_122  # any number, the same in every process


class JournalTooNew(DeskpulseError):
    """The journal was made by a later version of Deskpulse."""


def migrated(engine: Engine) -> None:
    """Bring the tables to the newest revision, if they are not there yet; all of it or nothing.

    Raises ``JournalTooNew`` for a revision this version does not know.
    """
    if _at_head(engine):
        return
    with _alone(engine), engine.execution_options(writes=True).begin() as connection:
        if _revision(connection) != HEAD:
            upgrade(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to a revision in the connection's own transaction."""
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    now = _revision(connection)
    if now and now not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise JournalTooNew(f"the journal is at revision {now}, made by a later version; upgrade Deskpulse")
    command.upgrade(config, to)


def downgrade(connection: Connection, to: str = "base") -> None:
    """Take migrations back, with what is in their tables."""
    from alembic import command

    command.downgrade(alembic_config(connection), to)


def alembic_config(connection: Connection) -> Any:
    """Return Alembic's configuration for a connection; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _at_head(engine: Engine) -> bool:
    with engine.connect() as connection:
        return _revision(connection) == HEAD


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return None if found is None else str(found)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Hold off every other process that would make the tables too."""
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # freed by the system however the process ends
            with engine.connect() as connection:
                connection.connection.driver_connection.execute("pragma journal_mode = wal")  # type: ignore[union-attr]
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
