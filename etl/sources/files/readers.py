"""One input file, of whatever format, to a relation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from config.errors import BadInput
from etl.sources.files.containers import inner_suffix
from etl.sources.files.delimited import RowReader, read_header
from etl.sources.files.jsonl import jsonl_relation
from etl.sources.files.limits import LIMITS, Limits
from etl.sources.files.relation import Relation, parquet_relation, quoted, text_relation, write_batches
from etl.sources.files.spreadsheet import Sheet
from etl.sources.files.text import NUL_MARK, open_text

FORMATS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".gz", ".zip")


class Reader:
    """Reads inputs one after the other, keeping what it must write down in ``work``.

    ``fit`` scores a header, so that the delimiter can be told.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, work: Path, limits: Limits = LIMITS) -> None:
        self._connection, self._work, self._limits = connection, work, limits

    def read(
        self,
        path: Path,
        label: str,
        fit: Callable[[list[str]], int],
        *,
        encoding: str = "",
        delimiter: str = "",
        sheet: str = "",
    ) -> Relation:
        """Read ``path``. Raises ``BadInput`` saying in one line why it cannot be read."""
        if not path.is_file():
            raise BadInput(f"{path}: no such file")
        suffix = inner_suffix(path)
        if suffix in (".parquet", ".xlsx") and path.suffix.lower() != suffix:
            raise BadInput(f"{label}: {suffix} files are read unpacked; unpack it first")
        if path.stat().st_size == 0:
            raise BadInput(f"{label}: the file is empty; export it again")
        self._limits.check_file(label, path.stat().st_size)
        if suffix == ".parquet":
            return parquet_relation(self._connection, path, label, self._work, self._limits)
        if suffix == ".xlsx":
            return self._workbook(path, label, sheet)
        if suffix in (".jsonl", ".ndjson"):
            return jsonl_relation(self._connection, path, label, self._work, encoding, self._limits)
        if suffix in (".csv", ".tsv", ".txt"):
            return self._delimited(path, label, fit, encoding, delimiter)
        raise BadInput(f"{label}: is neither CSV, Parquet, JSONL nor XLSX; export it as one of them")

    def _target(self) -> Path:
        return self._work / f"{len(list(self._work.iterdir()))}.parquet"

    def _delimited(
        self, path: Path, label: str, fit: Callable[[list[str]], int], encoding: str, delimiter: str
    ) -> Relation:
        header = read_header(path, label, encoding, delimiter, fit, self._limits)
        target = self._target()
        with open_text(path, label, encoding, self._limits) as stream:
            rows = RowReader(stream, label, len(header.names), header.delimiter)
            write_batches(() if header.only else rows, rows.schema, target)
        return text_relation(
            target, label, header.names, rows.rejects, nul_sign=quoted(NUL_MARK) if stream.nuls else ""
        )

    def _workbook(self, path: Path, label: str, sheet: str) -> Relation:
        rows = Sheet(path, label, sheet, self._limits)
        target = self._target()
        write_batches(rows, rows.schema, target)
        return text_relation(target, label, rows.headers, rows.rejects, from_workbook=True)
