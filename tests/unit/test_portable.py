"""Models say nothing that only one engine understands: what differs is a function of each engine, under one name."""

from __future__ import annotations

import re

import pytest

from etl.checks import all_checks
from etl.models import SQL, models

ONE_ENGINES = re.compile(
    r"\bas (double precision|double|varchar|text|string)\)|::|\bqualify\b|\bexclude\b", re.IGNORECASE
)
WRITTEN = {model.name: model.sql for model in models()} | {name: sql for name, _, sql in all_checks()}


@pytest.mark.parametrize("name", sorted(WRITTEN))  # models come in an order of the moment
def test_models_and_checks_name_no_type_of_one_engine(name: str) -> None:
    code = re.sub(r"--.*", "", WRITTEN[name])
    assert not ONE_ENGINES.search(code), ONE_ENGINES.search(code)


def test_every_engine_has_the_same_functions() -> None:
    made = re.compile(r"create or replace (?:macro|function) (\w+)\s*\(", re.IGNORECASE)
    found = {
        engine: set(made.findall((SQL / "functions" / f"{engine}.sql").read_text(encoding="utf-8")))
        for engine in ("duckdb", "postgresql", "spark")
    }
    assert found["duckdb"] == found["postgresql"] == found["spark"]
