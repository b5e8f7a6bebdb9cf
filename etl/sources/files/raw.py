"""The raw database ``extract.duckdb``: rows arrive by dlt, a run counts when its counts are written.

Order of a run: *undo* what a killed run left, *load* new rows with dlt (merge on key and row hash), *commit*:
one transaction that removes what a full refresh no longer finds and writes ``files_load_count``. A row whose
load has no count belongs to a run that never finished; the next run removes it and reads it again, so a
run killed at any moment and repeated leaves what an undisturbed run leaves.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import RunRefused
from etl.import_format import TABLES, raw_schema
from etl.sources.files.counts import TableCount
from etl.sources.files.relation import quoted

MEMORY = "2GB"
STORAGE = "v1.5.0"  # its string compression is written a third faster than that of the engine's most compatible format
QUARANTINE = "files_quarantine"
COUNTS = "files_load_count"
QUARANTINE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("table_name", pa.string()),
        ("line", pa.int64()),
        ("reason", pa.string()),
        ("row_json", pa.string()),
        ("run_id", pa.string()),  # the last run that met the row
        ("_row_hash", pa.int64()),
        ("_loaded_at", pa.timestamp("us")),
    ]
)
_DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "LOAD__TRUNCATE_STAGING_DATASET": "true",  # merged rows need no second copy
    "NORMALIZE__MODEL_NORMALIZER__ADD_DLT_LOAD_ID": "false",  # _loaded_at tells loads apart
}
MERGE: Any = {"disposition": "merge", "strategy": "upsert"}
COUNT_COLUMNS = """source varchar, run_id varchar, file varchar, table_name varchar, read bigint, loaded bigint,
    unchanged bigint, superseded bigint, quarantined bigint, loaded_at timestamp"""
_WITH_SOURCE = """select table_name from duckdb_columns()
    where schema_name = 'main' and column_name = 'source' order by table_name"""
_DLT_TYPES: dict[pa.DataType, dict[str, Any]] = {
    pa.string(): {"data_type": "text"},
    pa.int64(): {"data_type": "bigint"},
    pa.float64(): {"data_type": "double"},
    pa.bool_(): {"data_type": "bool"},
    pa.date32(): {"data_type": "date"},
    pa.timestamp("us"): {"data_type": "timestamp", "timezone": False, "precision": 6},
}


@dataclass(frozen=True)
class RawTable:
    """A table of the raw database and what identifies its rows."""

    name: str
    schema: pa.Schema
    key: tuple[str, ...]


RAW_TABLES = {
    **{
        f"files_{t.name}": RawTable(f"files_{t.name}", raw_schema(t), (*t.key, "_row_hash", "source"))
        for t in TABLES.values()
    },
    QUARANTINE: RawTable(QUARANTINE, QUARANTINE_SCHEMA, ("source", "file", "table_name", "line", "_row_hash")),
}


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the raw database for writing. Raises ``RunRefused`` while another run has it open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(
            str(path), config={"memory_limit": MEMORY, "storage_compatibility_version": STORAGE}
        )
    except duckdb.IOException as error:
        raise RunRefused(f"{path}: another run is writing to it; try again when it is done") from error
    try:
        yield connection
    finally:
        connection.close()


def existing_tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the raw tables there are."""
    return {
        str(r[0])
        for r in connection.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()
    }


def undo_unfinished(path: Path) -> None:
    """Remove the rows of runs that never wrote their counts, of whatever source."""
    with opened(path) as connection:
        connection.execute(f"create table if not exists {COUNTS} ({COUNT_COLUMNS})")
        for name in sorted(existing_tables(connection) & set(RAW_TABLES) - {QUARANTINE}):
            finished = f"select source, loaded_at from {COUNTS}"
            loads = connection.execute(f"select distinct source, _loaded_at from {name} except {finished}").fetchall()
            for source, loaded_at in loads:
                connection.execute(f"delete from {name} where source = ? and _loaded_at = ?", [source, loaded_at])


def commit(
    path: Path, counts: Sequence[TableCount], run_id: str, now: datetime, staying: Mapping[str, Path] | None = None
) -> None:
    """Write the counts of a finished run, which makes it count.

    After a full refresh ``staying`` maps each table to a Parquet file of the ``row_hash`` of all its good
    rows; the source's other rows, and what it quarantined before, are removed in the same transaction.
    """
    source = counts[0].source
    with opened(path) as connection:
        connection.execute("begin")
        if staying is not None:
            for table in TABLES:
                gone = f"delete from files_{table} where source = ?"
                if table in staying:
                    gone += f" and _row_hash not in (select row_hash from read_parquet({quoted(str(staying[table]))}))"
                connection.execute(gone, [source])
            connection.execute(f"delete from {QUARANTINE} where source = ? and run_id <> ?", [source, run_id])
        rows = [
            [c.source, run_id, c.file, c.table, c.read, c.loaded, c.unchanged, c.superseded, c.quarantined, now]
            for c in counts
        ]
        connection.executemany(f"insert into {COUNTS} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("commit")


def forget(path: Path, source: str) -> None:
    """Remove every row of a source, of whatever kind, its quarantine, counts and cursors, in one transaction."""
    with opened(path) as connection:
        connection.execute("begin")
        for (name,) in connection.execute(_WITH_SOURCE).fetchall():
            connection.execute(f"delete from {name} where source = ?", [source])
        connection.execute("commit")


def load(
    path: Path,
    working: Path,
    source: str,
    files: Mapping[str, Path],
    known: Mapping[str, bool],
    tables: Mapping[str, RawTable] = RAW_TABLES,
) -> None:
    """Merge rows into raw ``tables`` with dlt, and create those not yet ``known``.

    ``files`` are Parquet, or a statement that gives the rows (``arriving.offer``).

    ``known`` says of each raw table whether it holds rows: into an empty one there is nothing to merge with,
    and appending takes half the time.

    dlt hands them on as they are: no row passes through Python.
    """
    os.environ.update(_DLT_SETTINGS)
    import dlt

    def imported(table: RawTable) -> Iterator[Any]:
        file = files.get(table.name, working / f"{table.name}_empty.parquet")
        if table.name not in files:
            pq.write_table(table.schema.empty_table(), file)
        yield dlt.mark.with_file_import(str(file), _format(file))

    resources = [
        dlt.resource(
            imported(table),
            name=table.name,
            columns=_dlt_columns(table),
            write_disposition=MERGE if known.get(table.name) else "append",
            file_format=_format(files.get(table.name)),
        )
        for table in tables.values()
        if table.name in files or table.name not in known
    ]
    if resources:
        with _pipeline(path, working.parent.parent / "pipelines", source) as pipeline:
            pipeline.run(resources)


def _format(file: Path | None) -> Literal["model", "parquet"]:
    return "model" if file is not None and file.suffix == ".model" else "parquet"


@contextmanager
def _pipeline(path: Path, folder: Path, source: str) -> Iterator[Any]:
    """Give a dlt pipeline with a working folder made anew.

    What a killed run left in it is of no use, for its rows are read again; and what a finished one leaves,
    copies of all rows, would outlive an erasure.
    """
    import dlt
    from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials
    from dlt.pipeline.exceptions import PipelineStepFailed

    name = "files_" + "".join(c if c.isalnum() else "_" for c in source.lower())
    credentials = DuckDbCredentials(str(path))
    credentials.global_config = {
        "memory_limit": MEMORY,
        "storage_compatibility_version": STORAGE,
        "preserve_insertion_order": False,
        "TimeZone": "UTC",
    }
    shutil.rmtree(folder / name, ignore_errors=True)
    try:
        yield dlt.pipeline(
            name,
            pipelines_dir=str(folder.resolve()),
            destination=dlt.destinations.duckdb(credentials),
            dataset_name="main",
        )
    except PipelineStepFailed as error:
        cause = error.__cause__ or error
        says = str(cause).strip().splitlines()[0][:200]
        raise RunRefused(f"{path}: loading {source} failed ({says}); run it again when that is mended") from error
    finally:
        shutil.rmtree(folder / name, ignore_errors=True)


def _dlt_columns(table: RawTable) -> dict[str, Any]:
    # nullable even in keys: no key is ever null, and Parquet files that say so need no rewriting
    return {
        field.name: {
            "name": field.name,
            "nullable": True,
            "primary_key": field.name in table.key,
            **_DLT_TYPES[field.type],
        }
        for field in table.schema
    }
