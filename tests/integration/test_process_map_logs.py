"""The process map of two public logs is the one pm4py finds in the same files, read here by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from config.settings import Settings
from etl.pipeline import FileSource
from metrics import Scope
from metrics.process_map import process_map
from metrics.published import current_build
from tests.support.public_logs import DATA, ITALIAN, UCI

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason=f"no public logs at {DATA}")]


@pytest.fixture(scope="module")
def pm4py() -> Any:
    """The miner, brought in only here: it takes more than a second to import."""
    return pytest.importorskip("pm4py")


def moves(settings: Settings) -> pd.DataFrame:
    """Return the map's arrows between statuses, and by status the seconds spent before leaving it."""
    arrows = process_map(date(1990, 1, 1), date(2030, 1, 1), Scope.everything(), current_build(settings))
    # pm4py is told of statuses only: a change of team is no move there, but its time is time in the status.
    return arrows.groupby(["from_status", "to_status"], as_index=False)[["moves", "total_seconds"]].sum()


def statuses(rows: pd.DataFrame, source: FileSource, status: str, ticket: str) -> pd.DataFrame:
    """Return the log as statuses: what moves nothing left out, repeats of a status joined, a new ticket first."""
    words = tomllib.loads(Path(source.mapping).read_text(encoding="utf-8"))["status"]
    told = rows.assign(status=rows[status].map(words))
    told = told[told["status"].fillna("") != ""]
    first = rows.drop_duplicates(ticket).assign(status="new")
    whole = pd.concat([first, told]).sort_values("nth", kind="stable")
    whole = whole.sort_values(ticket, kind="stable")
    return whole[whole["status"] != whole.groupby(ticket)["status"].shift()]


def counted(pm4py: Any, log: pd.DataFrame, ticket: str, at: str) -> dict[tuple[str, str], int]:
    """Return pm4py's directly-follows graph."""
    graph, _, _ = pm4py.discover_dfg(log, activity_key="status", timestamp_key=at, case_id_key=ticket)
    return dict(graph)


def of_map(arrows: pd.DataFrame) -> dict[tuple[str, str], int]:
    moved = arrows[arrows["from_status"] != arrows["to_status"]]
    return {(row.from_status, row.to_status): int(row.moves) for row in moved.itertuples()}


def test_italian_tickets_move_as_pm4py_says(pm4py: Any, public_log: Callable[[FileSource], Settings]) -> None:
    rows = pd.read_csv(ITALIAN.paths[0], dtype=str)
    rows = rows.assign(
        nth=range(len(rows)), at=pd.to_datetime(rows["Complete Timestamp"], format="%Y/%m/%d %H:%M:%S.%f")
    )
    log = statuses(rows, ITALIAN, "Activity", "Case ID")
    arrows = moves(public_log(ITALIAN))
    assert of_map(arrows) == counted(pm4py, log, "Case ID", "at")
    spent, _, _ = pm4py.discover_performance_dfg(log, activity_key="status", timestamp_key="at", case_id_key="Case ID")
    seconds = {"open": 0.0, "pending": 0.0, "hold": 0.0}
    for (before, _), told in spent.items():
        if before in seconds:
            seconds[before] += told["sum"]
    found = arrows.groupby("from_status")["total_seconds"].sum()
    for status, expected in seconds.items():  # two clock changes a year lie between local times and instants
        assert found[status] == pytest.approx(expected, rel=0.002), status


def test_uci_incidents_move_as_pm4py_says(pm4py: Any, public_log: Callable[[FileSource], Settings]) -> None:
    rows = pd.read_csv(UCI.paths[0], dtype=str)
    rows = rows.assign(nth=range(len(rows)))
    log = statuses(rows, UCI, "ident_state", "number")
    # The order of a ticket's rows is the file's; sorted by time some would move otherwise.
    log = log.assign(order=pd.Timestamp("2026-01-01") + pd.to_timedelta(range(len(log)), "s"))
    assert of_map(moves(public_log(UCI))) == counted(pm4py, log.reset_index(drop=True), "number", "order")
