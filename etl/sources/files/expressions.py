"""The pieces a typed column is made of, in SQL."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.import_format import Column
from etl.sources.files.mapping import ISO_UTC, TimeFormat, Vocabulary
from etl.sources.files.relation import named, quoted


@dataclass(frozen=True)
class Given:
    """A column of a file about to become a column of the format."""

    column: Column
    sql: str
    type: str  # DuckDB's
    time: TimeFormat = ISO_UTC
    vocabulary: Vocabulary | None = None
    vocabulary_hint: str = ""  # where an unmapped value could be added
    missing: tuple[str, ...] = ()
    cells: bool = False  # spreadsheet cells that may already be instants


@dataclass
class Typed:
    """Stage expressions of one column, and the faults to look for: (condition, message) in SQL."""

    stages: list[tuple[str, str]] = field(default_factory=list)  # (name, expression), in order
    faults: list[tuple[str, str]] = field(default_factory=list)


def one_of(texts: tuple[str, ...]) -> str:
    """Return ``texts`` as an SQL list."""
    return "(" + ", ".join(quoted(t) for t in texts) + ")"


def shown(sql: str) -> str:
    """Return SQL for a value as messages show it: on one line, at most 60 characters."""
    return f"left(regexp_replace({sql}::varchar, '\\s+', ' ', 'g'), 60)"


def wrong(name: str, value: str, says: str) -> str:
    """Return SQL for ``name 'value' says``."""
    return f"concat({quoted(name + chr(32) + chr(39))}, {shown(value)}, {quoted(chr(39) + chr(32) + says)})"


def not_before(column: Column) -> list[tuple[str, str]]:
    """Return the fault of an instant or date so early that it was misread."""
    name, years = named(column.name), {"instant": 1990, "date": 1900}
    if column.kind not in years:
        return []
    year = years[column.kind]
    says = (
        f"concat({quoted(column.name + ' ')}, strftime({name}, '%Y-%m-%d'), ' lies before {year}; a two-digit year?')"
    )
    return [(f"{name} < date '{year}-01-01'", says)]
