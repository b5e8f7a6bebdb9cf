"""XLSX: a sheet's rows as batches of text columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from config.errors import BadInput
from etl.sources.files.containers import check_workbook
from etl.sources.files.delimited import Reject
from etl.sources.files.limits import LIMITS, Limits

_ROWS = 20_000


def cell_text(value: object) -> str:
    """Return a cell as text: whole numbers without a decimal point, instants as ISO 8601, empty as ''."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return "" if value is None else str(value)


class Sheet:
    """Batches of one sheet, row 1 being its header. Rows wider than the header end in ``rejects``."""

    def __init__(self, path: Path, label: str, sheet: str, limits: Limits = LIMITS) -> None:
        """Open the named sheet, or the first. Raises ``BadInput`` when there is no such workbook or sheet."""
        if not path.stat().st_size:
            raise BadInput(f"{label}: the file is empty; export it again")
        check_workbook(path, limits)
        from openpyxl import load_workbook  # only now: most runs read no workbook, and it brings much along

        try:
            self._book = load_workbook(path, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises what its parsers raise: KeyError, ValueError, ParseError …
            raise BadInput(f"{label}: not readable as XLSX ({_short(error)}); save it again") from error
        names = self._book.sheetnames
        if sheet and sheet not in names:
            raise BadInput(f"{label}: has no sheet {sheet!r}; it has {', '.join(names)}")
        try:  # the sheet is parsed only now
            self._rows = self._book[sheet or names[0]].iter_rows(values_only=True)
            header = [cell_text(v).strip() for v in next(self._rows, ())]
        except Exception as error:
            raise BadInput(f"{label}: not readable as XLSX ({_short(error)}); save it again") from error
        while header and not header[-1]:
            header.pop()
        if not header:
            raise BadInput(f"{label}: sheet {sheet or names[0]!r} is empty")
        self._label, self.headers = label, tuple(header)
        self.rejects: list[Reject] = []
        self.schema = pa.schema([("line", pa.int64()), *((f"c{i}", pa.string()) for i in range(len(header)))])

    def _kept(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.headers)
        for line, row in enumerate(self._rows, start=2):
            texts = [cell_text(value) for value in row]
            if not any(texts):
                continue
            if any(texts[width:]):
                says = f"{len(texts)} cells where the header has {width}"
                self.rejects.append(Reject(line, says, " | ".join(texts)))
                continue
            yield line, (texts + [""] * width)[:width]

    def _next(self, kept: Iterator[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
        try:
            return list(islice(kept, _ROWS))
        except Exception as error:  # the sheet is parsed only now
            raise BadInput(f"{self._label}: not readable as XLSX ({_short(error)}); save it again") from error

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        kept = self._kept()
        while rows := self._next(kept):
            columns: list[Any] = [pa.array([line for line, _ in rows], pa.int64())]
            columns += [pa.array(column, pa.string()) for column in zip(*(texts for _, texts in rows), strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)
        self._book.close()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
