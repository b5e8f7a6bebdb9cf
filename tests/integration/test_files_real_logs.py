"""The two public logs through their shipped mappings, against what is known of them."""

import os
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from config.settings import ROOT, Settings
from etl.load import load_files
from etl.sources.files.mapping import read_mapping

DATA = Path(os.environ.get("DESKPULSE_SHARED_DATA", ROOT.parent / "shared" / "data"))
LEFT = """
    with moves as (
        select *, lag(status) over (partition by ticket_id order by position) as previous from files_snapshots
    )
    select count(*), count(distinct ticket_id) from moves
    where previous in ('solved', 'closed') and status not in ('solved', 'closed')
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason=f"no public logs at {DATA}")]
Query = Callable[[str], list[tuple[object, ...]]]


def loaded(home: Path, log: str) -> tuple[list[tuple[int, ...]], Query]:
    """Load a log twice; returns read, loaded, unchanged, superseded, quarantined of both runs, and how to ask raw."""
    mapping = ROOT / "config" / "mappings" / f"{log}.toml"
    counts = []
    for number in (1, 2):
        now = datetime(2026, 11, 20, number, tzinfo=UTC)
        [count] = load_files(
            read_mapping(mapping).source_name,
            [DATA / log],
            mapping,
            Settings(home=home),
            run_id=f"r{number}",
            now=now,
            progress=lambda _: None,
        )
        counts.append(astuple(count)[3:])

    def query(sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(home / "extract.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return counts, query


def test_uci_incident(tmp_path: Path) -> None:
    counts, query = loaded(tmp_path, "uci_incident")
    assert counts == [(141_712, 141_707, 0, 0, 5), (141_712, 0, 141_707, 0, 5)]
    assert query("select count(*), count(distinct ticket_id), max(position) from files_snapshots") == [
        (141_707, 24_918, 58)
    ]
    assert query(LEFT) == [(331, 275)]
    where = "[status] in " + str(ROOT / "config" / "mappings" / "uci_incident.toml")
    assert query("select reason, count(*), max(run_id) from files_quarantine group by 1") == [
        (f"status '-100' is not mapped; add it under {where}", 5, "r2")
    ]
    columns = "occurred_at::varchar, created_at::varchar, status, team_id, agent_id, category, priority, channel"
    assert query(f"select {columns} from files_snapshots where ticket_id = '0000045' and position = 2") == [
        ("2016-02-29 08:53:00", "2016-02-29 01:16:00", "solved", "56", None, "55", "normal", "phone")
    ]


def test_italian_helpdesk(tmp_path: Path) -> None:
    counts, query = loaded(tmp_path, "italian_helpdesk")
    assert counts == [(21_348, 21_348, 0, 0, 0), (21_348, 0, 21_348, 0, 0)]
    assert query("select count(distinct ticket_id), count(distinct agent_id) from files_snapshots") == [(4_580, 22)]
    assert query("select subject, count(*) from files_snapshots where status = 'solved' group by 1") == [
        ("Resolve ticket", 4_983)
    ]
    first = "select occurred_at::varchar from files_snapshots where ticket_id = 'Case 1' order by position"
    assert query(first)[0] == ("2012-10-09 12:50:17",)  # 14:50:17 in Rome, in summer
