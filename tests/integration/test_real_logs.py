"""Two public logs, from file to figure: what their authors and their own columns say, the warehouse says too."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from config.settings import ROOT, Settings
from etl.pipeline import FileSource, run
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.content import content_hash

DATA = Path(os.environ.get("DESKPULSE_SHARED_DATA", ROOT.parent / "shared" / "data"))
NOW = datetime(2026, 4, 1, tzinfo=UTC)
UCI = FileSource(
    "uci", (DATA / "uci_incident" / "incident_event_log.zip",), ROOT / "config" / "mappings" / "uci_incident.toml"
)
ITALIAN = FileSource(
    "italian", (DATA / "italian_helpdesk" / "finale.csv.gz",), ROOT / "config" / "mappings" / "italian_helpdesk.toml"
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason=f"no public logs at {DATA}")]


def _twice(source: FileSource, tmp_path: Path) -> Settings:
    """Run a source twice and return its settings; the second run must change nothing."""
    settings = replace(Settings(), home=tmp_path)
    first = run([source], settings, NOW, lambda _: None)
    before = content_hash(first.path)
    second = run([source], settings, NOW + timedelta(minutes=1), lambda _: None)
    assert content_hash(second.path) == before
    for count in (*first.counts, *second.counts):
        assert count.read == count.loaded + count.unchanged + count.superseded + count.quarantined
    assert sum(count.loaded for count in second.counts) == 0
    return settings


def _values(settings: Settings, *metrics: str) -> list[float]:
    return list(ask(Question(metrics), Scope.everything(), current_build(settings))["value"])


def test_uci_incidents(tmp_path: Path) -> None:
    settings = _twice(UCI, tmp_path)
    assert _values(settings, "tickets_created", "reopens", "tickets_reopened") == [24918, 331, 275]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{current_build(settings).engine.url.database}' as build (read_only)")
        reasons = connection.execute("select reason from build.quarantine").fetchall()
        assert len(reasons) == 5
        assert all("-100" in reason for (reason,) in reasons)


def test_italian_tickets_are_resolved_by_resolve_and_not_by_their_closing_a_month_later(tmp_path: Path) -> None:
    settings = _twice(ITALIAN, tmp_path)
    created, median = _values(settings, "tickets_created", "resolution_time_first")
    assert created == 4580
    with duckdb.connect() as connection:
        connection.execute(f"attach '{current_build(settings).engine.url.database}' as build (read_only)")
        connection.execute("use build")
        closed = connection.execute(
            "select median(epoch(closed_at - created_at)) from fct_ticket where closed_at is not null"
        ).fetchone()
    assert closed is not None
    assert closed[0] - median > 20 * 86400  # the automatic closing comes about thirty days after Resolve
