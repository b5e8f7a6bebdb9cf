"""Storing what a step computed on a PostgreSQL server: a fresh schema, which holds once its tables are written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Double, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from config.settings import Settings, utc_naive
from metrics.outlook_kinds import Kind, OutlookTable
from metrics.server import Held, connected, forget_older, hold, let_whole_desk_in, prepare, said_in_a_line, schema_name

TYPES: dict[Kind, TypeEngine[Any]] = {
    "text": String(),
    "integer": BigInteger(),
    "number": Double(),
    "boolean": Boolean(),
    "day": Date(),
    "instant": DateTime(),
}


def store_there(
    step: str, build_id: str, now: datetime, frames: Mapping[OutlookTable, pd.DataFrame], settings: Settings
) -> str:
    """Publish a step's tables, computed for a build at ``now`` (aware); returns their schema. Raises ``ServerAway``.

    Only database roles for the whole desk may read them: who may see which row is decided by ``metrics.outlook``.
    """
    at, url = utc_naive(now), settings.warehouse
    schema = schema_name(step, f"{at:%Y%m%dT%H%M%S%f}_{secrets.token_hex(2)}")
    with said_in_a_line(url), connected(url) as server:
        prepare(server)
        server.exec_driver_sql(f"create schema {schema}")
        for told, frame in frames.items():
            columns = [Column(name, TYPES[kind]) for name, kind in told.columns]
            table = Table(told.name, MetaData(), *columns, schema=schema)
            table.create(server)
            rows = frame.astype(object).where(frame.notna(), None)
            if len(rows):
                server.execute(table.insert(), [dict(zip(told.names, row, strict=True)) for row in rows.to_numpy()])
        let_whole_desk_in(server, schema, settings.warehouse_readers)
        hold(server, step, Held(schema, build_id, at))
    forget_older(url, step)
    return schema
