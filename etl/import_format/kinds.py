"""What a table of the import format is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "instant", "date", "integer", "number", "boolean"]

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "instant": pa.timestamp("us"),  # UTC, without a zone: what every engine stores alike
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """A column of the import format: its type, its meaning, and what it may hold."""

    name: str
    kind: Kind
    says: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table of the import format.

    ``key`` identifies a row; ``version`` names the column that orders versions of the same row
    (None where a row never changes or the newest load wins).
    """

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    version: str | None = None

    def arrow_schema(self) -> pa.Schema:
        """Return the table as an Arrow schema, columns in documented order."""
        return pa.schema([pa.field(c.name, ARROW[c.kind]) for c in self.columns])

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raises ``KeyError`` if there is none."""
        return {c.name: c for c in self.columns}[name]


def text(name: str, says: str, *values: str, required: bool = False) -> Column:
    """Return a text column, optionally of a vocabulary."""
    return Column(name, "text", says, required, values)


def instant(name: str, says: str, required: bool = False) -> Column:
    """Return a column of instants."""
    return Column(name, "instant", says, required)


def date(name: str, says: str, required: bool = False) -> Column:
    """Return a column of days."""
    return Column(name, "date", says, required)


def integer(name: str, says: str, required: bool = False) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "integer", says, required)


def number(name: str, says: str, required: bool = False) -> Column:
    """Return a column of numbers."""
    return Column(name, "number", says, required)


def boolean(name: str, says: str, required: bool = False) -> Column:
    """Return a column of yes and no."""
    return Column(name, "boolean", says, required)
