"""Servers the tests of several parts ask for, once a session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from etl.pipeline import FileSource, run
from tests.support.postgresql import running_postgresql, server_programs
from tests.support.public_logs import DATA, NOW
from tests.support.shared import HOME, made_once
from tests.support.spark import SparkServer, missing, running_spark


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database; without a server tests skip, unless services are required."""
    programs = server_programs()
    if programs is None:
        missing = "no PostgreSQL here: apt-get install postgresql"
        if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with running_postgresql(programs) as address:
        yield address


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkServer]:
    """Return an empty Spark Thrift Server; without Java or pyspark tests skip, unless services are required."""
    if absent := missing():
        if os.environ.get("DESKPULSE_REQUIRE_SERVICES") == "1":
            pytest.fail(absent)
        pytest.skip(absent)
    with running_spark() as server:
        yield server


@pytest.fixture(scope="session")
def public_log(tmp_path_factory: pytest.TempPathFactory) -> Callable[[FileSource], Settings]:
    """Return a way to a public log, read and published once a run; to be read only."""
    if not DATA.is_dir():
        pytest.skip(f"no public logs at {DATA}")

    def published(source: FileSource) -> Settings:
        def make(folder: Path) -> None:
            run([source], Settings(home=folder / HOME), NOW, lambda _: None)

        return Settings(home=made_once(tmp_path_factory, f"log_{source.name}", make) / HOME)

    return published
