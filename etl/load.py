"""Files into raw: read, judge, load what is new, count every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb

from config.errors import BadInput, RunRefused
from config.settings import Settings, utc_naive
from etl.erasure.tombstones import tombstones
from etl.import_format import TABLES
from etl.sources.files import raw
from etl.sources.files.arriving import statement
from etl.sources.files.counts import KEPT_WHEN_REFUSED, TableCount, must_be_mostly_good
from etl.sources.files.extraction import Extraction, workspace
from etl.sources.files.inputs import Input, format_inputs, mapped_inputs
from etl.sources.files.limits import limits_of
from etl.sources.files.mapping import Mapping as Given
from etl.sources.files.mapping import read_mapping
from etl.sources.files.relation import named, quoted

__all__ = ["TableCount", "load_files"]

AT_ONCE = 2
SAY_WHAT_HAPPENED = ("tickets", "snapshots", "contacts")  # without a row in one of them there is nothing to tell


def found(
    paths: Sequence[Path], mapping: Path | None, progress: Callable[[str], None] = lambda _: None
) -> tuple[Given | None, list[Input]]:
    """Return the mapping and the files it is for, or those in the import format; raises ``BadInput``."""
    given = read_mapping(mapping) if mapping else None
    if not paths:
        raise BadInput("no input: name a folder or a file with --input")
    paths = [*{path.resolve(): path for path in paths}.values()]  # naming a file twice is naming it once
    return given, mapped_inputs(paths, given.table.name) if given else format_inputs(paths, progress)


def load_files(
    name: str,
    paths: Sequence[Path],
    mapping: Path | None,
    settings: Settings,
    *,
    run_id: str,
    now: datetime,
    full_refresh: bool = False,
    progress: Callable[[str], None],
) -> list[TableCount]:
    """Read ``paths`` as the source ``name`` and load what is new into the raw database.

    Without a mapping the paths are in the import format. ``now`` is aware. With ``full_refresh`` rows of the
    source that are no longer in the input disappear. The caller sees to it that no other run has the same home.

    Raises ``BadInput`` when the input cannot be read, ``RunRefused`` when over one row in a hundred is bad
    (the quarantine is kept, nothing else is loaded) or the counts do not add up.
    """
    given, inputs = found(paths, mapping, progress)
    at = utc_naive(now)
    erased = tombstones(settings)
    raw.undo_unfinished(settings.raw_path)
    with workspace(settings.home, name) as (connection, work):
        known = _attach(connection, settings.raw_path)
        extraction = Extraction(
            name, run_id, at, connection, work, given, known, full_refresh, erased, limits_of(settings)
        )
        tables = list(dict.fromkeys(i.table for i in inputs))
        counts = _extracted(extraction, {t: [i for i in inputs if i.table == t] for t in tables}, progress)
        connection.execute("detach raw")
        check_any_tickets(counts, paths[0])
        bad = _quarantine(connection, [extraction.quarantine_file(t) for t in tables], work)
        try:
            must_be_mostly_good(
                name, counts, _reasons(connection, bad), f"table {raw.QUARANTINE} in {settings.raw_path}"
            )
        except RunRefused:
            few = _first(connection, bad, work)
            raw.load(settings.raw_path, work, name, few, known)
            raise
        offered = {f"files_{t}": statement(work, TABLES[t]) for t in tables}
        fresh = {name: file for name, file in offered.items() if file.exists()}
        connection.close()  # its memory is dlt's now
        if fresh:
            progress("loading into raw")
        raw.load(settings.raw_path, work, name, {**fresh, **bad}, known)
        staying = {t: extraction.staying_file(t) for t in tables} if full_refresh else None
        raw.commit(settings.raw_path, counts, run_id, at, staying)
    return counts


def _extracted(
    extraction: Extraction, inputs: Mapping[str, Sequence[Input]], progress: Callable[[str], None]
) -> list[TableCount]:
    """Read the tables two at a time: a file of one block, or of text, keeps a single processor busy."""

    def table(name: str) -> list[TableCount]:
        with extraction.connection.cursor() as connection:  # with temporary tables of its own
            connection.execute("set TimeZone = 'UTC'")
            return replace(extraction, connection=connection).table(name, inputs[name], progress)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [count for counts in pool.map(table, inputs) for count in counts]


def check_any_tickets(counts: Sequence[TableCount], path: Path) -> None:
    """Raise ``BadInput`` when not one row could tell of a ticket."""
    if not any(c.read > 0 for c in counts if c.table in SAY_WHAT_HAPPENED):
        raise BadInput(f"{path}: there is a header, but not one row of tickets; export it again")


def _attach(connection: duckdb.DuckDBPyConnection, raw_path: Path) -> dict[str, bool]:
    """Attach the raw database for looking things up; returns its tables and whether each holds rows."""
    connection.execute(f"attach {quoted(str(raw_path))} as raw (read_only)")
    query = "select table_name from duckdb_tables() where database_name = 'raw' and schema_name = 'main'"
    names = [str(row[0]) for row in connection.execute(query).fetchall()]
    return {n: connection.execute(f"select 1 from raw.main.{named(n)} limit 1").fetchone() is not None for n in names}


def _quarantine(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], work: Path) -> dict[str, Path]:
    """Gather the bad rows of all tables into one file; returns nothing when there is none."""
    target = work / "quarantine.parquet"
    sources = ", ".join(quoted(str(f)) for f in files)
    connection.execute(f"copy (select * from read_parquet([{sources}])) to {quoted(str(target))} (format parquet)")
    found = connection.execute(f"select 1 from read_parquet({quoted(str(target))}) limit 1").fetchone()
    return {raw.QUARANTINE: target} if found else {}


def _first(connection: duckdb.DuckDBPyConnection, bad: dict[str, Path], work: Path) -> dict[str, Path]:
    """Return the same with as many rows as are of use to somebody who looks for the cause."""
    target = work / "quarantine_first.parquet"
    for file in bad.values():
        rows = (
            f"select * from read_parquet({quoted(str(file))}) order by table_name, file, line limit {KEPT_WHEN_REFUSED}"
        )
        connection.execute(f"copy ({rows}) to {quoted(str(target))} (format parquet)")
    return dict.fromkeys(bad, target)


def _reasons(connection: duckdb.DuckDBPyConnection, bad: dict[str, Path]) -> list[tuple[str, int]]:
    """Return the three most frequent reasons and how often each occurs."""
    return [
        (str(reason), int(count))
        for file in bad.values()
        for reason, count in connection.execute(
            f"select reason, count(*) from read_parquet({quoted(str(file))}) group by reason order by 2 desc, 1 limit 3"
        ).fetchall()
    ]
