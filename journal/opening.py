"""Opening the journal: where it is, that its tables are there, and under whose eyes."""

from __future__ import annotations

import sqlite3
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

ACCESS_LOG = "look"
TRIGGERS = {sqlite3.SQLITE_CREATE_TRIGGER, sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_CREATE_TEMP_TRIGGER}
OF_TABLES = {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ALTER_TABLE}
KEPT_AS_SET = {"recursive_triggers", "writable_schema", "ignore_check_constraints"}
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
    return Journal(journal_engine(journal_url(settings)), viewer, teams, clock)


def journal_url(settings: Settings) -> str:
    """Return where the journal is: the setting ``journal_url``, else a SQLite file under home."""
    return settings.journal_url or f"sqlite:///{settings.home.resolve() / 'journal.db'}"


@lru_cache(maxsize=8)
def journal_engine(url: str) -> Engine:
    """Return the engine of a journal whose tables are up to date; one a process and database."""
    try:
        parsed = make_url(url)
        engine = sqlite_engine(parsed.database) if parsed.get_backend_name() == "sqlite" else create_engine(parsed)
        migrated(engine)
        if engine.dialect.name == "sqlite":
            engine.dispose()  # what made the tables could still change them
            event.listen(engine, "connect", keep_log)
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
        for pragma in (
            "foreign_keys = on",
            "recursive_triggers = on",
            "synchronous = normal",
            f"busy_timeout = {WAIT_SECONDS * 1000}",
        ):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads first and writes later could find that somebody wrote in between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def keep_log(connection: Any, _: Any) -> None:
    """Have a connection refuse, before it is run, what could change the access log or take away what keeps it."""

    def permit(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action in TRIGGERS or (action in OF_TABLES and ACCESS_LOG in (first, second)):
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and first in KEPT_AS_SET and second is not None:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    connection.set_authorizer(permit)
