"""Bad files: refused with one line that says which file, what is wrong and what to do."""
# ruff: noqa: DTZ001, E501  (tables of cases; Parquet instants without a zone)

import gzip
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from config.errors import BadInput
from config.settings import utc_naive
from etl.import_format import TABLES
from etl.load import check_any_tickets
from etl.sources.files import delimited
from etl.sources.files.arriving import arriving, statement
from etl.sources.files.extraction import Extraction, workspace
from etl.sources.files.inputs import format_inputs, mapped_inputs
from etl.sources.files.mapping import read_mapping

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = 'ticket_id,created_at,subject\n007,2026-03-02T09:00:00Z,Größe\n8,2026-03-02T10:00:00Z,"a\nb"\n'
MAPPING = 'shape = "tickets"\n[file]\n{file}\n[columns]\nticket_id = "ticket_id"\ncreated_at = "created_at"\nsubject = "subject"\n'


def read(folder: Path, name: str, content: bytes | None, file_section: str | None = None) -> list[tuple[str, str]]:
    """Return (ticket_id, subject) of the good rows; an import-format file unless a [file] section is given."""
    if content is not None:
        (folder / name).write_bytes(content)
    given = None
    if file_section is not None:
        (folder / "m.toml").write_text(MAPPING.replace("{file}", file_section), encoding="utf-8")
        given = read_mapping(folder / "m.toml")
    inputs = mapped_inputs([folder / name], "tickets") if given else format_inputs([folder / name], print)
    with workspace(folder, "s") as (connection, work):
        run = Extraction("s", "r1", utc_naive(NOW), connection, work, given, {})
        check_any_tickets(run.table("tickets", inputs, print), folder)
        if not statement(work, TABLES["tickets"]).exists():
            return []
        good = connection.execute(f"select ticket_id, subject from {arriving(TABLES['tickets'])}").fetchall()
    return sorted(good)


def zipped(*members: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tickets.csv", ROWS.encode()),
        ("tickets.csv", ROWS.encode("utf-8-sig")),
        ("tickets.csv", ROWS.encode("utf-16")),
        ("tickets.csv", b"\xfe\xff" + ROWS.encode("utf-16-be")),
        ("tickets.csv", ROWS.replace(",", ";").encode()),
        ("tickets.csv", ROWS.replace(",", "\t").encode()),
        ("tickets.tsv", ROWS.replace(",", "\t").encode()),
        ("tickets.csv", ROWS.replace("00Z,", "00Z|").replace("id,c", "id|c").replace("at,s", "at|s").replace("7,2", "7|2").replace("8,2", "8|2").encode()),
        ("tickets.csv", ROWS.rstrip("\n").encode()),
        ("tickets.csv", ROWS.replace("Z,Gr", "Z,Gr").replace("\n8", "\r\n8").encode()),
        ("tickets.csv", ROWS.replace("\n8", "\n\n8").encode()),
        ("tickets.csv.gz", gzip.compress(ROWS.encode("utf-16"), mtime=0)),
        ("tickets.zip", zipped(("a/tickets.csv", ROWS), ("__MACOSX/._tickets.csv", "x"))),
    ],
)  # fmt: skip
def test_however_it_is_written_it_is_read(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(tmp_path, name, content) == [("007", "Größe"), ("8", "a\nb")]


@pytest.mark.parametrize(
    ("content", "section"),
    [
        (ROWS.encode("cp1252"), 'encoding = "cp1252"'),
        (ROWS.encode("utf-16-le"), 'encoding = "utf-16-le"'),
        (ROWS.replace(",", "!").encode(), 'delimiter = "!"'),
        (ROWS.replace(",", ";").encode(), ""),
    ],
)
def test_a_mapping_says_how_it_is_written(tmp_path: Path, content: bytes, section: str) -> None:
    assert read(tmp_path, "export.csv", content, section) == [("007", "Größe"), ("8", "a\nb")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("tickets.csv", None, "no such file"),
        ("tickets.csv", b"", "the file is empty"),
        ("tickets.csv", b"\n \n", "the file is empty"),
        ("tickets.csv", b"\xef\xbb\xbf", "the file is empty"),
        ("tickets.csv", b"ticket_id,created_at\n", "not one row of tickets"),
        ("tickets.csv", b"ticket_id,created_at", "not one row of tickets"),
        ("tickets.csv", ROWS.encode("cp1252"), "byte 0xf6 is not UTF-8; save it as UTF-8, or say encoding = \"cp1252\""),
        ("tickets.csv", ROWS.encode("utf-16-le"), "looks like UTF-16 without a byte order mark"),
        ("tickets.csv", ROWS.replace(",", "!").encode(), "unknown column 'ticket_id!created_at!subject'"),
        ("tickets.csv", b"Ticket_ID,created_at\n1,2026-01-01\n", "unknown column 'Ticket_ID' in tickets; did you mean 'ticket_id'?"),
        ("tickets.csv", b"ticket_id,created_at,colour\n1,2026-01-01,red\n", "unknown column 'colour' in tickets"),
        ("tickets.csv", b"ticket_id,subject\n1,x\n", "the column 'created_at' is missing"),
        ("tickets.csv", b"ticket_id,created_at,created_at\n1,,\n", "stands there more than once"),
        ("tickets.csv", ROWS.encode() + b'9,2026-03-02,"never\n10,2026-03-02,x\n', "a quotation mark opened in row 4 is never closed"),
        ("tickets.csv.gz", gzip.compress(ROWS.encode(), mtime=0)[:-10], "the archive is damaged"),
        ("tickets.csv.gz", b"no gzip at all", "the archive is damaged"),
        ("tickets.csv.gz", gzip.compress(b"0\n" * 15_000_000, mtime=0), "unpacks to more than 200 times its size"),
        ("tickets.zip", zipped(("tickets.csv", "0\n" * 15_000_000)), "unpacks to more than 200 times its size"),
        ("tickets.zip", zipped(("a.csv", ROWS), ("b.csv", ROWS)), "holds 2 files"),
        ("tickets.zip", zipped(("../../tickets.csv", ROWS)), "a path that leads out of the archive"),
        ("tickets.zip", zipped(("/etc/tickets.csv", ROWS)), "a path that leads out of the archive"),
        ("tickets.zip", b"PK no zip", "not a readable zip archive"),
        ("tickets.parquet", b"PAR1 no parquet PAR1", "not readable as Parquet"),
        ("tickets.parquet", ROWS.encode(), "not readable as Parquet"),
        ("tickets.xlsx", b"no workbook", "not a readable zip archive"),
        ("tickets.xlsx", zipped(("a.xml", "<a/>")), "not readable as XLSX"),
        ("tickets.csv", b"0" * 200_000, "its first row is no header"),
        ("tickets.jsonl", b" \n", "not one row of tickets"),
        ("tickets.jsonl", b'{"ticket_id": "1"}', "the column 'created_at' is missing"),
        ("tickets.pdf", b"%PDF", "no table of the import format"),
        ("export.csv", ROWS.encode(), "no table of the import format"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        read(tmp_path, name, content)
    assert says in str(refusal.value)
    assert name.split(".", maxsplit=1)[0] in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_types_that_are_no_values(tmp_path: Path) -> None:
    table = pa.table({"ticket_id": ["1"], "created_at": [{"year": 2026}]})
    pq.write_table(table, tmp_path / "tickets.parquet")
    with pytest.raises(BadInput, match=r"created_at is stored as STRUCT.*, which is no instant"):
        read(tmp_path, "tickets.parquet", None)


def test_a_folder_without_tickets(tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_text("agent_id\n1\n")
    with pytest.raises(BadInput, match="holds no tickets file"):
        format_inputs([tmp_path], print)


def test_a_misnamed_file_does_not_go_unnoticed(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(ROWS)
    (tmp_path / "event.csv").write_text("ticket_id\n1\n")
    with pytest.raises(BadInput, match="no table is called 'event'; did you mean 'events'"):
        format_inputs([tmp_path], print)


def test_a_table_in_two_forms(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(ROWS)
    (tmp_path / "tickets.jsonl").write_text("{}")
    with pytest.raises(BadInput, match=r"holds both tickets.csv and tickets.jsonl"):
        format_inputs([tmp_path], print)
    with pytest.raises(BadInput, match="holds 'tickets' more than once"):
        mapped_inputs([tmp_path], "tickets")


def test_other_files_are_left_alone_and_said_so(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(ROWS)
    (tmp_path / "truth.json").write_text("{}")
    (tmp_path / "something.csv").write_text("x")
    said: list[str] = []
    assert [i.table for i in format_inputs([tmp_path], said.append)] == ["tickets"]
    assert said == ["something.csv: left alone, no table is called 'something'"]


def test_a_name_with_pattern_signs_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "a [1] * o'clock"
    folder.mkdir()
    pq.write_table(pa.table({"ticket_id": ["1"], "created_at": [datetime(2026, 1, 1)]}), folder / "tickets.parquet")
    assert read(folder, "tickets.parquet", None) == [("1", None)]


def test_a_file_of_nothing_but_ragged_rows_is_not_taken_apart_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MOST_TOLD", 10)
    with pytest.raises(
        BadInput, match=r"10 rows have too many or too few fields, row 2 first \(1 fields where the header has 2\)"
    ):
        read(tmp_path, "tickets.csv", b"ticket_id,created_at\n" + b"1\n" * 1000)


def test_a_parquet_file_broken_further_in(tmp_path: Path) -> None:
    rows = 50_000
    table = pa.table({"ticket_id": [str(i * 7919) for i in range(rows)], "created_at": [datetime(2026, 1, 1)] * rows})
    pq.write_table(table, tmp_path / "tickets.parquet", compression="zstd", use_dictionary=False)
    content = bytearray((tmp_path / "tickets.parquet").read_bytes())
    content[20_000:40_000] = bytes(20_000)
    with pytest.raises(BadInput, match=r"tickets.parquet: cannot be read"):
        read(tmp_path, "tickets.parquet", bytes(content))


def test_a_workbook_broken_further_in(tmp_path: Path) -> None:
    book = Workbook()
    for row in (["ticket_id", "created_at"], *([str(i), "2026-03-02"] for i in range(2000))):
        book.worksheets[0].append(row)
    book.save(tmp_path / "made.xlsx")
    with zipfile.ZipFile(tmp_path / "made.xlsx") as whole:
        members = [(name, whole.read(name).decode()) for name in whole.namelist()]
    broken = [(name, text[: len(text) // 2] if "sheet1" in name else text) for name, text in members]
    with pytest.raises(BadInput, match=r"tickets.xlsx: not readable as XLSX"):
        read(tmp_path, "tickets.xlsx", zipped(*broken))
