"""Storing what a step computed on a server: a fresh schema, which holds once its tables are written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

import pandas as pd
import pyarrow as pa

from config.settings import Settings, utc_naive
from metrics.outlook_kinds import Kind, OutlookTable
from metrics.server import Held, forget_older, publish_tables, schema_name

TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "day": pa.date32(),
    "instant": pa.timestamp("us"),
}


def store_there(
    step: str, build_id: str, now: datetime, frames: Mapping[OutlookTable, pd.DataFrame], settings: Settings
) -> str:
    """Publish a step's tables, computed for a build at ``now`` (aware); returns their schema. Raises ``ServerAway``.

    Only who sees the whole desk there may read them: who may see which row is decided by ``metrics.outlook``.
    """
    at, url = utc_naive(now), settings.warehouse
    schema = schema_name(url, step, f"{at:%Y%m%dT%H%M%S%f}_{secrets.token_hex(2)}")
    tables = {told.name: _as_arrow(told, frame) for told, frame in frames.items()}
    publish_tables(url, step, Held(schema, build_id, at), tables, settings.warehouse_readers, settings.warehouse_files)
    forget_older(url, step)
    return schema


def _as_arrow(told: OutlookTable, frame: pd.DataFrame) -> pa.Table:
    shape = pa.schema([(name, TYPES[kind]) for name, kind in told.columns])
    rows = frame.astype(object).where(frame.notna(), None)
    return pa.Table.from_pylist(rows.to_dict("records"), schema=shape)
