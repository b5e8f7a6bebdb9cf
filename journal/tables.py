"""What every table of the journal has, and the column types they share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Where = tuple[tuple[str, tuple[str, ...]], ...]  # (dimension, values) pairs, as Question.where


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant; SQLite keeps no zone, so it is stored as UTC and comes back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; raises ``ValueError`` for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant of the journal needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Filters(TypeDecorator[Where]):
    """Dimension filters as JSON; None is no group at all, an empty tuple everything."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Where | None, dialect: Dialect) -> Any:
        """Store pairs as lists."""
        return None if value is None else [[name, list(values)] for name, values in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Where | None:
        """Return pairs as tuples."""
        return None if value is None else tuple((name, tuple(values)) for name, values in value)


class Names(TypeDecorator[frozenset[str]]):
    """A set of names as a sorted JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """Store a sorted list."""
        return sorted(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str]:
        """Return a set."""
        return frozenset(value or ())


class Base(DeclarativeBase):
    """The journal's tables; constraints are named so that a migration can change them on every engine."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Row(Base):
    """The columns of every kind of entry: whom it is about, who wrote it and when, who took it away."""

    __abstract__ = True

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    teams: Mapped[frozenset[str]] = mapped_column(Names)  # team keys it is about; none: the whole desk
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcInstant)
    deleted_by: Mapped[str | None]
    deleted_at: Mapped[datetime | None] = mapped_column(UtcInstant)


class ChangeRow(Base):
    """One write to one entry; ``before`` holds what an edit replaced."""

    __tablename__ = "change"

    change_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    entry_id: Mapped[int] = mapped_column(index=True)
    action: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcInstant)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
