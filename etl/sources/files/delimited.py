"""CSV and its relatives, after RFC 4180: rows as batches of text columns, ragged rows apart.

pyarrow parses; explicit columns, every one text. A row is numbered as people count rows, the header being
row 1; a quoted line break does not begin a row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from config.errors import BadInput
from etl.sources.files.counts import MOST_TOLD
from etl.sources.files.limits import LIMITS, Limits
from etl.sources.files.text import Utf8Stream, open_text

DELIMITERS = (",", ";", "\t", "|")
_HEAD_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 23


@dataclass(frozen=True)
class Reject:
    """A row that could not even be taken apart."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class Header:
    """The first row of a delimited file."""

    names: tuple[str, ...]
    delimiter: str
    only: bool  # nothing follows it


def read_header(
    path: Path, label: str, encoding: str, delimiter: str, fit: Callable[[list[str]], int], limits: Limits = LIMITS
) -> Header:
    """Read the header; without a stated delimiter take the one whose header fits best.

    Raises ``BadInput`` for an empty file, or one that begins with no header.
    """
    with open_text(path, label, encoding, limits) as stream:
        head = stream.read(_HEAD_BYTES)
    text = head.decode("utf-8", "ignore")
    if not text.strip():
        raise BadInput(f"{label}: the file is empty; export it again")
    candidates = [delimiter] if delimiter else list(DELIMITERS)
    headers = [_first_row(text, candidate) for candidate in candidates]
    scores = [(fit(names), len(names) if fit(names) else 0) for names, _ in headers]
    best = scores.index(max(scores))
    names, rest = headers[best]
    if not names:
        raise BadInput(f"{label}: its first row is no header of column names; export it again")
    return Header(tuple(names), candidates[best], only=len(head) < _HEAD_BYTES and not rest.strip())


def _first_row(text: str, delimiter: str) -> tuple[list[str], str]:
    buffer = io.StringIO(text, newline="")
    lines = iter(buffer.readline, "")
    try:
        names = next((row for row in csv.reader(lines, delimiter=delimiter) if row), [])
    except csv.Error:  # a field longer than any header
        names = []
    return [name.strip() for name in names], "".join(lines)


class RowReader:
    """Batches of a delimited file: ``line`` and one text column per name, ``c0`` … ``cN``.

    Rows with too few or too many fields end in ``rejects``. Iterating raises ``BadInput`` for a quotation
    mark that is never closed.
    """

    def __init__(
        self,
        stream: Utf8Stream,
        label: str,
        width: int,
        delimiter: str,
        *,
        first_line: int = 2,
        quoting: bool = True,
    ) -> None:
        self._stream, self._label, self._width = stream, label, width
        self._delimiter, self._first_line, self._quoting = delimiter, first_line, quoting
        self.rejects: list[Reject] = []
        self.schema = pa.schema([("line", pa.int64()), *((f"c{i}", pa.string()) for i in range(width))])

    def _on_invalid(self, row: pa_csv.InvalidRow) -> str:
        says = f"{row.actual_columns} fields where the header has {row.expected_columns}"
        self.rejects.append(Reject(int(row.number), says, row.text))
        return "skip" if len(self.rejects) < MOST_TOLD else "error"

    def _open(self) -> pa_csv.CSVStreamingReader:
        names = [f"c{i}" for i in range(self._width)]
        return pa_csv.open_csv(
            pa.PythonFile(self._stream, mode="r"),
            read_options=pa_csv.ReadOptions(
                use_threads=False,  # row numbers of rejects are known only then
                column_names=names,
                skip_rows_after_names=self._first_line - 1,
                block_size=_BLOCK_BYTES,
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._delimiter,
                quote_char='"' if self._quoting else False,
                newlines_in_values=self._quoting,
                ignore_empty_lines=self._quoting,
                invalid_row_handler=self._on_invalid,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        done, ends_open = 0, False
        try:
            for batch in self._open():
                lines = self._numbered(done, batch.num_rows)
                done += batch.num_rows
                if batch.num_rows:
                    ends_open = any("\n" in str(batch.column(i)[-1]) for i in range(self._width))
                    yield pa.RecordBatch.from_arrays([lines, *batch.columns], schema=self.schema)
        except pa.ArrowInvalid as error:
            if len(self.rejects) >= MOST_TOLD:
                first = self.rejects[0]
                says = f"{MOST_TOLD:,} rows have too many or too few fields, row {first.line} first ({first.reason})"
                raise BadInput(f"{self._label}: {says}; export it again") from error
            raise BadInput(f"{self._label}: {_explain(error)}") from error
        ends_open = ends_open or any("\n" in r.text for r in self.rejects[-1:])
        if self._quoting and self._stream.quotes % 2 and ends_open:
            last = max(done + self._first_line - 1 + len(self.rejects), 1)
            raise BadInput(f"{self._label}: a quotation mark opened in row {last:,} is never closed; correct that row")

    def _numbered(self, done: int, count: int) -> pa.Array:
        """Number the good rows ``done … done + count``: the rejected rows in between keep their own numbers."""
        before = np.array([r.line - self._first_line - i for i, r in enumerate(self.rejects)], dtype=np.int64)
        index = np.arange(done, done + count, dtype=np.int64)
        return pa.array(index + self._first_line + np.searchsorted(before, index, side="right"))


def _explain(error: pa.ArrowInvalid) -> str:
    if "straddl" in str(error):
        return "a row is longer than 8 MB: most likely a quotation mark is never closed"
    return f"not readable as delimited text ({str(error).splitlines()[0]})"
