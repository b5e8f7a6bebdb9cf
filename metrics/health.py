"""Can these numbers be trusted: freshness, loads, quarantine, checks of the published build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Select, column, func, select, table

from metrics.published import Build

COUNTS = ("read", "loaded", "unchanged", "superseded", "quarantined")

load_count = table("load_count", *(column(c) for c in ("source", "run_id", "file", "table_name", *COUNTS, "loaded_at")))
quarantine = table(
    "quarantine",
    *(column(c) for c in ("source", "file", "table_name", "line", "reason", "row_json", "run_id", "_loaded_at")),
)
check_result = table(
    "check_result", column("check_name"), column("says"), column("failures"), column("passed", Boolean())
)


@dataclass(frozen=True)
class Health:
    """Frames that tell how a build came to be.

    ``sources``: source, last_success, age_seconds (to the build's making), read … quarantined of its last load;
    ``loads``: the same by run, file and table; ``quarantine``: rows kept out, with reasons; ``checks``: name, says,
    failures, passed.
    """

    sources: pd.DataFrame
    loads: pd.DataFrame
    quarantine: pd.DataFrame
    checks: pd.DataFrame


def _last_loads() -> Select[Any]:
    last = select(load_count.c.source, func.max(load_count.c.loaded_at).label("last_success")).group_by(
        load_count.c.source
    )
    newest = last.subquery("newest")
    sums = [func.sum(load_count.c[name]).label(name) for name in COUNTS]
    return (
        select(load_count.c.source, newest.c.last_success, *sums)
        .select_from(load_count)
        .join(newest, (newest.c.source == load_count.c.source) & (newest.c.last_success == load_count.c.loaded_at))
        .group_by(load_count.c.source, newest.c.last_success)
        .order_by(load_count.c.source)
    )


def health(build: Build) -> Health:
    """Read how the published build came to be."""
    sources = build.read(_last_loads())
    sources["age_seconds"] = (pd.Timestamp(build.built_at) - pd.to_datetime(sources["last_success"])).dt.total_seconds()
    newest_first = load_count.c.loaded_at.desc(), load_count.c.source, load_count.c.file, load_count.c.table_name
    return Health(
        sources=sources,
        loads=build.read(select(load_count).order_by(*newest_first)),
        quarantine=build.read(select(quarantine).order_by(quarantine.c.source, quarantine.c.file, quarantine.c.line)),
        checks=build.read(select(check_result).order_by(check_result.c.passed, check_result.c.check_name)),
    )
