"""Idle shares of two public logs, and where tickets stand in them, are what pm4py finds in the files, read by hand."""

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
from metrics import Question, Scope, ask
from metrics.process_map import NO_TEAM, process_map
from metrics.published import current_build
from tests.support.public_logs import DATA, ITALIAN, UCI

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DATA.is_dir(), reason=f"no public logs at {DATA}")]

DAY_SECONDS = 8 * 3600
# Without a schedule of their own, Monday to Friday from 9 to 17 UTC: seconds since the week began.
OPEN = [(day * 86400 + 9 * 3600, day * 86400 + 17 * 3600) for day in range(5)]
NOBODY, SOMEBODY = "nobody", "somebody"


@pytest.fixture(scope="module")
def pm4py() -> Any:
    """The miner, brought in only here: it takes more than a second to import."""
    return pytest.importorskip("pm4py")


def italian() -> pd.DataFrame:
    """Return the rows of the Italian log in file order: ``ticket, at, status, team, agent``; times are UTC."""
    rows = pd.read_csv(ITALIAN.paths[0], dtype=str)
    local = pd.to_datetime(rows["Complete Timestamp"], format="%Y/%m/%d %H:%M:%S.%f").dt.tz_localize(
        "Europe/Rome", ambiguous=[True] * len(rows)
    )
    return _told(rows, ITALIAN, "Case ID", "Activity", "support_section", "Resource").assign(
        at=local.dt.tz_convert("UTC").dt.tz_localize(None)
    )


def uci() -> pd.DataFrame:
    """Return the rows of the UCI log likewise; each ticket has one more in front, of its opening."""
    rows = pd.read_csv(UCI.paths[0], dtype=str).replace("?", None)
    rows = rows[rows["ident_state"] != "-100"]
    told = _told(rows, UCI, "number", "ident_state", "assignment_group", "assigned_to").assign(
        at=pd.to_datetime(rows["sys_updated_at"], format="%d/%m/%Y %H:%M"),
        opened=pd.to_datetime(rows["opened_at"], format="%d/%m/%Y %H:%M"),
    )
    opened = told.groupby("ticket", as_index=False, sort=False)["opened"].min()
    first = opened.assign(at=opened["opened"], status="new")
    return pd.concat([first, told], ignore_index=True).drop(columns="opened")


def _told(rows: pd.DataFrame, source: FileSource, ticket: str, status: str, team: str, agent: str) -> pd.DataFrame:
    words = tomllib.loads(Path(source.mapping).read_text(encoding="utf-8"))["status"]
    return pd.DataFrame(
        {
            "ticket": rows[ticket],
            "status": rows[status].map(words).replace("", None),
            "team": rows[team],
            "agent": rows[agent],
        }
    )


def in_order(told: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by ticket in the file's order, at no instant before the row above."""
    rows = told.sort_values("ticket", kind="stable", ignore_index=True)
    tickets = rows["ticket"]
    status = rows["status"].groupby(tickets).ffill().fillna("new")
    return rows.assign(status=status, at=rows["at"].groupby(tickets).cummax())


def gaps(pm4py: Any, rows: pd.DataFrame, activity: str) -> dict[tuple[str, str], list[float]]:
    """Return pm4py's business seconds from each row to its ticket's next, by what both are."""
    # Rows are in the order that counts already, as pm4py's other entries would not leave them.
    from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

    found = get_dfg_graph(
        rows,
        measure="performance",
        activity_key=activity,
        case_id_glue="ticket",
        timestamp_key="at",
        perf_aggregation_key="raw_values",
        sort_caseid_required=False,
        sort_timestamp_along_case_id=False,
        business_hours=True,
        business_hours_slot=OPEN,
    )
    return dict(found)


def idle_and_life(pm4py: Any, rows: pd.DataFrame) -> tuple[float, float]:
    """Return the business seconds idle and in all, up to the first solve of every solved ticket."""
    tickets, solved = rows["ticket"], rows["status"].isin(["solved", "closed"])
    solves = solved.groupby(tickets).cumsum()
    until_solved = rows[((solves == 0) | (solved & (solves == 1))) & solved.groupby(tickets).transform("any")]
    holders = until_solved.assign(holder=until_solved["agent"].isna().map({True: NOBODY, False: SOMEBODY}))
    idle = life = 0.0
    for (holder, _), seconds in gaps(pm4py, holders, "holder").items():
        life += sum(seconds)
        idle += sum(gap if holder == NOBODY else max(gap - DAY_SECONDS, 0) for gap in seconds)
    return idle, life


def stood(pm4py: Any, rows: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return the seconds tickets stood in each status with each team before they moved on."""
    station = rows["status"] + "|" + rows["team"].fillna(NO_TEAM)
    moved = rows.assign(station=station)[station != station.groupby(rows["ticket"]).shift()]
    found, _, _ = pm4py.discover_performance_dfg(
        moved.reset_index(drop=True), activity_key="station", timestamp_key="at", case_id_key="ticket"
    )
    seconds: dict[tuple[str, str], float] = {}
    for (before, _), told in found.items():
        status, team = before.split("|")
        seconds[status, team] = seconds.get((status, team), 0) + told["sum"]
    return {key: total for key, total in seconds.items() if total}


def of_map(settings: Settings) -> dict[tuple[str, str], float]:
    arrows = process_map(date(1990, 1, 1), date(2030, 1, 1), Scope.everything(), current_build(settings))
    totals = arrows.groupby(["from_status", "from_team"])["total_seconds"].sum()
    return {(str(status), str(team).split(":")[-1]): float(total) for (status, team), total in totals.items() if total}


@pytest.mark.parametrize(("source", "read"), [(ITALIAN, italian), (UCI, uci)], ids=["italian", "uci"])
def test_tickets_idle_where_pm4py_says(
    source: FileSource, read: Callable[[], pd.DataFrame], pm4py: Any, public_log: Callable[[FileSource], Settings]
) -> None:
    settings, rows = public_log(source), in_order(read())
    idle, life = idle_and_life(pm4py, rows)
    told = ask(Question(("idle_share",)), Scope.everything(), current_build(settings)).iloc[0]
    # To the second: both clocks are whole seconds, as these logs are.
    assert (told["numerator"], told["denominator"]) == (idle, life)
    assert of_map(settings) == stood(pm4py, rows)
    # Were a ticket without an agent still its last agent's, these would not agree.
    kept = rows.assign(agent=rows["agent"].groupby(rows["ticket"]).ffill())
    assert (idle_and_life(pm4py, kept)[0] == idle) == (source is ITALIAN)
