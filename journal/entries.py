"""Reading and writing entries of any kind: who may see one, who may write one, and what is kept of every write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config.errors import DeskpulseError
from journal.tables import ChangeRow, Row, Where

Clock = Callable[[], datetime]


class JournalRefused(DeskpulseError):
    """What was to be written cannot be, or not by this viewer."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every kind of entry carries; ``teams`` are team keys, empty where it is about the whole desk."""

    entry_id: int
    teams: frozenset[str]
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime

    row: ClassVar[type[Row]]
    reads: ClassVar[str]

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""


@dataclass(frozen=True)
class Change:
    """One write: ``action`` is created, changed or deleted; ``before`` what a change replaced, as text."""

    action: str
    by: str
    at: datetime
    before: dict[str, str]


E = TypeVar("E", bound=Entry)
STAMPS = frozenset(field.name for field in fields(Entry)) - {"teams"}


class Book:
    """The journal as one viewer has it open: what they may see, and what they may write.

    An entry about teams is for those who may see all of these; one about the whole desk is for everybody to read and
    for those who see the whole desk to write.
    """

    def __init__(self, engine: Engine, viewer: str, teams: frozenset[str] | None, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self.viewer, self.teams = viewer, teams

    def update(self, entry: E) -> E:
        """Write an entry changed with ``dataclasses.replace`` and return it as it now stands.

        What it replaced, who and when are kept; nothing is written where nothing differs. Raises ``JournalRefused``.
        """
        entry.check()
        with self._writing() as session:
            row = self._own(session, entry)
            self._may_write(entry)
            if row.changed_at != entry.changed_at:
                raise JournalRefused(f"{row.changed_by} changed this {entry.reads} meanwhile; look at it again")
            self._change(session, row, {name: getattr(entry, name) for name in _written(type(entry))})
            return read_row(type(entry), row)

    def delete(self, entry: Entry) -> None:
        """Take an entry away; it stays in the database with who took it and when. Raises ``JournalRefused``."""
        with self._writing() as session:
            row, now = self._own(session, entry), self._clock()
            row.deleted_by, row.deleted_at = self.viewer, now
            self._log(session, row, "deleted", now, {})

    def history(self, entry: Entry) -> list[Change]:
        """Return every write of an entry, oldest first; none where the viewer may not see it."""
        asked = select(ChangeRow).where(ChangeRow.kind == entry.row.__tablename__, ChangeRow.entry_id == entry.entry_id)
        with self._reading() as session:
            row = session.get(entry.row, entry.entry_id)
            if row is None or not self._may_see(row):
                return []
            found = session.scalars(asked.order_by(ChangeRow.change_id))
            return [Change(change.action, change.by, change.at, change.before) for change in found]

    def _reading(self) -> Session:
        return Session(self._engine)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Open a session whose transaction holds the write lock from its first statement on."""
        if not self.viewer.strip():
            raise JournalRefused("the journal needs to know who writes")
        engine = self._engine.execution_options(writes=True)
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except OperationalError as error:
            raise JournalRefused(f"the journal cannot be written: {error.orig}") from error

    def _add(self, session: Session, kind: type[E], teams: Iterable[str] | None, values: dict[str, Any]) -> E:
        """Write a new entry; without ``teams`` it is about all the writer may see."""
        about = frozenset(teams) if teams is not None else self.teams or frozenset()
        now = self._clock()
        stamps = {"created_by": self.viewer, "created_at": now, "changed_by": self.viewer, "changed_at": now}
        row = kind.row(teams=about, **stamps, **values)
        session.add(row)
        session.flush()
        session.refresh(row)  # as the database has it: instants in UTC
        entry = read_row(kind, row)
        entry.check()
        self._may_write(entry)
        self._log(session, row, "created", now, {})
        return entry

    def _change(self, session: Session, row: Row, values: dict[str, Any]) -> None:
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if not changed:
            return
        before = {name: str(getattr(row, name)) for name in changed}
        for name, value in changed.items():
            setattr(row, name, value)
        row.changed_by, row.changed_at = self.viewer, self._clock()
        self._log(session, row, "changed", row.changed_at, before)
        session.flush()
        session.refresh(row)

    def _listed(self, kind: type[E], *conditions: ColumnElement[bool], order: Sequence[Any] = ()) -> list[E]:
        """Return the entries of a kind that the viewer may see, in ``order``, then as they were written."""
        row = kind.row
        asked = select(row).where(row.deleted_at.is_(None), *conditions).order_by(*order, row.entry_id)
        with self._reading() as session:
            return [read_row(kind, found) for found in session.scalars(asked) if self._may_see(found)]

    def _own(self, session: Session, entry: Entry) -> Row:
        """Return the row of an entry the viewer may write; raises ``JournalRefused``."""
        row = session.get(entry.row, entry.entry_id, with_for_update=True)
        if row is None or row.deleted_at is not None or not self._may_see(row):
            raise JournalRefused(f"there is no such {entry.reads} any more")
        self._may_write(row)
        return row

    def _may_see(self, row: Row) -> bool:
        """Tell whether an entry is for the viewer's eyes; kinds may be stricter."""
        return self.teams is None or row.teams <= self.teams

    def _may_write(self, what: Row | Entry) -> None:
        """Raise ``JournalRefused`` where an entry, as it stands or as it shall be, is not the viewer's to write."""
        if self.teams is None:
            return
        if not what.teams:
            raise JournalRefused("this is about the whole desk: only who sees all teams may write it")
        if not what.teams <= self.teams:
            raise JournalRefused(f"you may not write about {', '.join(sorted(what.teams - self.teams))}")

    def _log(self, session: Session, row: Row, action: str, at: datetime, before: dict[str, str]) -> None:
        kind = type(row).__tablename__
        session.add(ChangeRow(kind=kind, entry_id=row.entry_id, action=action, by=self.viewer, at=at, before=before))


def _written(kind: type[Entry]) -> list[str]:
    """Return the fields of a kind that its writer decides."""
    return [field.name for field in fields(kind) if field.name not in STAMPS]


def read_row(kind: type[E], row: Row) -> E:
    """Return a row of the database as the frozen entry of its kind."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


def wanted(value: str, what: str, *known: str) -> None:
    """Raise ``JournalRefused`` where a text is empty, or none of the known words."""
    if not value.strip():
        raise JournalRefused(f"{what} is needed")
    if known and value not in known:
        raise JournalRefused(f"{what} {value!r} must be one of {', '.join(known)}")


def touches(about: Where, chosen: Where) -> bool:
    """Tell whether what is said about one part of the desk concerns another: no dimension of both keeps them apart."""
    picked = dict(chosen)
    return all(name not in picked or set(values) & set(picked[name]) for name, values in about)
