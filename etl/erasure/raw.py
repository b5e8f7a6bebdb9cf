"""What was read before, without whom is erased: rows, quarantine, and the bytes of both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from etl.erasure.cutting import Cut, cut, persons
from etl.erasure.inputs import words_of
from etl.erasure.tombstones import EVERY_SOURCE, Tombstones, canonical
from etl.import_format import TABLES, Table
from etl.sources.catalog import LIVE, connector
from etl.sources.files.raw import QUARANTINE, STORAGE, existing_tables, opened
from etl.sources.files.relation import named, quoted
from etl.sources.files.versions import row_hash

TICKETS = ("tickets", "snapshots")


@dataclass(frozen=True)
class Gone:
    """What was erased from raw: tickets that have nobody's name any more, and rows concerned."""

    tickets: int = 0
    rows: int = 0


def known_as(path: Path, source: str, ids: Iterable[str]) -> set[str]:
    """Return under which identities somebody called one of ``ids`` is known: the account of an address, and back."""
    found = {canonical(each) for each in ids}
    with opened(path) as connection:
        for name, table in _tables(connection):
            columns = {c.name for c in table.columns}
            if {"user_id", "email_key"} <= columns:
                agents = "is_staff" if "is_staff" in columns else "role <> 'end-user'"
                rows = connection.execute(
                    f"select distinct user_id, email_key from {name} where not ({agents}) and {_of(source)}"
                ).fetchall()
                for row in rows:
                    if found & {str(value) for value in row}:
                        found |= {str(value) for value in row if value}
    return found


def read_before(path: Path, source: str, ids: Iterable[str]) -> bool:
    """Tell whether raw knows anybody under one of ``ids``."""
    with opened(path) as connection:
        for name, table in _tables(connection):
            hit = cut(table.name, _texts(table), sorted(ids))
            if hit and connection.execute(f"select 1 from {name} where {_of(source)} and {hit.hit} limit 1").fetchone():
                return True
        return any(_quarantined(connection, source, ids))


def named_still(path: Path, erased: Tombstones) -> dict[str, set[str]]:
    """Return, by source, who was erased and is named nevertheless, as in a raw database from before."""
    found: dict[str, set[str]] = {}
    with opened(path) as connection:
        for name, table in _tables(connection):
            for source, told in _persons_by_source(connection, name, table):
                found.setdefault(source, set()).update(erased.among(source, told))
        if QUARANTINE in existing_tables(connection):
            rows = connection.execute(f"select source, row_json, reason from {QUARANTINE}").fetchall()
            for source, told, reason in rows:
                words = {word for value in (*_values(told), reason) for word in words_of(value)}
                found.setdefault(str(source), set()).update(erased.among(str(source), words))
    return found


def erase_raw(path: Path, source: str, ids: Iterable[str], erased: Tombstones) -> Gone:
    """Cut everybody who was erased out of raw, and ``ids`` out of the quarantine; then write the file anew.

    A row that was cut has the hash it will have when it is read again. DuckDB leaves deleted values in its file until
    it needs the room, so the file is replaced by one that never held them. The caller holds the home's lock.
    """
    tickets = rows = 0
    with opened(path) as connection:
        connection.execute("begin")
        for name, table in _tables(connection):
            for where, found in _cuts(connection, name, table, erased):
                hit = f"from {name} where {where} and {found.hit}"
                rows += _count(connection, f"select count(*) {hit}")
                if table.name in TICKETS:
                    tickets += _count(connection, f"select count(distinct ticket_id) {hit}")
                connection.execute(f"delete {hit}" if found.left_out else _update(name, table, found, where))
        for rowid in list(_quarantined(connection, source, ids)):
            connection.execute(f"delete from {QUARANTINE} where rowid = ?", [rowid])
            rows += 1
        connection.execute("commit")
        if rows:
            _rewrite(connection, path)
    return Gone(tickets, rows)


def _tables(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Table]]:
    """Give the raw tables that may name a requester, by the names they have there."""
    known = {f"files_{table.name}": table for table in TABLES.values()}
    for kind in LIVE:
        vendor = connector(kind)
        known |= {vendor.raw_name(table.name): table for table in vendor.tables}
    for name in sorted(existing_tables(connection) & set(known)):
        if persons(_texts(known[name])):
            yield name, known[name]


def _texts(table: Table) -> dict[str, str]:
    return {c.name: named(c.name) for c in table.columns if c.kind == "text"}


def _cuts(
    connection: duckdb.DuckDBPyConnection, name: str, table: Table, erased: Tombstones
) -> Iterator[tuple[str, Cut]]:
    for source, told in _persons_by_source(connection, name, table):
        ids = erased.among(source, told)
        found = cut(table.name, _texts(table), ids) if ids else None
        if found is not None:
            yield f"source = {quoted(source)}", found


def _persons_by_source(
    connection: duckdb.DuckDBPyConnection, name: str, table: Table
) -> Iterator[tuple[str, set[str]]]:
    for (source,) in connection.execute(f"select distinct source from {name}").fetchall():
        told: set[str] = set()
        for sql in persons(_texts(table)).values():
            rows = connection.execute(f"select distinct {sql} from {name} where source = ?", [source]).fetchall()
            told |= {str(value) for (value,) in rows if value is not None}
        yield str(source), told


def _update(name: str, table: Table, found: Cut, where: str) -> str:
    """Return the statement that cuts rows and gives them the hash of what is left, both from the rows as they were."""
    after = {**{c.name: named(c.name) for c in table.columns}, **found.becomes}
    digest = row_hash(table, after)
    changes = ", ".join(
        [*(f"{named(n)} = ({sql})::varchar" for n, sql in found.becomes.items()), f"_row_hash = {digest}"]
    )
    return f"update {name} set {changes} where {where} and {found.hit}"


def _quarantined(connection: duckdb.DuckDBPyConnection, source: str, ids: Iterable[str]) -> Iterator[int]:
    """Give the quarantined rows that name one of ``ids``, as a value or, where a row was torn, as a word."""
    if QUARANTINE not in existing_tables(connection):
        return
    wanted = {canonical(each) for each in ids}
    like = " or ".join(f"contains(lower(concat(row_json, ' ', reason)), {quoted(one.lower())})" for one in wanted)
    rows = connection.execute(
        f"select rowid, row_json, reason from {QUARANTINE} where {_of(source)} and ({like})"
    ).fetchall()
    for rowid, told, reason in rows:
        words = {canonical(word) for value in (*_values(told), reason) for word in words_of(value)}
        if wanted & words:
            yield int(rowid)


def _values(told: str) -> list[str]:
    try:
        record: Any = json.loads(told)
    except ValueError:
        return [told]
    return [str(value) for value in record.values()] if isinstance(record, dict) else [str(record)]


def _of(source: str) -> str:
    return "true" if source == EVERY_SOURCE else f"source = {quoted(source)}"


def _rewrite(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Replace the database by a copy of what is still in it."""
    fresh = path.with_suffix(".unfinished")
    fresh.unlink(missing_ok=True)
    connection.execute(f"attach {quoted(str(fresh))} as fresh (storage_version {quoted(STORAGE)})")
    connection.execute(f"copy from database {named(path.stem)} to fresh")
    connection.execute("detach fresh")
    connection.close()
    fresh.replace(path)
    path.with_suffix(f"{path.suffix}.wal").unlink(missing_ok=True)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    [(count,)] = connection.execute(sql).fetchall()
    return int(count)
