"""Whatever order, repetition or damage rows come in: the same winners, and a count for every row."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import BadInput
from config.settings import utc_naive
from etl.import_format import TICKETS, raw_schema
from etl.sources.files.arriving import arriving, statement
from etl.sources.files.counts import TableCount
from etl.sources.files.delimited import RowReader, read_header
from etl.sources.files.extraction import Extraction, workspace
from etl.sources.files.inputs import format_inputs
from etl.sources.files.text import open_text

NOW = utc_naive(datetime(2026, 11, 20, 12, tzinfo=UTC))
HEAD = ["ticket_id", "updated_at", "created_at", "status", "subject"]
QUICK = settings(max_examples=25, deadline=None)

versions = st.tuples(st.sampled_from("123"), st.integers(1, 4))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
cells = st.one_of(
    st.sampled_from(["", "1", "2026-03-01", "2026-03-02T09:00:00Z", "open", "Foo", "1/2/26", "NaN", '"', "a,b"]), texts
)


def written(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([HEAD, *rows])
    return buffer.getvalue().encode()


def extracted(folder: Path, content: bytes, known: Path | None = None) -> tuple[TableCount, list[tuple[object, ...]]]:
    """Return the counts and good rows of one tickets file; ``known`` is a Parquet file of what raw has already."""
    (folder / "tickets.csv").write_bytes(content)
    with workspace(folder, "s") as (connection, work):
        if known:
            connection.execute("attach ':memory:' as raw")
            connection.execute(f"create table raw.main.files_tickets as from read_parquet('{known}')")
        run = Extraction("s", "r", NOW, connection, work, None, {"files_tickets": bool(known)})
        [count] = run.table("tickets", format_inputs([folder], print), lambda _: None)
        offered = statement(work, TICKETS).exists()
        good = (
            connection.execute(f"from {arriving(TICKETS)}").to_arrow_table()
            if offered
            else raw_schema(TICKETS).empty_table()
        )
        pq.write_table(good, folder / "good.parquet")
    return count, sorted(zip(*(good[name].to_pylist() for name in HEAD), strict=True), key=str)


def row(version: tuple[str, int]) -> list[str]:
    ticket, day = version
    return [ticket, f"2026-03-0{day}", "2026-03-01", ["new", "open", "pending", "solved"][day - 1], f"{ticket}.{day}"]


@QUICK
@given(st.lists(versions, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_any_order_and_repetition_loads_the_same_rows(wanted: list[tuple[str, int]], random: object) -> None:
    shuffled = [row(v) for v in wanted + wanted[::2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with TemporaryDirectory() as folder:
        count, good = extracted(Path(folder), written(shuffled))
        plain, once = extracted(Path(folder), written([row(v) for v in sorted(set(wanted))]))
    assert good == once
    assert count.loaded == plain.loaded == len(set(wanted))
    assert count.superseded == len(shuffled) - len(set(wanted))


@QUICK
@given(st.lists(st.lists(cells, min_size=3, max_size=6), min_size=1, max_size=15))
def test_every_row_of_a_damaged_file_is_counted_and_twice_is_once(rows: list[list[str]]) -> None:
    content = written(rows)
    with TemporaryDirectory() as folder:
        try:
            count, _ = extracted(Path(folder), content)
        except BadInput:  # a quotation mark or a NUL may make it unreadable as a whole
            return
        (Path(folder) / "good.parquet").rename(Path(folder) / "known.parquet")
        again, nothing = (
            extracted(Path(folder), content, Path(folder) / "known.parquet") if count.loaded else (count, [])
        )
    assert count.read == count.loaded + count.superseded + count.quarantined
    assert count.read == len([r for r in csv.reader(io.StringIO(content.decode(), newline="")) if r]) - 1
    if count.loaded:
        assert not nothing
        assert (again.read, again.loaded, again.unchanged) == (count.read, 0, count.loaded)


@QUICK
@given(
    st.lists(st.lists(texts, min_size=2, max_size=4), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"])
)
def test_what_a_csv_writer_writes_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    header = ["a", "b", "c"]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(buffer.getvalue().encode())
        found = read_header(path, "x.csv", "", "", lambda names: len({*names} & {*header}))
        assert (found.names, found.delimiter) == (("a", "b", "c"), delimiter)
        with open_text(path, "x.csv") as stream:
            reader = RowReader(stream, "x.csv", 3, delimiter)
            read = [tuple(r.values()) for batch in reader for r in batch.to_pylist()]
    assert read == [(i, *r) for i, r in enumerate(rows, start=2) if len(r) == 3]
    assert [r.line for r in reader.rejects] == [i for i, r in enumerate(rows, start=2) if len(r) != 3]
