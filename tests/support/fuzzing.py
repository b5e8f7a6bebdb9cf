"""Inputs nobody meant: mappings, questions and files, mutated and made up; each ends well or in one line, and ends."""

from __future__ import annotations

import gzip
import io
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from config.cli import day, filters
from config.errors import DeskpulseError
from config.settings import ROOT
from etl.import_format import TABLES
from etl.sources.files.extraction import Extraction, workspace
from etl.sources.files.inputs import Input
from etl.sources.files.limits import MB, Limits
from etl.sources.files.mapping import read_mapping
from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import REACH
from metrics.published import Build

MOST_SECONDS = 20  # an input that takes longer hangs
INJECTED = (
    *("' or 1=1 --", "'; drop table fct_ticket; --", '"', "\\", "%", "a=b", "(none)", "$1", ":x", "{}", "\x00", "\xad"),
    *("1' union select * from read_text('/etc/passwd') --", "<script>", "=1+1", "../../etc/passwd", "\ufb01"),
    *("\u202e", "\U0001d7d9"),
)
WORDS = st.one_of(st.sampled_from(INJECTED), st.text(max_size=12))
ROW = '"T1",2026-03-02T09:00:00Z,ana,email,billing\n'
CSV = "ticket_id,created_at,requester_id,channel,category\n" + ROW + ROW.replace("T1", "T2")
JSONL = '{"ticket_id":"T1","created_at":"2026-03-02T09:00:00Z"}\n' * 2
NOW = datetime(2026, 3, 20)  # noqa: DTZ001 - extraction runs on naive UTC


class Hung(Exception):
    """An input took too long."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def rings(_signal: int, _frame: FrameType | None) -> None:
        raise Hung(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, rings)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Seen:
    """How many inputs were tried, and how many of them were refused in a line."""

    tried: int = 0
    refused: int = 0


def fuzz(inputs: st.SearchStrategy[Any], use: Callable[[Any], None], examples: int, start: int = 0) -> Seen:
    """Try so many inputs; whatever ``use`` raises beyond ``DeskpulseError`` of one line is a finding, and raised."""
    seen = Seen()

    @seed(start)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(inputs)
    def tried(one: Any) -> None:
        seen.tried += 1
        try:
            with _at_most(MOST_SECONDS):
                use(one)
        except DeskpulseError:
            seen.refused += 1

    tried()
    return seen


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """Give one of ``seeds`` with a few pieces cut out, doubled, replaced or put in."""
    body = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(body)))
        to = min(len(body), at + draw(st.integers(0, 40)))
        new = draw(st.one_of(st.binary(max_size=12), WORDS.map(lambda text: text.encode("utf-8", "replace"))))
        match draw(st.integers(0, 3)):
            case 0:
                del body[at:to]
            case 1:
                body[at:to] = new
            case 2:
                body[at:at] = body[at:to] * draw(st.sampled_from([1, 2, 50]))
            case _:
                body[at:at] = new
    return bytes(body)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return _quoted(value) if isinstance(value, str) else str(value).lower()


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{escaped}"'


VALUES = st.recursive(
    st.one_of(WORDS, st.booleans(), st.integers(-5, 2**62), st.sampled_from(["%d/%m/%Y", "Europe/Rome", "utf-16"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip
NAMES = st.sampled_from(
    ["shape", "file", "time", "columns", "source", "url", *(c.name for c in TABLES["tickets"].columns)]
)
INNER = st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=3))
TOPS = st.dictionaries(st.one_of(NAMES, WORDS), INNER, max_size=5)
MAPPINGS = st.one_of(
    mutated(tuple(path.read_bytes() for path in sorted((ROOT / "config" / "mappings").glob("*.toml")))),
    TOPS.map(
        lambda told: "".join(f"{_quoted(name)} = {_toml(value)}\n" for name, value in told.items()).encode()
    ),
    st.integers(1, 5000).map(lambda deep: b'shape = "tickets"\nx = ' + b"[" * deep),
)  # fmt: skip


def mapping_reader(folder: Path) -> Callable[[bytes], None]:
    """Return what reads a mapping of those bytes."""
    file = folder / "mapping.toml"

    def use(body: bytes) -> None:
        file.write_bytes(body)
        read_mapping(file)

    return use


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    """Give what an address or a command line could ask: what exists, and what does not."""

    def mostly(known: st.SearchStrategy[Any]) -> Any:
        return draw(known) if draw(st.integers(0, 15)) else draw(WORDS)

    days = st.sampled_from([None, None, "2026-03-02", "2026-04-05", "0001-01-01", "9999-12-31"])
    dimensions = st.sampled_from(["team", "channel", "category", "agent", *sorted(REACH)])
    return {
        "metrics": [mostly(st.sampled_from(sorted(METRICS))) for _ in range(draw(st.integers(1, 2)))],
        "by": [mostly(dimensions) for _ in range(draw(st.integers(0, 1)))],
        "grain": mostly(st.sampled_from([None, "week", "month", "hour"])),
        "clock": mostly(st.sampled_from(["calendar", "calendar", "business"])),
        "since": mostly(days),
        "until": mostly(days),
        "where": [f"{mostly(dimensions)}={draw(WORDS)}" for _ in range(draw(st.integers(0, 2)))],
    }


def question_asker(build: Build) -> Callable[[dict[str, Any]], None]:
    """Return what asks such a question of a build."""

    def use(told: dict[str, Any]) -> None:
        since, until = day(told["since"], "since"), day(told["until"], "until")
        where = filters(told["where"], "where")
        question = Question(
            tuple(told["metrics"]), tuple(told["by"]), told["grain"], since, until, where, told["clock"]
        )
        ask(question, Scope.everything(), build)

    return use


def _packed(name: str) -> Callable[[bytes], bytes]:
    def pack(body: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(name, body)
        return made.getvalue()

    return pack


def _workbook(sheet: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_BOOK)) as plain, zipfile.ZipFile(made, "w") as archive:
        for name in plain.namelist():
            archive.writestr(name, sheet if name.endswith("sheet1.xml") else plain.read(name))
    return made.getvalue()


def _made(write: Callable[[io.BytesIO], Any]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


def _book() -> Workbook:
    book = Workbook()
    assert book.active is not None
    for line in CSV.replace('"', "").splitlines():
        book.active.append(line.split(","))
    return book


_BOOK = _made(_book().save)
_SHEET = zipfile.ZipFile(io.BytesIO(_BOOK)).read("xl/worksheets/sheet1.xml")
_TABLE = pa.table(
    {"ticket_id": ["T1", "T2"], "created_at": pa.array([NOW, NOW], pa.timestamp("us")), "requester_id": [1, 2]}
)
_PARQUET = _made(lambda made: pq.write_table(_TABLE, made))
_TEXTS = (CSV.encode(), CSV.encode("utf-16"), b"\xef\xbb\xbf" + CSV.replace(",", ";").encode(), CSV.encode("cp1252"))
FILES = st.one_of(
    st.tuples(st.just("tickets.csv"), mutated(_TEXTS)),
    st.tuples(st.just("tickets.csv"), st.text().map(lambda text: f"ticket_id,created_at\n{text}".encode())),
    st.tuples(st.just("tickets.jsonl"), mutated((JSONL.encode(),))),
    st.tuples(st.just("tickets.csv.gz"), mutated(_TEXTS).map(gzip.compress)),
    st.tuples(st.just("tickets.csv.gz"), mutated((gzip.compress(CSV.encode()),))),
    st.tuples(st.just("tickets.zip"), mutated(_TEXTS).map(_packed("tickets.csv"))),
    st.tuples(st.just("tickets.zip"), mutated((_packed("tickets.csv")(CSV.encode()),))),
    st.tuples(st.just("tickets.xlsx"), mutated((_SHEET,)).map(_workbook)),
    st.tuples(st.just("tickets.xlsx"), mutated((_BOOK,))),
    st.tuples(st.just("tickets.parquet"), mutated((_PARQUET,))),
)  # fmt: skip


def file_reader(folder: Path) -> Callable[[tuple[str, bytes]], None]:
    """Return what reads a file, called and filled like this, as a run does: up to what would be loaded."""

    def use(given: tuple[str, bytes]) -> None:
        name, body = given
        file = folder / name
        file.write_bytes(body)
        with workspace(folder / "home", "fuzz") as (connection, work):
            extraction = Extraction("fuzz", "r", NOW, connection, work, None, {}, limits=Limits(MB, 20 * MB))
            extraction.table("tickets", [Input(file, name, "tickets")], lambda _: None)

    return use
