"""What others write stays data: in SQL, in cells of exports, in mails and pages; and readers' databases are locked."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from sqlalchemy import Boolean, Integer, text
from sqlalchemy.exc import DBAPIError

from config.errors import DeskpulseError
from config.settings import Settings
from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import dimensions_of, reach
from metrics.ledger import ledger
from metrics.printing import print_frame
from metrics.published import Build, current_build
from metrics.rows import rows
from metrics.sql import sql_text
from reports.html import escape
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui.drill import is_web
from ui.exports import xlsx
from ui.text import cell, csv

INJECTED = (
    "' or 1=1 --",
    "'; drop table fct_ticket; --",
    "x') or ('1'='1",
    "1 union select * from read_text('/etc/passwd')",
    "\"; attach '/tmp/x' as x; --",
    "\\' or 1=1 --",
    "%' or '1' like '1",
    "x\x00' or 1=1 --",
    "$1 or true",
    ":metric or true",
    "${jndi:ldap://x}",
    "ʼ or 1=1 --",
)
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", " ", "\u00a0", "\ufeff", "|", "%", "＝")


@pytest.fixture(scope="module")
def build() -> Build:
    return build_of(warehouse(busy_month()))


@pytest.mark.parametrize("injected", INJECTED)
def test_sql_in_a_filter_finds_nothing_and_changes_nothing(injected: str, build: Build) -> None:
    whole = ask(Question(("tickets_created",)), Scope.everything(), build)
    metric = METRICS["tickets_created"]
    for name in dimensions_of(metric):
        question = Question((metric.name,), where=((name, (injected,)),))
        if isinstance(reach(metric, name).column.type, Boolean | Integer):
            with pytest.raises(DeskpulseError, match=r"true or false|whole number"):
                ask(question, Scope.everything(), build)
            continue
        assert ask(question, Scope.everything(), build)["value"].fillna(0).sum() == 0, name
        assert rows(question, Scope.everything(), build).empty, name
        assert injected.replace("'", "''") in sql_text(question, Scope.everything(), build), name
    assert ask(Question(("tickets_created",)), Scope.everything(), build).equals(whole)


@pytest.mark.parametrize("injected", INJECTED)
def test_sql_for_a_name_is_refused(injected: str, build: Build) -> None:
    everything = Scope.everything()
    for question in (
        lambda: Question((injected,)),
        lambda: Question(("fcr",), by=(injected,)),
        lambda: Question(("fcr",), grain=injected),
        lambda: Question(("fcr",), clock=injected),
        lambda: Question(("fcr",), where=((injected, ("x",)),)),
    ):
        for asking in (ask, ledger, rows):
            with pytest.raises(DeskpulseError):
                asking(question(), everything, build)


def test_a_team_called_like_sql_is_a_team_in_a_scope(build: Build) -> None:
    for injected in INJECTED:
        mine = Scope("mia", frozenset({injected}), "manager")
        assert ask(Question(("tickets_created",)), mine, build)["value"].fillna(0).sum() == 0


@pytest.mark.parametrize(
    "attack",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from read_blob('/proc/self/environ')",
        "with told as (select content from read_text('/etc/passwd')) select * from told",
        "with gone as (select 1) insert into build select * from build",
        "with gone as (select 1) delete from fct_ticket",
        "update fct_ticket set subject = 'x'",
        "create table x as select 1",
        "create temp table x as select * from read_text('/etc/passwd')",
        "copy fct_ticket to '/tmp/stolen.csv'",
        "copy (select 1) to '/tmp/stolen.parquet' (format parquet)",
        "export database '/tmp/stolen'",
        "attach '/tmp/other.duckdb' as other",
        "attach ':memory:' as other; create table other.x as select * from read_text('/etc/passwd')",
        "install httpfs",
        "load httpfs",
        "select * from read_parquet('https://evil.test/x.parquet')",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set allowed_directories = ['/']",
        "set temp_directory = '/tmp/elsewhere'",
        "create secret s (type s3)",
        "import database '/tmp/stolen'",
    ],
)
def test_a_readers_database_reads_no_file_and_writes_none(attack: str, published: Build) -> None:
    with published.engine.connect() as reader, pytest.raises(DBAPIError):
        reader.execute(text(attack)).fetchall()
    assert not Path("/tmp/stolen.csv").exists()
    assert not Path("/tmp/stolen.parquet").exists()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Build:
    home = tmp_path_factory.mktemp("home")
    (home / "builds").mkdir()
    with warehouse(busy_month()) as connection:
        connection.execute(f"attach '{home}/builds/current.duckdb' as published")
        connection.execute("copy from database memory to published")
    return current_build(replace(Settings(), home=home))


def _poisoned() -> pd.DataFrame:
    texts = [f"{start}{follow}" for start in STARTS for follow in ("=1+1", "cmd|'/c calc'!A0", "@SUM(1)")]
    texts += ["ok\n=1+1", "ok\r\n+1", 'ok"\n=HYPERLINK("http://evil.test")']
    return pd.DataFrame(
        {
            "=heading": texts,
            "number": [-1.5] * len(texts),
            "whole": [-7] * len(texts),
            "day": [date(2026, 3, 2)] * len(texts),
            "at": [datetime(2026, 3, 2, 9)] * len(texts),  # noqa: DTZ001 - as the warehouse has it
        }
    )


def _is_harmless(told: str) -> bool:
    return all(not line.lstrip(" \u00a0\ufeff").startswith(STARTS[:4]) for line in [told, *told.splitlines()]) or (
        told.startswith("'")
    )


def test_no_cell_of_an_export_is_a_formula_and_numbers_stay_numbers(
    published: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = _poisoned()
    print_frame(frame, published, "csv")
    for told in (csv(frame).decode("utf-8-sig"), capsys.readouterr().out):
        again = pd.read_csv(io.StringIO(told, newline=""))
        assert again.columns[0] == "'=heading"
        assert all(_is_harmless(str(value)) for value in again["'=heading"])
        assert again["number"].tolist() == [-1.5] * len(frame)
        assert again["whole"].tolist() == [-7] * len(frame)
    sheet = load_workbook(io.BytesIO(xlsx(frame))).active
    for row in sheet.iter_rows():
        assert all(found.data_type != "f" for found in row)
    assert all(_is_harmless(str(row[0])) for row in sheet.iter_rows(values_only=True))
    assert [row[1:3] for row in sheet.iter_rows(min_row=2, values_only=True)] == [(-1.5, -7)] * len(frame)


def test_a_harmless_cell_is_left_as_it_is() -> None:
    for told in ("ok", "a - b", "1 + 1", "x@example.com", "", 7, -7, None, date(2026, 1, 1)):
        assert cell(told) == told


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>1</script>"),
        *("vbscript:x", "file:///etc/passwd", "//evil.test", "java\nscript:alert(1)", "\x01javascript:x", None, 7),
    ],
)
def test_only_the_web_becomes_a_link(address: object) -> None:
    assert not is_web(address)


def test_mails_escape_what_they_are_told() -> None:
    assert escape('<script>"&') == "&lt;script&gt;&quot;&amp;"
