"""Slices of rows in the raw database: rows and cursor count together, or not at all.

A slice is loaded by dlt under an instant of its own and counts once ``live_slice`` holds that instant beside the
cursor, in one transaction. Rows of another instant belong to a run that was killed; they are removed before
anything is read, and the cursor, which never moved, brings them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.erasure.inputs import tells_of
from etl.erasure.tombstones import Tombstones
from etl.import_format import Table, raw_schema
from etl.sources.files import raw
from etl.sources.files.relation import instant_literal, named, quoted
from etl.sources.files.versions import row_hash
from etl.sources.live.kinds import Connector, Cursor, Fault
from etl.sources.live.shared import PREFIX, SHARED

SLICES = "live_slice"
FIELDS = "live_field"
_SLICE_COLUMNS = """source varchar, kind varchar, stream varchar, cursor varchar, is_end boolean, run_id varchar,
    loaded_at timestamp"""
_FIELD_COLUMNS = "source varchar, table_name varchar, field varchar, first_seen_at timestamp"


@dataclass(frozen=True)
class Tally:
    """What became of the rows of one slice and table."""

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


class Store:
    """The raw tables of one source; ``work`` is an empty folder for files on their way."""

    def __init__(
        self, path: Path, connector: Connector, source: str, run_id: str, work: Path, erased: Tombstones
    ) -> None:
        self.erased = erased  # whoever is not to be taken in again
        self.path, self.source, self.run_id, self.work = path, source, run_id, work
        self.connector = connector
        self.tables = {connector.raw_name(t.name): t for t in connector.tables}
        self._raw_tables = {name: raw.RawTable(name, raw_schema(t), t.key) for name, t in self.tables.items()}

    def prepare(self) -> None:
        """Make what is missing, and remove what a killed run left."""
        with raw.opened(self.path) as connection:
            connection.execute(f"create table if not exists {SLICES} ({_SLICE_COLUMNS})")
            connection.execute(f"create table if not exists {FIELDS} ({_FIELD_COLUMNS})")
            connection.execute(f"create table if not exists {raw.COUNTS} ({raw.COUNT_COLUMNS})")
            _create(connection, raw.QUARANTINE, raw.QUARANTINE_SCHEMA)
            for name, table in self._raw_tables.items():
                _create(connection, name, table.schema)
            if any(table in SHARED for table in self.tables.values()):  # what is made of them reads all of them
                for shared in SHARED:
                    _create(connection, f"{PREFIX}_{shared.name}", raw_schema(shared))
            for name in self.tables:
                connection.execute(
                    f"""
                    delete from {name} where source = ? and _loaded_at not in (
                        select loaded_at from {SLICES} where source = ?
                    )
                    """,
                    [self.source, self.source],
                )

    def table(self, name: str) -> Table:
        """Return one of the source's tables."""
        return self.tables[self.connector.raw_name(name)]

    def cursors(self) -> dict[str, tuple[Cursor, bool]]:
        """Return where each stream goes on, and whether it was ever read to its end."""
        with raw.opened(self.path) as connection:
            rows = connection.execute(
                f"""
                select stream, arg_max(cursor, loaded_at), bool_or(is_end)
                from {SLICES} where source = ? group by stream
                """,
                [self.source],
            ).fetchall()
        return {stream: (json.loads(cursor), is_end) for stream, cursor, is_end in rows}

    def next_instant(self, now: datetime) -> datetime:
        """Return the instant of the next slice: ``now`` (naive UTC), or just after the newest, if clocks went back."""
        with raw.opened(self.path) as connection:
            newest = connection.execute(
                f"select max(loaded_at) from {SLICES} where source = ?", [self.source]
            ).fetchone()
        return max(now, newest[0] + timedelta(microseconds=1)) if newest and newest[0] else now

    def held(self) -> int:
        """Return how many rows the source has in raw."""
        counts = " union all ".join(f"select count(*) as n from {name} where source = ?" for name in self.tables)
        with raw.opened(self.path) as connection:
            found = connection.execute(f"select sum(n) from ({counts})", [self.source] * len(self.tables)).fetchone()
        return int(found[0]) if found else 0

    def new_rows(
        self, connection: duckdb.DuckDBPyConnection, stream: str, name: str, arrow: pa.Table, at: datetime
    ) -> tuple[Tally, Path | None]:
        """Write those of ``arrow`` that raw does not have to a file; return the counts, and the file if any."""
        table = self.tables[name]
        connection.register("arriving", arrow)
        key = ", ".join(named(c) for c in table.key)
        connection.execute(
            f"""
            create or replace temp table distinct_rows as
            select distinct *, {row_hash(table)} as _row_hash from arriving
            """
        )
        connection.unregister("arriving")
        connection.execute(f"attach {quoted(str(self.path))} as raw (read_only)")
        mine = f"select {key}, _row_hash, _loaded_at from raw.main.{name} where source = {quoted(self.source)}"
        mine += f" and ({key}) in (select ({key}) from distinct_rows)"  # nothing else need be put in order
        if table.version is None:  # the newest load wins: only what is the newest is known
            mine += f" qualify row_number() over (partition by {key} order by _loaded_at desc, _row_hash desc) = 1"
        connection.execute(
            f"""
            create or replace temp table new_rows as
            select * from distinct_rows anti join ({mine}) as mine using ({key}, _row_hash)
            """
        )
        connection.execute("detach raw")
        distinct, new = (_count(connection, rows) for rows in ("distinct_rows", "new_rows"))
        tally = Tally(arrow.num_rows, new, distinct - new, arrow.num_rows - distinct)
        target = self.work / f"{stream}.{name}.parquet"
        columns = ", ".join(named(c.name) for c in table.columns)
        loader = f"{quoted(self.source)} as source, _row_hash, {instant_literal(at)} as _loaded_at"
        connection.execute(f"copy (select {columns}, {loader} from new_rows) to {quoted(str(target))} (format parquet)")
        return tally, target if new else None

    def staying(self, connection: duckdb.DuckDBPyConnection, name: str) -> Path:
        """Write the hashes of the rows last looked at with ``new_rows`` to a file."""
        target = self.work / f"{name}_staying.parquet"
        connection.execute(f"copy (select _row_hash from distinct_rows) to {quoted(str(target))} (format parquet)")
        return target

    def load(self, files: Mapping[str, Sequence[Path]]) -> None:
        """Bring files of new rows into raw, where several streams may have filled a table; they do not count yet."""
        if files:
            one = {name: self._one(name, parts) for name, parts in files.items()}
            raw.load(self.path, self.work, self.source, one, dict.fromkeys(self.tables, False), self._raw_tables)

    def _one(self, name: str, parts: Sequence[Path]) -> Path:
        if len(parts) == 1:
            return parts[0]
        target, read = self.work / f"{name}.parquet", ", ".join(quoted(str(part)) for part in parts)
        duckdb.sql(f"copy (select distinct * from read_parquet([{read}])) to {quoted(str(target))} (format parquet)")
        return target

    def commit(
        self,
        cursors: Mapping[str, tuple[Cursor, bool]],
        at: datetime,
        *,
        faults: Mapping[tuple[str, str], Sequence[Fault]],
        fields: Mapping[str, frozenset[str]],
        staying: Mapping[str, Path],
    ) -> list[str]:
        """Make the rows loaded under ``at`` count and move the cursors, in one transaction.

        ``cursors`` say of each stream where it goes on and whether it ended; ``staying`` names raw tables of which
        everything was read, with the hashes of it: other rows of theirs go. Returns the names of fields no record
        had before, as ``table.field``; nothing on a source's first slice.
        """
        with raw.opened(self.path) as connection:
            connection.execute("begin")
            for stream, (cursor, is_end) in cursors.items():
                told = [self.source, self.connector.kind, stream, json.dumps(cursor), is_end, self.run_id, at]
                connection.execute(f"insert into {SLICES} values (?, ?, ?, ?, ?, ?, ?)", told)
            for name, file in staying.items():
                there = f"select _row_hash from read_parquet({quoted(str(file))})"
                connection.execute(f"delete from {name} where source = ? and _row_hash not in ({there})", [self.source])
            for (stream, table), bad in faults.items():
                _quarantine(connection, self.source, stream, table, self._cut(bad), self.run_id, at)
            new = [f"{t}.{f}" for t, seen in fields.items() for f in _new_fields(connection, self.source, t, seen, at)]
            connection.execute("commit")
        return new

    def _cut(self, bad: Sequence[Fault]) -> list[Fault]:
        """Return faults without the records of whom was erased."""
        if not self.erased:
            return list(bad)
        return [
            Fault(fault.reason)
            if any(tells_of(str(value), self.source, self.erased) for value in fault.record.values())
            else fault
            for fault in bad
        ]

    def finish(self, tallies: Mapping[tuple[str, str], Tally], at: datetime) -> None:
        """Write the counts of a run that read every stream to its end."""
        rows = [
            [self.source, self.run_id, stream, table, t.read, t.loaded, t.unchanged, t.superseded, t.quarantined, at]
            for (stream, table), t in tallies.items()
        ]
        with raw.opened(self.path) as connection:
            connection.executemany(f"insert into {raw.COUNTS} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _create(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> None:
    """Make a table, or give it the columns it does not have yet."""
    connection.register("pattern", schema.empty_table())
    connection.execute(f"create table if not exists {name} as select * from pattern")
    described = connection.execute("describe pattern").fetchall()
    connection.unregister("pattern")
    for column, type_, *_ in described:
        connection.execute(f'alter table {name} add column if not exists "{column}" {type_}')


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    found = connection.execute(f"select count(*) from {rows}").fetchone()
    return int(found[0]) if found else 0


def _new_fields(
    connection: duckdb.DuckDBPyConnection, source: str, table: str, seen: frozenset[str], at: datetime
) -> list[str]:
    told = connection.execute(
        f"select field from {FIELDS} where source = ? and table_name = ?", [source, table]
    ).fetchall()
    known = {field for (field,) in told}
    new = sorted(seen - known)
    if new:
        connection.executemany(f"insert into {FIELDS} values (?, ?, ?, ?)", [[source, table, f, at] for f in new])
    return new if known else []


def _quarantine(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    stream: str,
    table: str,
    faults: Sequence[Fault],
    run_id: str,
    at: datetime,
) -> None:
    for line, fault in enumerate(faults, start=1):
        told = json.dumps(dict(fault.record), default=str)
        connection.execute(
            f"insert into {raw.QUARANTINE} values (?, ?, ?, ?, ?, ?, ?, (hash(?) >> 1)::bigint, ?)",
            [source, stream, table, line, fault.reason, told, run_id, told, at],
        )
