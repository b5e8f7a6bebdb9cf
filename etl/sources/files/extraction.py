"""One run over the files of a source: what is to be loaded, what is quarantined, and the counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from config.errors import BadInput
from etl.erasure.inputs import cut_part
from etl.erasure.tombstones import Tombstones
from etl.import_format import TABLES, Table
from etl.sources.files import mapping as mappings
from etl.sources.files.arriving import attach_arriving, offer
from etl.sources.files.counts import TableCount, must_balance, must_be_told
from etl.sources.files.inputs import Input
from etl.sources.files.limits import LIMITS, Limits
from etl.sources.files.parts import read_part
from etl.sources.files.raw import MEMORY
from etl.sources.files.readers import Reader
from etl.sources.files.relation import instant_literal, quoted
from etl.sources.files.screening import Part, screen
from etl.sources.files.versions import fresh, judge, settle_known, settle_repeats

_LARGE = 20 * 1024**2  # bytes of a file whose reading is worth announcing


@contextmanager
def workspace(home: Path, name: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Give a DuckDB of its own and an empty folder it may spill into; the folder is gone afterwards."""
    work = (home / "dlt" / "work" / "".join(c if c.isalnum() else "_" for c in name)).resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(work / "spill"),
        "preserve_insertion_order": False,
    }
    try:
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("set TimeZone = 'UTC'")
            attach_arriving(connection, work)
            yield connection, work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@dataclass(frozen=True)
class Extraction:
    """One run of the source ``name`` at ``now`` (naive UTC); ``known`` says which raw tables hold rows."""

    name: str
    run_id: str
    now: datetime
    connection: duckdb.DuckDBPyConnection
    work: Path
    mapping: mappings.Mapping | None
    known: Mapping[str, bool]
    full_refresh: bool = False
    erased: Tombstones | None = None
    limits: Limits = LIMITS

    def table(self, name: str, inputs: Sequence[Input], progress: Callable[[str], None]) -> list[TableCount]:
        """Read and judge all files of one table; offer new rows, leave Parquet files of staying and quarantined ones.

        Raises ``BadInput`` when a file cannot be read, ``RunRefused`` when the counts do not add up.
        """
        try:
            return self._table(TABLES[name], inputs, progress)
        except duckdb.Error as error:  # a file that is broken further in
            says = str(error).splitlines()[0][:200]
            raise BadInput(f"{', '.join(i.label for i in inputs)}: cannot be read ({says}); export it again") from error

    def _table(self, table: Table, inputs: Sequence[Input], progress: Callable[[str], None]) -> list[TableCount]:
        name, folder = table.name, self.work / "in" / table.name
        folder.mkdir(parents=True, exist_ok=True)
        reader = Reader(self.connection, folder, self.limits)
        parts: list[Part] = []
        for given in inputs:
            if given.path.stat().st_size > _LARGE:
                progress(f"{given.label}: reading")
            part = read_part(reader, given, self.mapping)
            parts.append(cut_part(self.connection, part, table, self.name, self.erased) if self.erased else part)
        screened = screen(table, parts, self.now, bool(self.mapping and self.mapping.counts_position))
        judge(self.connection, screened, [p.relation.rejects for p in parts])
        settle_repeats(self.connection, screened)
        if self.known.get(f"files_{name}"):
            settle_known(self.connection, table, f"raw.main.files_{name}", self.name)
        counts = self._counts(table, inputs, parts)
        [(told,)] = self.connection.execute("select count(*) from quarantined").fetchall()
        must_be_told(sum(c.quarantined for c in counts), told, name)
        loaded = sum(c.loaded for c in counts)
        if loaded:
            offer(self.connection, table, fresh(self.connection, screened, self.name, self.now), self.work)
        if self.full_refresh:
            self._copy("select row_hash from seen where not bad", self.staying_file(name))
        self._copy(self._quarantine(name, inputs), self.quarantine_file(name))
        progress(f"{', '.join(i.label for i in inputs)}: {sum(c.read for c in counts):,} rows, {loaded:,} new")
        return counts

    def staying_file(self, table: str) -> Path:
        """Return where the hashes of all good rows of a table are written, for a full refresh."""
        return self.work / f"{table}_staying.parquet"

    def quarantine_file(self, table: str) -> Path:
        """Return where the bad rows of a table are written."""
        return self.work / f"{table}_quarantine.parquet"

    def _copy(self, rows: str, target: Path) -> None:
        # Read back once, at once: packed lightly, and no dictionary built where values hardly repeat.
        options = "format parquet, compression lz4, dictionary_size_limit 1000"
        self.connection.execute(f"copy ({rows}) to {quoted(str(target))} ({options})")

    def _quarantine(self, table: str, inputs: Sequence[Input]) -> str:
        labels = "[" + ", ".join(quoted(i.label) for i in inputs) + "]"
        return f"""
            select
                {quoted(self.name)} as source,
                {labels}[file_no + 1] as file,
                {quoted(table)} as table_name,
                line,
                reason,
                row_json,
                {quoted(self.run_id)} as run_id,
                (hash(row_json) >> 1)::bigint as _row_hash,
                {instant_literal(self.now)} as _loaded_at
            from quarantined"""

    def _counts(self, table: Table, inputs: Sequence[Input], parts: Sequence[Part]) -> list[TableCount]:
        """Count every file, each outcome for itself, so that the balance proves something."""
        seen = self._by_file("select file_no, count(*) from seen group by file_no")
        why = {
            reason: self._by_file(f"select file_no, count(*) from dropped where why = '{reason}' group by file_no")
            for reason in ("unchanged", "superseded", "quarantined")
        }
        counts = []
        for number, (given, part) in enumerate(zip(inputs, parts, strict=True)):
            rows = self._by_file(f"select 0, count(*) from ({part.relation.sql})")[0]
            dropped = {reason: files.get(number, 0) for reason, files in why.items()}
            counts.append(
                TableCount(
                    source=self.name,
                    file=given.label,
                    table=table.name,
                    read=rows + len(part.relation.rejects),
                    loaded=seen.get(number, 0) - sum(dropped.values()),
                    unchanged=dropped["unchanged"],
                    superseded=dropped["superseded"],
                    quarantined=dropped["quarantined"] + len(part.relation.rejects),
                )
            )
            must_balance(counts[-1])
        return counts

    def _by_file(self, sql: str) -> dict[int, int]:
        return {int(number): int(count) for number, count in self.connection.execute(sql).fetchall()}
