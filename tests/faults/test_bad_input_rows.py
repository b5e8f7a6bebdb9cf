"""Bad rows: each is quarantined with its line and a reason, and nothing else is lost."""
# ruff: noqa: DTZ001, E501  (raw stores naive UTC; tables of cases)

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from config.settings import utc_naive
from etl.import_format import TABLES
from etl.sources.files.arriving import arriving, statement
from etl.sources.files.extraction import Extraction, workspace
from etl.sources.files.inputs import format_inputs, mapped_inputs
from etl.sources.files.mapping import read_mapping

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Bad = list[tuple[int, str]]

MAPPING = """
shape = "tickets"
[time]
format = "%m/%d/%Y %H:%M"
zone = "Europe/Rome"
[columns]
ticket_id = "id"
created_at = "opened"
status = "state"
[status]
"Active" = "open"
"Done" = "solved"
"""


def judged(
    folder: Path, content: bytes, name: str = "tickets.csv", mapping: str = ""
) -> tuple[Bad, dict[str, list[object]]]:
    """Return the quarantined (line, reason) of one file and its good rows, column by column."""
    (folder / name).write_bytes(content)
    given = None
    if mapping:
        (folder / "m.toml").write_text(mapping, encoding="utf-8")
        given = read_mapping(folder / "m.toml")
    inputs = mapped_inputs([folder / name], given.table.name) if given else format_inputs([folder / name], print)
    with workspace(folder, "s") as (connection, work):
        run = Extraction("s", "r1", utc_naive(NOW), connection, work, given, {})
        [count] = run.table(inputs[0].table, inputs, lambda _: None)
        bad = connection.execute("select line, reason from quarantined order by line").fetchall()
        table = TABLES[inputs[0].table]
        offered = statement(work, table).exists()
        good = connection.execute(f"from {arriving(table)}").to_arrow_table().to_pydict() if offered else {}
    assert count.quarantined == len(bad)
    assert count.loaded == len(good.get("source", []))
    return bad, good


HEAD = "ticket_id,created_at,status,solved_at,requester_id\n"
GOOD = "T1,2026-03-02T09:00:00Z,open,,R1\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-03-02T09:00:00Z,open,,R1", "ticket_id is missing"),
        ("T2,,open,,R1", "created_at is missing"),
        ("T2,02/03/2026,open,,R1", "created_at '02/03/2026' is not an ISO 8601 instant"),
        ("T2,2026-02-30T09:00:00Z,open,,R1", "is not an ISO 8601 instant"),
        ("T2,26-03-02T09:00:00Z,open,,R1", "is not an ISO 8601 instant"),
        ("T2,0026-03-02T09:00:00Z,open,,R1", "lies before 1990; a two-digit year?"),
        ("T2,1970-01-01T00:00:00Z,open,,R1", "lies before 1990"),
        ("T2,2027-03-02T09:00:00Z,open,,R1", "created_at 2027-03-02 09:00 lies in the future"),
        ("T2,2026-03-02T09:00:00Z,Open,,R1", "status 'Open' is none of new, open, pending"),
        ("T2,2026-03-02T09:00:00Z,solved,2026-03-01T09:00:00Z,R1", "lies before created_at"),
        ("T2,2026-03-02T09:00:00Z,open", "3 fields where the header has 5"),
        ("T2,2026-03-02T09:00:00Z,open,,R1,x,y,z", "8 fields where the header has 5"),
        ("T2,2026-03-02T09:00:00Z,open,,R\0001", "holds a NUL byte"),
        ("T1,2026-03-02T09:00:00Z,hold,,R1", "same ticket_id as line 2 with different content, and no updated_at"),
    ],
)
def test_a_bad_row_is_quarantined_and_its_neighbours_are_not(tmp_path: Path, row: str, reason: str) -> None:
    bad, good = judged(tmp_path, f"{HEAD}{GOOD}{row}\nT3,2026-03-03T09:00:00Z,open,,R3\n".encode())
    assert [line for line, _ in bad] == [3]
    assert reason in bad[0][1]
    assert "\n" not in bad[0][1]
    assert sorted(good["ticket_id"]) == ["T1", "T3"]


def test_every_fault_of_a_row_is_told(tmp_path: Path) -> None:
    bad, _ = judged(tmp_path, f"{HEAD},soon,Foo,,\n".encode())
    assert bad[0][1].split("; ") == [
        "ticket_id is missing",
        "created_at 'soon' is not an ISO 8601 instant such as 2026-03-02T09:00:00Z",
        "status 'Foo' is none of new, open, pending, hold, solved, closed",
    ]


def test_the_row_itself_is_kept_as_it_stood(tmp_path: Path) -> None:
    (tmp_path / "tickets.csv").write_text(f"{HEAD} T9 ,soon,open,,R1\nT8,2026\n")
    inputs = format_inputs([tmp_path / "tickets.csv"], print)
    with workspace(tmp_path, "s") as (connection, work):
        Extraction("s", "r1", utc_naive(NOW), connection, work, None, {}).table("tickets", inputs, print)
        rows = [
            json.loads(r[0]) for r in connection.execute("select row_json from quarantined order by line").fetchall()
        ]
    assert rows[0]["ticket_id"] == " T9 "
    assert rows[1] == {"text": "T8,2026"}


@pytest.mark.parametrize(
    "identity", ["NaN", "1e5", "007", "null", "None", "0", "1_000", "inf", "Ñandú", "T 1", "+1", "=A1"]
)
def test_ids_stay_as_written(tmp_path: Path, identity: str) -> None:
    bad, good = judged(tmp_path, f"{HEAD}  {identity} ,2026-03-02T09:00:00Z,open,,{identity}\n".encode())
    assert not bad
    assert good["ticket_id"] == good["requester_id"] == [identity]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9)),
        ("2026-03-02T09:00:00+02:00", datetime(2026, 3, 2, 7)),
        ("2026-03-02T09:00:00-0530", datetime(2026, 3, 2, 14, 30)),
        ("2026-03-02T09:00+02", datetime(2026, 3, 2, 7)),
        ("2026-03-02T09:00Z", datetime(2026, 3, 2, 9)),
        ("2026-03-02 09:00:00.250", datetime(2026, 3, 2, 9, 0, 0, 250000)),
        ("2026-03-02T09:00", datetime(2026, 3, 2, 9)),
        ("2026-03-02", datetime(2026, 3, 2)),
    ],
)
def test_mixed_offsets_are_each_converted(tmp_path: Path, written: str, utc: datetime) -> None:
    bad, good = judged(tmp_path, f"ticket_id,created_at\nT1,{written}\n".encode())
    assert not bad
    assert good["created_at"] == [utc]


@pytest.mark.parametrize(
    ("opened", "state", "reason"),
    [
        ("13/02/2026 10:00", "Active", "created_at '13/02/2026 10:00' does not fit the format %m/%d/%Y %H:%M"),
        ("02/13/26 10:00", "Active", "lies before 1990; a two-digit year?"),
        ("03/29/2026 02:30", "Active", "2026-03-29 02:30:00 does not exist in Europe/Rome: the clocks skip it"),
        ("02/13/2026 10:00", "Foo", "status 'Foo' is not mapped; add it under [status] in "),
        ("02/13/2026 10:00", "active", "status 'active' is not mapped"),
        ("11/29/2026 10:00", "Active", "lies in the future"),
    ],
)
def test_a_mapping_is_taken_at_its_word(tmp_path: Path, opened: str, state: str, reason: str) -> None:
    bad, good = judged(
        tmp_path, f"id,opened,state\n1,{opened},{state}\n2,02/13/2026 10:00,Done\n".encode(), "x.csv", MAPPING
    )
    assert [line for line, _ in bad] == [2]
    assert reason in bad[0][1]
    assert good["created_at"] == [datetime(2026, 2, 13, 9)]


def test_an_hour_that_happens_twice_is_its_first(tmp_path: Path) -> None:
    rows = "1,10/25/2026 01:59,Done\n2,10/25/2026 02:30,Done\n3,10/25/2026 03:00,Done\n4,07/01/2026 12:00,Done\n"
    bad, good = judged(
        tmp_path,
        f"id,opened,state\n{rows}".replace("10/25", "10/26").replace("2026", "2025").encode(),
        "x.csv",
        MAPPING,
    )
    assert not bad
    assert dict(zip(good["ticket_id"], good["created_at"], strict=True)) == {
        "1": datetime(2025, 10, 25, 23, 59),
        "2": datetime(2025, 10, 26, 0, 30),
        "3": datetime(2025, 10, 26, 2, 0),
        "4": datetime(2025, 7, 1, 10, 0),
    }


def test_json_lines_that_are_no_object(tmp_path: Path) -> None:
    lines = [
        '{"ticket_id": "007", "created_at": "2026-03-02T09:00:00Z", "subject": "two\\nlines"}',
        "not json",
        "",
        "[1, 2]",
        '{"ticket_id": "8", "created_at": "2026-03-02T09:00:00Z", "subject": "\\u0000"}',
        '{"ticket_id": "9", "created_at": "2026-03-02T09:00:00Z", "is_spam": true, "tags": null}',
    ]
    bad, good = judged(tmp_path, "\n".join(lines).encode(), "tickets.jsonl")
    says = "the line is not a JSON object"
    assert bad == [(2, says), (4, says), (5, "holds a NUL byte")]
    assert sorted(good["ticket_id"]) == ["007", "9"]
    assert sorted(good["subject"], key=str) == [None, "two\nlines"]


def test_cells_of_a_sheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["ticket_id", "created_at", "is_spam", None],
        ["007", datetime(2026, 3, 2, 9, 0), True],
        [12.0, "2026-03-02T09:00:00+01:00", "no"],
        [None, None, None],
        ["x", "yesterday", None],
        ["y", datetime(2026, 3, 2), None, "beside"],
    ):
        sheet.append(row)
    book.save(tmp_path / "made.xlsx")
    bad, good = judged(tmp_path, (tmp_path / "made.xlsx").read_bytes(), "tickets.xlsx")
    assert [line for line, _ in bad] == [5, 6]
    assert dict(zip(good["ticket_id"], good["created_at"], strict=True)) == {
        "007": datetime(2026, 3, 2, 9),
        "12": datetime(2026, 3, 2, 8),
    }


def test_parquet_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "ticket_id": pa.array(["1", "2\0", None, "4", "5", "6"]),
            "created_at": pa.array(
                [datetime(2026, 3, 2, 9, tzinfo=UTC)] * 4 + [None, datetime(2027, 1, 1, tzinfo=UTC)]
            ),
            "requester_id": pa.array([1.0, None, 3.0, 4.0, 5.0, 6.0]),  # what pandas makes of ids with gaps
            "tags": pa.array([["a", "b"], [], None, None, None, None]),
            "is_test": pa.array([0.0, None, 1.0, 2.0, 0.0, 0.0]),
        }
    )
    pq.write_table(table, tmp_path / "made.parquet")
    bad, good = judged(tmp_path, (tmp_path / "made.parquet").read_bytes(), "tickets.parquet")
    assert bad == [
        (2, "holds a NUL byte"),
        (3, "ticket_id is missing"),
        (4, "is_test '2.0' is no boolean"),
        (5, "created_at is missing"),
        (6, "created_at 2027-01-01 00:00 lies in the future"),
    ]
    assert (good["created_at"], good["requester_id"], good["tags"]) == ([datetime(2026, 3, 2, 9)], ["1"], ["a,b"])


def test_positions_do_not_shift_when_a_bad_row_is_mended(tmp_path: Path) -> None:
    mapping = MAPPING.replace('"tickets"', '"event_log"').replace("created_at", "occurred_at")
    rows = "id,opened,state\n7,02/13/2026 10:00,Active\n7,02/13/2026 10:00,{}\n8,02/13/2026 10:00,Active\n7,02/13/2026 10:00,Done\n"
    bad, good = judged(tmp_path, rows.format("Foo").encode(), "x.csv", mapping)
    assert [line for line, _ in bad] == [3]
    assert sorted(zip(good["ticket_id"], good["position"], strict=True)) == [("7", 1), ("7", 3), ("8", 1)]
    bad, good = judged(tmp_path, rows.format("Done").encode(), "x.csv", mapping)
    assert sorted(zip(good["ticket_id"], good["position"], strict=True)) == [("7", 1), ("7", 2), ("7", 3), ("8", 1)]
