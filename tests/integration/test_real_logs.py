"""Two public logs, from file to figure: what their authors and their own columns say, the warehouse says too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from config.settings import Settings
from etl.pipeline import FileSource, run
from etl.publish import published_path
from metrics import Question, Scope, ask
from metrics.published import current_build
from tests.support.content import content_hash
from tests.support.public_logs import DATA, ITALIAN, NOW, UCI
from tests.support.shared import copy_of

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason=f"no public logs at {DATA}")]


def _twice(published: Settings, source: FileSource, tmp_path: Path) -> Settings:
    """Run a source that was published a second time and return its settings; that must change nothing."""
    settings = copy_of(published, tmp_path)
    first = published_path(settings.builds)
    assert first is not None
    before = content_hash(first)
    second = run([source], settings, NOW + timedelta(minutes=1), lambda _: None)
    assert content_hash(second.path) == before
    assert sum(count.loaded for count in second.counts) == 0
    with duckdb.connect(str(second.path), read_only=True) as connection:
        counts = connection.execute(
            "select read, loaded + unchanged + superseded + quarantined, loaded, run_id from load_count"
        ).fetchall()
    assert all(read == told for read, told, _, _ in counts)
    assert len({run_id for *_, run_id in counts}) == 2
    return settings


def _values(settings: Settings, *metrics: str) -> list[float]:
    return list(ask(Question(metrics), Scope.everything(), current_build(settings))["value"])


def test_uci_incidents(public_log: Callable[[FileSource], Settings], tmp_path: Path) -> None:
    settings = _twice(public_log(UCI), UCI, tmp_path)
    assert _values(settings, "tickets_created", "reopens", "tickets_reopened") == [24918, 331, 275]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{current_build(settings).engine.url.database}' as build (read_only)")
        reasons = connection.execute("select reason from build.quarantine").fetchall()
        assert len(reasons) == 5
        assert all("-100" in reason for (reason,) in reasons)


def test_italian_tickets_are_resolved_by_resolve_and_not_by_their_closing_a_month_later(
    public_log: Callable[[FileSource], Settings], tmp_path: Path
) -> None:
    settings = _twice(public_log(ITALIAN), ITALIAN, tmp_path)
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
