"""Text of few values is held as numbers and reads as text; what nobody told of stays text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from etl import words
from etl.making import attach_work
from etl.models import models
from tests.support.stories import stories, warehouse

STORY = next(s for s in stories(Path(__file__).parents[1] / "golden") if s.path.stem == "reopened_and_still_open")
ORGANIZATION = next(model for model in models() if model.name == "stg_organization")


def type_of(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> str:
    query = "select data_type from duckdb_columns() where table_name = ? and column_name = ?"
    [(type_,)] = connection.execute(query, [table, column]).fetchall()
    return str(type_)


def test_words_read_compare_and_sort_as_text() -> None:
    connection = warehouse(STORY)
    assert type_of(connection, "fct_status_interval", "status").startswith("ENUM")
    assert type_of(connection, "fct_ticket", "subject") == "VARCHAR"
    query = "select status from fct_status_interval order by status{}"
    held, text = (connection.execute(query.format(cast)).fetchall() for cast in ("", "::varchar"))
    assert held == text
    assert isinstance(held[0][0], str)
    assert connection.execute("select count(*) from fct_status_interval where status = 'parked'").fetchall() == [(0,)]


def test_a_word_nobody_told_of_leaves_its_table_in_text() -> None:
    connection = duckdb.connect()
    attach_work(connection)
    connection.execute("create type word as enum ('open', 'solved')")
    for says, type_ in (("solved", "ENUM('open', 'solved')"), ("parked", "VARCHAR")):
        model = replace(ORGANIZATION, name=f"stg_{says}", sql=f"select '{says}' as status")
        words.create(connection, model, {"status": "word"})
        assert type_of(connection, model.name, "status") == type_
        assert connection.execute(f"select status from {model.name}").fetchall() == [(says,)]


def test_too_many_words_stay_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_WORDS", 10)
    connection = warehouse(STORY)
    assert type_of(connection, "fct_status_interval", "status") == "VARCHAR"
    assert type_of(connection, "fct_ticket_event", "to_value") == "VARCHAR"
