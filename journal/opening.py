"""Opening the journal: where it is, that its tables are there, and under whose eyes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from config.errors import BadSetting
from config.settings import Settings
from journal.actions import Actions
from journal.alert_marks import AlertMarks
from journal.annotations import Annotations
from journal.deliveries import Deliveries
from journal.entries import Clock
from journal.goals import Goals
from journal.migrating import migrated
from journal.notes import Notes
from journal.sign_ins import SignIns
from journal.views import SavedViews
from journal.wellbeing import CheckIns

WAIT_SECONDS = 30  # for whoever else is writing


class Journal(Actions, Notes, Annotations, AlertMarks, SavedViews, CheckIns, Goals, Deliveries, SignIns):
    """The journal as one viewer has it open; each kind of entry brings its own verbs."""


def utc_now() -> datetime:
    """Return this instant, aware."""
    return datetime.now(UTC)


def open_journal(settings: Settings, viewer: str, teams: frozenset[str] | None, clock: Clock = utc_now) -> Journal:
    """Open the journal for a viewer who may see ``teams`` (team keys; None: every team).

    The first use makes or upgrades its tables. Raises ``BadSetting`` where the database cannot be reached.
    """
    return Journal(_engine(journal_url(settings)), viewer, teams, clock)


def journal_url(settings: Settings) -> str:
    """Return where the journal is: the setting ``journal_url``, else a SQLite file under home."""
    return settings.journal_url or f"sqlite:///{settings.home.resolve() / 'journal.db'}"


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    """Return the engine of a journal whose tables are up to date; one a process and database."""
    try:
        parsed = make_url(url)
        engine = sqlite_engine(parsed.database) if parsed.get_backend_name() == "sqlite" else create_engine(parsed)
        migrated(engine)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSetting(f"journal_url is not a database this installation can open: {error}") from error
    except OperationalError as error:
        raise BadSetting(f"the journal at {parsed.render_as_string()} cannot be reached: {error.orig}") from error
    return engine


def sqlite_engine(file: str | None) -> Engine:
    """Return an engine on a SQLite file in which readers never wait and writers take turns."""
    if not file or file == ":memory:":
        raise BadSetting("the journal needs a file: a database in memory would forget what people write")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        for pragma in ("foreign_keys = on", "synchronous = normal", f"busy_timeout = {WAIT_SECONDS * 1000}"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads first and writes later could find that somebody wrote in between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine
