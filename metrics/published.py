"""The published build: finding it, opening it read-only, reading from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from config.errors import NothingPublished
from config.settings import Settings
from metrics.kinds import BuildClock, Metric
from metrics.server import BUILD, engine_of, held, is_server
from metrics.shelf import CURRENT
from metrics.warehouse import build as build_table
from metrics.warehouse import cfg_setting
from metrics.wording import lengths, worded

# Whoever reaches the reader's connection can read the warehouse and nothing else of this machine.
READER = {"enable_external_access": "false", "lock_configuration": "true"}


@dataclass(frozen=True, eq=False)
class Build:
    """A finished warehouse. ``as_of`` is naive UTC, ``local_as_of`` the same instant in the reporting zone."""

    build_id: str
    built_at: datetime
    as_of: datetime
    local_as_of: datetime
    time_zone: str
    engine: Engine
    clock: BuildClock

    def told(self, metric: Metric) -> Metric:
        """Return a metric whose texts say what this build was made with."""
        return worded(metric, self.clock.windows)

    def read(self, statement: Executable) -> pd.DataFrame:
        """Run a statement and return its rows."""
        with self.engine.connect() as connection:
            frame: pd.DataFrame = pd.read_sql(statement, connection)  # type: ignore[call-overload]
            return frame

    def read_lists(self, statement: Executable) -> list[tuple[Any, ...]]:
        """Run a statement whose last column holds lists of numbers and return its rows, each list an array."""
        with self.engine.connect() as connection:
            result = connection.execute(statement)
            if self.engine.dialect.name != "duckdb":
                return [(*row[:-1], np.asarray(row[-1], float)) for row in result]
            told = result.cursor.to_arrow_table()  # as Python's own lists: twice the time
            keys = zip(*(column.to_pylist() for column in told.columns[:-1]), strict=True)
            lists = told.columns[-1].combine_chunks()
            numbers, ends = lists.values.to_numpy(zero_copy_only=False), lists.offsets.to_numpy()
            return [(*key, numbers[ends[nth] : ends[nth + 1]]) for nth, key in enumerate(keys)]


def on_engine(engine: Engine) -> Build:
    """Return the build an engine reads from; raises ``NothingPublished`` where it was made by another version."""
    try:
        with engine.connect() as connection:
            row = connection.execute(select(build_table)).one()
            chosen = connection.execute(select(cfg_setting)).one()._asdict()
    except DBAPIError as error:
        raise NothingPublished(
            f"{engine.url.database}: made by another version; run python -m etl run again"
        ) from error
    clock = BuildClock(row.as_of, row.local_as_of, row.reporting_time_zone, lengths(chosen))
    return Build(row.build_id, row.built_at, row.as_of, row.local_as_of, row.reporting_time_zone, engine, clock)


@lru_cache(maxsize=2)
def _opened(path: str) -> Build:
    return on_engine(create_engine(f"duckdb:///{path}", connect_args={"read_only": True, "config": dict(READER)}))


@lru_cache(maxsize=2)
def _opened_there(url: str, schema: str) -> Build:
    return on_engine(engine_of(url, schema))


def current_build(settings: Settings) -> Build:
    """Return the build published now; the same object until the next one is published.

    Readers are keyed on the file the ``current`` link resolves to, so a swap is seen at the next call and a query
    under way goes on against the file it began with; a server's schemas likewise. Raises ``NothingPublished``, and
    ``ServerAway`` where the server cannot be reached.
    """
    if is_server(settings.warehouse):
        holds = held(settings.warehouse, BUILD)
        if holds is None:
            raise NothingPublished("no build is published on the server yet; run python -m etl run")
        return _opened_there(settings.warehouse, holds.schema)
    link = settings.builds / CURRENT
    if not link.exists():
        raise NothingPublished(
            f"no build is published under {settings.builds}; run make demo, or: python -m etl run --input FOLDER"
        )
    return _opened(str(Path(link).resolve()))
