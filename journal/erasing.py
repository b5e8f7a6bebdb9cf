"""Taking somebody out of what people wrote: where a text names them, it says ``[erased]`` from then on.

The access log and the ledger of deliveries are left as they are: they hold no texts and nobody who asks for help.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Connection, Engine, String, Table, select, update

from config.settings import Settings
from journal.opening import journal_engine, journal_url
from journal.tables import Base, ChangeRow

TEXTS = ("text", "title", "done", "note", "name", "query")
SHORTEST = 5  # characters of what can be told from other words
ERASED = "[erased]"


def erase_words(settings: Settings, words: Iterable[str]) -> int:
    """Replace words in every text of the journal, also in what edits replaced; returns how many entries named them.

    Words of fewer than ``SHORTEST`` characters are left: in a sentence, 17 is not somebody's number.
    """
    wanted = [re.escape(word) for word in words if len(word) >= SHORTEST]
    if not wanted:
        return 0
    named = re.compile(rf"(?<![\w@])(?:{'|'.join(wanted)})(?![\w@])", re.IGNORECASE)
    engine = journal_engine(journal_url(settings))
    changed = 0
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma secure_delete = on")
        for table in Base.metadata.sorted_tables:
            changed += _erase(connection, table, named)
    _forget_pages(engine)
    return changed


def texts(settings: Settings) -> Iterator[str]:
    """Give every text of the journal in which somebody could be named."""
    with journal_engine(journal_url(settings)).connect() as connection:
        for table in Base.metadata.sorted_tables:
            if columns := _texts(table):
                for row in connection.execute(select(*columns)):
                    yield from (text for value in row for text in _strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for told in value.values() if isinstance(value, dict) else value:
            yield from _strings(told)


def _texts(table: Table) -> list[Column[Any]]:
    found = [column for column in table.columns if column.name in TEXTS and isinstance(column.type, String)]
    return [*found, table.c.before] if table.name == ChangeRow.__tablename__ else found


def _erase(connection: Connection, table: Table, named: re.Pattern[str]) -> int:
    texts = _texts(table)
    if not texts:
        return 0
    (key,) = table.primary_key.columns
    changed = 0
    for row in connection.execute(select(key, *texts)).all():
        after = {column.name: _without(value, named) for column, value in zip(texts, row[1:], strict=True)}
        if any(after[column.name] != value for column, value in zip(texts, row[1:], strict=True)):
            connection.execute(update(table).where(key == row[0]).values(**after))
            changed += 1
    return changed


def _without(value: Any, named: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return named.sub(ERASED, value)
    if isinstance(value, dict):
        return {name: _without(told, named) for name, told in value.items()}
    return [_without(told, named) for told in value] if isinstance(value, list) else value


def _forget_pages(engine: Engine) -> None:
    """Have SQLite write its file anew, so that no free page holds what was there."""
    if engine.dialect.name == "sqlite":
        plain = engine.raw_connection()  # nothing of the house's begins a transaction on it
        try:
            for what in ("vacuum", "pragma wal_checkpoint(truncate)"):  # the log of writes holds pages, too
                plain.cursor().execute(what).fetchall()
        finally:
            plain.close()
