"""How long things are kept: what is past its time goes with every run. The periods are settings (docs/erasure.md)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from config.settings import Settings, utc_naive
from etl.sources.files.raw import QUARANTINE, existing_tables, opened
from metrics.outlook_tables import TABLES
from metrics.server import forget_older, is_server
from metrics.shelf import finished, published_path

RUN_LOG = "runs.jsonl"
OF_PEOPLE = frozenset(table.step for table in TABLES.values() if table.about == "people")


def enforce(settings: Settings, now: datetime) -> None:
    """Remove what is past its time; ``now`` is aware. The caller holds the home's lock.

    Builds go when a newer one is published (``metrics.shelf``), weeks of persons when they are computed anew; so of
    what was computed of persons only the newest result stays.
    """
    before = now - timedelta(days=settings.keep_log_days)
    _shorten(settings.home / RUN_LOG, before)
    _forget_quarantined(settings, before)
    for step in OF_PEOPLE:
        if is_server(settings.warehouse):
            forget_older(settings.warehouse, step, keep=1)
        kept = published_path(settings.outlook / step)
        for path in finished(settings.outlook / step):
            if path != kept:
                path.unlink()


def _shorten(log: Path, before: datetime) -> None:
    """Drop the lines of runs before an instant."""
    if not log.exists():
        return
    lines = log.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not _is_before(line, before)]
    if len(kept) < len(lines):
        staged = log.with_suffix(".unfinished")
        staged.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        staged.replace(log)


def _is_before(line: str, before: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(line)["at"]) < before
    except (ValueError, KeyError, TypeError):  # cut off by a kill: nobody can tell of when
        return True


def _forget_quarantined(settings: Settings, before: datetime) -> None:
    with opened(settings.raw_path) as connection:
        if QUARANTINE in existing_tables(connection):
            connection.execute(f"delete from {QUARANTINE} where _loaded_at < ?", [utc_naive(before)])
