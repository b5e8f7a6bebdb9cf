"""The ledger of what was sent to whom: what keeps a matter from being told twice, and a failure from being forgotten.

Both tables are only ever added to. Sentences are not kept: they may name what is not everybody's to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Double, select
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, JournalRefused
from journal.tables import Base, Names, UtcInstant

Told = Literal["raised", "worse", "ended"]


class DeliveryRow(Base):
    """The table of deliveries: one thing told of one matter to one recipient."""

    __tablename__ = "delivery"

    delivery_id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]  # raised, worse or ended
    metric: Mapped[str]  # of the incident; the kind of a warning
    direction: Mapped[str]  # up or down; empty for a warning
    dimension: Mapped[str]
    value: Mapped[str]
    teams: Mapped[frozenset[str]] = mapped_column(Names)  # team keys it is about; none: the whole desk
    since: Mapped[date] = mapped_column("starts_on")
    until: Mapped[date] = mapped_column("ends_on")
    severity: Mapped[str]
    size: Mapped[float] = mapped_column(Double)  # hours of work, or people
    message_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcInstant)


class DeliveryAttemptRow(Base):
    """The table of attempts to hand a message over, taken or not."""

    __tablename__ = "delivery_attempt"

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(index=True)
    is_taken: Mapped[bool]
    says: Mapped[str]  # why not; empty where it was taken
    at: Mapped[datetime] = mapped_column(UtcInstant)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What a recipient was told of a matter: an incident's metric, direction, part and days, or a warning's.

    ``teams`` are keys: it is for who may see all of them, and where there are none for who sees the whole desk.
    """

    recipient: str
    kind: Told
    metric: str
    direction: str
    dimension: str
    value: str
    teams: frozenset[str]
    since: date
    until: date
    severity: str
    size: float
    message_id: str
    at: datetime


@dataclass(frozen=True)
class DeliveryAttempt:
    """That a message was handed over, or why not."""

    recipient: str
    is_taken: bool
    says: str
    at: datetime


@dataclass(frozen=True)
class DeliveryState:
    """How delivery to a recipient stands: attempts in vain since the last one that was taken, and why the newest."""

    recipient: str
    last_taken_at: datetime | None
    failures: int
    last_failed_at: datetime | None
    says: str


class Deliveries(Book):
    """Reading and extending the ledger; it tells of every team, so it is for who sees the whole desk."""

    def deliveries(self, recipient: str | None = None) -> list[Delivery]:
        """Return what was told, oldest first: to a recipient, or to all. Raises ``JournalRefused``."""
        self._sees_all()
        asked = select(DeliveryRow).order_by(DeliveryRow.delivery_id)
        if recipient is not None:
            asked = asked.where(DeliveryRow.recipient == recipient)
        with self._reading() as session:
            return [_delivery(row) for row in session.scalars(asked)]

    def note_taken(self, recipient: str, told: Sequence[Delivery]) -> None:
        """Write down, all or nothing, what a message that was taken has told."""
        self._sees_all()
        with self._writing() as session:
            session.add_all(DeliveryRow(**vars(one)) for one in told)
            session.add(DeliveryAttemptRow(recipient=recipient, is_taken=True, says="", at=self._clock()))

    def note_failed(self, recipient: str, says: str) -> None:
        """Write down that a message was not taken, and why."""
        self._sees_all()
        with self._writing() as session:
            session.add(DeliveryAttemptRow(recipient=recipient, is_taken=False, says=says, at=self._clock()))

    def delivery_states(self) -> list[DeliveryState]:
        """Return how delivery stands to everybody it was ever tried to, by name. Raises ``JournalRefused``."""
        self._sees_all()
        names = ("recipient", "is_taken", "says", "at")
        with self._reading() as session:
            found = session.scalars(select(DeliveryAttemptRow).order_by(DeliveryAttemptRow.attempt_id))
            attempts = [DeliveryAttempt(*(getattr(row, name) for name in names)) for row in found]
        return [
            _state(recipient, [one for one in attempts if one.recipient == recipient])
            for recipient in sorted({one.recipient for one in attempts})
        ]

    def _sees_all(self) -> None:
        if self.teams is not None:
            raise JournalRefused("what was sent to whom is for who sees the whole desk")


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__})


def _state(recipient: str, attempts: Iterable[DeliveryAttempt]) -> DeliveryState:
    state = DeliveryState(recipient, None, 0, None, "")
    for one in attempts:
        if one.is_taken:
            state = DeliveryState(recipient, one.at, 0, None, "")
        else:
            state = DeliveryState(recipient, state.last_taken_at, state.failures + 1, one.at, one.says)
    return state
