"""JSONL: one object a line, taken apart by DuckDB; lines that are no object stand apart."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.sources.files.delimited import Reject, RowReader
from etl.sources.files.limits import LIMITS, Limits
from etl.sources.files.relation import Relation, quoted, text_relation, write_batches
from etl.sources.files.text import open_text

_NEVER = "\x01"  # a control character JSON may not contain: so a line is one field


def jsonl_relation(
    connection: duckdb.DuckDBPyConnection, path: Path, label: str, work: Path, encoding: str, limits: Limits = LIMITS
) -> Relation:
    """Read a JSONL file: the columns are all keys that occur, in alphabetical order; values become text.

    Raises ``BadInput`` when the file is empty or not text.
    """
    stem = len(list(work.iterdir()))
    lines, rows = work / f"{stem}_lines.parquet", work / f"{stem}.parquet"
    with open_text(path, label, encoding, limits) as stream:
        reader = RowReader(stream, label, width=1, delimiter=_NEVER, first_line=1, quoting=False)
        write_batches(reader, reader.schema, lines)
    objects = f"""(
        select line, c0 as text, case when json_valid(c0) and json_type(c0) = 'OBJECT' then c0 end as object
        from read_parquet({quoted(str(lines))}) where trim(c0) <> '')"""
    bad = connection.execute(f"select line, text from {objects} where object is null order by line").fetchall()
    keys = [
        str(row[0])
        for row in connection.execute(f"select distinct unnest(json_keys(object)) from {objects} order by 1").fetchall()
    ]
    values = "".join(f", json_extract_string(object, {quoted(_pointer(key))}) as c{i}" for i, key in enumerate(keys))
    connection.execute(
        f"copy (select line{values} from {objects} where object is not null) to {quoted(str(rows))} (format parquet)"
    )
    lines.unlink()
    rejects = [*reader.rejects, *(Reject(line, "the line is not a JSON object", text) for line, text in bad)]
    return text_relation(rows, label, tuple(keys), rejects, nul_sign="chr(0)")


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
