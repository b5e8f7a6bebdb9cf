"""Files made to hurt: bombs, renamed kinds, paths that lead out, entities that grow; each one line, quickly."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from config.errors import BadInput, BadSetting
from config.settings import load_settings
from etl.sources.files.limits import MB, Limits, limits_of
from etl.sources.files.readers import Reader

NOUGHTS = b"0" * (40 * MB)
SHEET = "xl/worksheets/sheet1.xml"


def _zip(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return made.getvalue()


def _workbook(sheet: bytes) -> bytes:
    made = io.BytesIO()
    from openpyxl import Workbook

    Workbook().save(made)
    with zipfile.ZipFile(made) as plain:
        return _zip({name: sheet if name == SHEET else plain.read(name) for name in plain.namelist()})


def _laughs() -> bytes:
    grown = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{grown}]><worksheet><sheetData>&l9;</sheetData></worksheet>'.encode()


def _parquet(rows: int) -> bytes:
    made = io.BytesIO()
    pq.write_table(pa.table({"ticket_id": pa.array(["x"]).take(pa.array([0] * rows, pa.int8()))}), made)
    return made.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.csv.gz": lambda: gzip.compress(NOUGHTS),
    "bomb.jsonl.gz": lambda: gzip.compress(NOUGHTS),
    "bomb.zip": lambda: _zip({"tickets.csv": NOUGHTS}),
    "bomb.xlsx": lambda: _workbook(b"<worksheet>" + b" " * len(NOUGHTS) + b"</worksheet>"),
    "laughs.xlsx": lambda: _workbook(_laughs()),
    "outside.xlsx": lambda: _workbook(
        b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&f;</sheetData></worksheet>'
    ),
    "bomb.parquet": lambda: _parquet(12_000_000),
    "many.zip": lambda: _zip({f"{n}.csv": b"a" for n in range(2000)}),
    "out.zip": lambda: _zip({"../../etc/cron.d/x.csv": b"a\n1\n"}),
    "absolute.zip": lambda: _zip({"/etc/cron.d/x.csv": b"a\n1\n"}),
    "windows.zip": lambda: _zip({"..\\..\\x.csv": b"a\n1\n"}),
    "nested.zip": lambda: _zip({"inner.zip": _zip({"tickets.csv": NOUGHTS})}),
    "cut.zip": lambda: _zip({"tickets.csv": b"a\n1\n" * 999})[:-40],
    "cut.csv.gz": lambda: gzip.compress(b"a\n1\n" * 999)[:-9],
    "renamed.csv": lambda: _workbook(b"<worksheet/>"),
    "packed.csv": lambda: gzip.compress(b"a\n1\n"),
    "document.csv": lambda: b"%PDF-1.7\n",
    "program.jsonl": lambda: b"\x7fELF" + bytes(64),
    "text.xlsx": lambda: b"ticket_id,created_at\n",
    "text.parquet": lambda: b"ticket_id,created_at\n",
    "page.html": lambda: b"<html>",
    "deep.jsonl": lambda: b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
}


def _said(file: Path, work: Path) -> str:
    """Read a file and return the sentence it is refused with, empty where it is read."""
    try:
        with duckdb.connect() as connection:
            Reader(connection, work).read(file, file.name, len)
    except BadInput as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_one_line(name: str, tmp_path: Path) -> None:
    file, work = tmp_path / name, tmp_path / "work"
    file.write_bytes(HOSTILE[name]())
    work.mkdir()
    began = time.process_time()
    said = _said(file, work)
    if name == "deep.jsonl":  # a line too deep to be taken apart is a bad row, and the file is read
        assert said == ""
    else:
        assert name in said
    assert "\n" not in said
    assert time.process_time() - began < 5
    assert sum(p.stat().st_size for p in work.iterdir()) < 20 * MB


def test_the_limits_are_settings(tmp_path: Path) -> None:
    config = tmp_path / "deskpulse.toml"
    config.write_text("largest_file_mb = 1\nlargest_unpacked_mb = 2\nlargest_unpacked_ratio = 900\n")
    limits = limits_of(load_settings(config, {}))
    assert limits == Limits(MB, 2 * MB, 900)
    large = tmp_path / "tickets.csv"
    large.write_bytes(b"ticket_id\n" + b"1\n" * MB)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(large.read_bytes() * 2))
    with duckdb.connect() as connection:
        reader = Reader(connection, tmp_path, limits)
        with pytest.raises(BadInput, match="largest_file_mb"):
            reader.read(large, "tickets.csv", len)
        with pytest.raises(BadInput, match="largest_unpacked_mb"):
            reader.read(packed, "packed.csv.gz", len)
    for wrong in ("0", "-1", '"much"', "1.5"):
        config.write_text(f"largest_file_mb = {wrong}\n")
        with pytest.raises(BadSetting, match="largest_file_mb"):
            load_settings(config, {})


def test_a_repetitive_file_that_is_not_large_is_read(tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv.gz"
    file.write_bytes(gzip.compress(b"ticket_id\n" + b"1\n" * (2 * MB)))
    with duckdb.connect() as connection:
        (tmp_path / "work").mkdir()
        told = Reader(connection, tmp_path / "work").read(file, "tickets.csv.gz", len)
        assert json.dumps(told.headers) == '["ticket_id"]'
