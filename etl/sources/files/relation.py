"""What every input becomes before anything is judged: a Parquet file, its headers and their types.

Text formats are streamed once into a Parquet file of text columns beside a row number; a Parquet input is
read where it lies. So all later work is the same vectorised SQL over Parquet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import BadInput
from etl.sources.files.delimited import Reject
from etl.sources.files.limits import LIMITS, Limits


@dataclass(frozen=True)
class Relation:
    """One input file as SQL: columns ``line``, ``c0`` … ``cN``, where ``cI`` is headed ``headers[I]``."""

    label: str
    sql: str
    headers: tuple[str, ...]
    types: tuple[str, ...]  # DuckDB types, VARCHAR for everything that came as text
    rejects: tuple[Reject, ...] = ()
    nul_sign: str = ""  # SQL for the character that tells a NUL byte, if there may be one
    from_workbook: bool = False  # instants may stand as cells, already parsed


def quoted(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """Return ``name`` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def instant_literal(instant: datetime) -> str:
    """Return a naive UTC instant as an SQL literal."""
    return f"timestamp {quoted(instant.isoformat(sep=' '))}"


def write_batches(batches: Iterable[pa.RecordBatch], schema: pa.Schema, target: Path) -> None:
    """Stream ``batches`` into a Parquet file."""
    with pq.ParquetWriter(target, schema, compression="snappy") as writer:
        for batch in batches:
            writer.write_batch(batch)


def text_relation(
    target: Path,
    label: str,
    headers: tuple[str, ...],
    rejects: Iterable[Reject],
    *,
    nul_sign: str = "",
    from_workbook: bool = False,
) -> Relation:
    """Return the relation over a Parquet file written by ``write_batches``."""
    columns = ", ".join(["line", *(f"c{i}" for i in range(len(headers)))])
    sql = f"select {columns} from read_parquet({quoted(str(target))})"
    return Relation(label, sql, headers, ("VARCHAR",) * len(headers), tuple(rejects), nul_sign, from_workbook)


def parquet_relation(
    connection: duckdb.DuckDBPyConnection, path: Path, label: str, work: Path, limits: Limits = LIMITS
) -> Relation:
    """Return the relation over a Parquet input, row 1 being its first row.

    Raises ``BadInput`` when it is not readable Parquet, holds types that are no values, or unpacks to too much.
    """
    link = work / f"{len(list(work.iterdir()))}.parquet"  # DuckDB would take [ ] * ? in a path as a pattern
    link.symlink_to(path.resolve())
    source = f"read_parquet({quoted(str(link))}, file_row_number = true)"
    try:
        described = connection.execute(f"describe select * exclude (file_row_number) from {source}").fetchall()
    except duckdb.Error as error:
        raise BadInput(
            f"{label}: not readable as Parquet ({str(error).splitlines()[0][:120]}); export it again"
        ) from error
    [(rows, size)] = connection.execute(
        f"""
        select coalesce(sum(rows), 0), coalesce(sum(size), 0) from (
            select any_value(row_group_num_rows) as rows, sum(total_uncompressed_size) as size
            from parquet_metadata({quoted(str(link))}) group by row_group_id
        )
        """
    ).fetchall()
    limits.check_unpacked(label, path.stat().st_size, max(int(rows), int(size)))
    headers, types = tuple(str(row[0]) for row in described), tuple(str(row[1]) for row in described)
    columns = ", ".join(f"{named(header)} as c{i}" for i, header in enumerate(headers))
    return Relation(
        label, f"select file_row_number + 1 as line, {columns} from {source}", headers, types, nul_sign="chr(0)"
    )
