"""What manager and agent agree on in check-ins, and who looked at whom: private, and never lost.

A check-in is for who wrote it, for the agent it is about and, where it is shared, for who looks after the agent's team
and nobody else: seeing the whole desk does not open it. A look is written once and changed by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, Entry, JournalRefused, read_row, wanted
from journal.tables import Base, Row, UtcInstant

KINDS: Final = ("agreed", "comment", "reviewed")  # by the manager; by the agent; that a band was right or not
ONE_LOOK: Final = timedelta(minutes=15)  # what somebody sees again within these is the same look


class CheckInRow(Row):
    """The table of check-ins."""

    __tablename__ = "check_in"

    agent_key: Mapped[str] = mapped_column(index=True)
    happened_on: Mapped[date]
    kind: Mapped[str]
    text: Mapped[str]
    prefers: Mapped[str]
    is_shared: Mapped[bool]


@dataclass(frozen=True, kw_only=True)
class CheckIn(Entry):
    """What was said or agreed; ``prefers`` is the work this person would rather do, empty where nobody asked."""

    agent_key: str
    happened_on: date
    kind: str
    text: str
    prefers: str
    is_shared: bool

    row: ClassVar[type[Row]] = CheckInRow
    reads: ClassVar[str] = "check-in"

    def check(self) -> None:
        """Raise ``JournalRefused`` where it is about nobody, of no known kind, or empty."""
        wanted(self.agent_key, "whom it is about")
        wanted(self.kind, "the kind", *KINDS)
        if not self.text.strip() and not self.prefers.strip():
            raise JournalRefused("a text is needed")


class NoticeRow(Row):
    """The table of notices: for what purpose single persons' drift is looked at, and by when they were told."""

    __tablename__ = "notice"

    purpose: Mapped[str]
    told_on: Mapped[date]
    origin: Mapped[str | None] = mapped_column(unique=True)


@dataclass(frozen=True, kw_only=True)
class Notice(Entry):
    """That everybody concerned was told by a day that, and why, single persons' drift is looked at."""

    purpose: str
    told_on: date
    origin: str | None

    row: ClassVar[type[Row]] = NoticeRow
    reads: ClassVar[str] = "notice"

    def check(self) -> None:
        """Raise ``JournalRefused`` where there is no purpose."""
        wanted(self.purpose, "a purpose")


class LookRow(Base):
    """The access log: one look of one viewer at what is told of people; only ever added to."""

    __tablename__ = "look"

    look_id: Mapped[int] = mapped_column(primary_key=True)
    viewer: Mapped[str]
    role: Mapped[str]
    what: Mapped[str]
    agent_key: Mapped[str] = mapped_column(index=True)  # empty: groups and teams
    purpose: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcInstant)


@dataclass(frozen=True)
class Look:
    """Somebody looked at something; ``agent_key`` is empty where no single person was shown."""

    viewer: str
    role: str
    what: str
    agent_key: str
    purpose: str
    at: datetime


class CheckIns(Book):
    """Writing check-ins, reading them again, and the log of looks."""

    def check_in(
        self,
        agent_key: str,
        text: str,
        *,
        on: date,
        teams: Iterable[str],
        kind: str = "agreed",
        prefers: str = "",
        is_shared: bool = True,
        me: str = "",
    ) -> CheckIn:
        """Write down what was agreed or said; ``teams`` are the agent's, ``me`` is who the writer is among the agents.

        A comment is the agent's own; everything else is written by who sees their team. Raises ``JournalRefused``.
        """
        if (kind == "comment") != (bool(me) and me == agent_key):
            raise JournalRefused("a comment is written by the agent it is about, and nothing else is")
        values = {
            "agent_key": agent_key,
            "happened_on": on,
            "kind": kind,
            "text": text.strip(),
            "prefers": prefers.strip(),
            "is_shared": is_shared,
        }
        with self._writing() as session:
            return self._add(session, CheckIn, teams, values)

    def check_ins(self, agent_key: str, me: str = "") -> list[CheckIn]:
        """Return an agent's check-ins for this viewer, newest first; ``me`` is who the viewer is among the agents."""
        asked = select(CheckInRow).where(CheckInRow.deleted_at.is_(None), CheckInRow.agent_key == agent_key)
        order = (CheckInRow.happened_on.desc(), CheckInRow.entry_id.desc())
        with self._reading() as session:
            found = session.scalars(asked.order_by(*order)).all()
            mine = bool(me) and me == agent_key
            return [read_row(CheckIn, row) for row in found if mine or self._may_see(row)]

    def give_notice(self, purpose: str, *, on: date, origin: str | None = None) -> Notice:
        """Write down that everybody was told by a day, and for what purpose. Raises ``JournalRefused``."""
        with self._writing() as session:
            return self._add(session, Notice, None, {"purpose": purpose.strip(), "told_on": on, "origin": origin})

    def remembers_notice(self, origin: str) -> bool:
        """Tell whether a notice of this origin was ever given, also where it was taken back since."""
        with self._reading() as session:
            return session.scalar(select(NoticeRow.entry_id).where(NoticeRow.origin == origin)) is not None

    def notice(self) -> Notice | None:
        """Return the newest notice that was given and not taken back."""
        given = self._listed(Notice, order=[NoticeRow.told_on.desc(), NoticeRow.entry_id.desc()])
        return given[0] if given else None

    def log_looks(self, what: str, agent_keys: Sequence[str], *, role: str, purpose: str) -> None:
        """Write down that the viewer looks at something of these people, or (none) of groups."""
        now, keys = self._clock(), list(agent_keys) or [""]
        with self._writing() as session:
            recent = select(LookRow.agent_key).where(
                LookRow.viewer == self.viewer, LookRow.what == what, LookRow.at > now - ONE_LOOK, LookRow.role == role
            )
            known = set(session.scalars(recent))
            about = {"viewer": self.viewer, "role": role, "what": what, "purpose": purpose, "at": now}
            session.add_all(LookRow(agent_key=key, **about) for key in keys if key not in known)

    def looks_at(self, agent_key: str, most: int = 200) -> list[Look]:
        """Return who looked at a person, newest first: for that person, and for who answers for the log."""
        asked = select(LookRow).where(LookRow.agent_key == agent_key).order_by(LookRow.look_id.desc()).limit(most)
        names = ("viewer", "role", "what", "agent_key", "purpose", "at")
        with self._reading() as session:
            return [Look(**{name: getattr(row, name) for name in names}) for row in session.scalars(asked)]

    def _may_see(self, row: Row) -> bool:
        if not isinstance(row, CheckInRow):
            return super()._may_see(row)
        if row.created_by == self.viewer:
            return True
        return row.is_shared and self.teams is not None and bool(row.teams) and row.teams <= self.teams

    def _may_write(self, what: Row | Entry) -> None:
        """Who wrote a check-in changes it, whatever teams they see."""
        if isinstance(what, CheckInRow | CheckIn):
            if what.created_by != self.viewer:
                raise JournalRefused(f"this check-in was written by {what.created_by}")
            if what.kind != "comment" and not (what.teams and (self.teams is None or what.teams <= self.teams)):
                raise JournalRefused("a check-in is written by who looks after the agent's team")
            return
        super()._may_write(what)
