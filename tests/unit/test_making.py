"""Models are made two at a time, never before what they read; working tables go when nobody reads them any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl import making
from etl.making import attach_work, make_models
from etl.models import Model

MODELS = {
    "stg_number": "select unnest(range(1000)) as number",
    "stg_spare": "select unnest(range(10)) as number",
    "int_double": "select number * 2 as number from stg_number",
    "int_view": "-- View: of it.\nselect number + 1 as number from int_double",
    "fct_sum": "select sum(int_view.number) as total from int_view",
    "fct_count": "select count(*) as numbers from stg_number",
}


def told(sql: dict[str, str]) -> tuple[Model, ...]:
    reads = {name: frozenset(other for other in sql if f"from {other}" in sql[name]) for name in sql}
    return tuple(Model(name, Path(name), sql[name], (), reads[name], frozenset()) for name in sql)


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr(making, "models", lambda: told(MODELS))
    _forget()
    with duckdb.connect(config={"threads": 2}) as made:
        attach_work(made)
        yield made
    _forget()


def _forget() -> None:
    for kept in (making._readers, making._behind):
        kept.cache_clear()


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {str(name) for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def test_what_is_published_is_made_and_what_was_read_is_gone(connection: duckdb.DuckDBPyConnection) -> None:
    begun: list[str] = []
    make_models(connection, {}, begun.append)
    assert connection.execute("select total, numbers from fct_sum cross join fct_count").fetchall() == [(1000000, 1000)]
    assert tables(connection) == {"fct_sum", "fct_count", "stg_spare"}  # nothing reads the spare one: it stays
    assert sorted(begun) == sorted(MODELS)
    assert begun.index("stg_number") < begun.index("int_double") < begun.index("int_view") < begun.index("fct_sum")
    assert begun[0] == "stg_number"  # most waits for it


def test_a_model_that_cannot_be_made_ends_the_build(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "models", lambda: told({**MODELS, "int_double": "select no_such from stg_number"}))
    with pytest.raises(duckdb.BinderException, match="no_such"):
        make_models(connection, {})
    assert "fct_sum" not in tables(connection)
