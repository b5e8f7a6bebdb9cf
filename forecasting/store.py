"""Storing what a step computed: a fresh file of its own, then a swap; readers never see a half."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from config.settings import Settings, utc_naive
from forecasting.store_there import store_there
from metrics import server as metrics_server
from metrics.outlook import LAST
from metrics.outlook_tables import STORED, TABLES, OutlookTable
from metrics.shelf import SUFFIX, UNFINISHED, clear_unfinished, publish


def store(step: str, build_id: str, now: datetime, frames: Mapping[str, pd.DataFrame], settings: Settings) -> Path:
    """Publish a step's tables, computed for a build at ``now`` (aware); returns the file, or the server's schema.

    ``frames`` are by table name; columns must be those of ``metrics.outlook_tables``. Raises ``ValueError`` otherwise.
    """
    if metrics_server.is_server(settings.warehouse):
        told_of = {t: _checked(t, frames[t.name]) for t in TABLES.values() if t.step == step}
        return Path(store_there(step, build_id, now, told_of, settings))
    folder = settings.outlook / step
    folder.mkdir(parents=True, exist_ok=True)
    clear_unfinished(folder)
    made = f"{utc_naive(now):%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
    unfinished, finished = folder / f"{made}{UNFINISHED}", folder / f"{made}.for-{Path(build_id).name}{SUFFIX}"
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute("create table outlook (step varchar, build_id varchar, computed_at timestamp)")
        connection.execute("insert into outlook values (?, ?, ?)", [step, build_id, utc_naive(now)])
        for told in (t for t in TABLES.values() if t.step == step):
            _write(connection, told, frames[told.name])
    unfinished.replace(finished)
    publish(folder, finished)
    return finished


def _checked(told: OutlookTable, frame: pd.DataFrame) -> pd.DataFrame:
    if list(frame.columns) != told.names:
        raise ValueError(f"{told.name} has the columns {list(frame.columns)}, not {told.names}")
    return frame


def _write(connection: duckdb.DuckDBPyConnection, told: OutlookTable, frame: pd.DataFrame) -> None:
    _checked(told, frame)
    columns = ", ".join(f'"{name}" {STORED[kind]}' for name, kind in told.columns)
    connection.execute(f"create table {told.name} ({columns})")
    if len(frame):
        connection.register("computed", frame)
        connection.execute(f"insert into {told.name} select * from computed")
        connection.unregister("computed")


def note_attempt(settings: Settings, state: Mapping[str, Any]) -> None:
    """Remember how the newest attempt of a step went: the keys of ``metrics.outlook.STATE``."""
    if metrics_server.is_server(settings.warehouse):
        metrics_server.note_attempt(settings.warehouse, str(state["step"]), json.dumps(dict(state)))
        return
    folder = settings.outlook / str(state["step"])
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / f".{LAST}"
    staged.write_text(json.dumps(dict(state)), encoding="utf-8")
    staged.replace(folder / LAST)
