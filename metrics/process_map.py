"""The process map: how tickets move between statuses and teams, and how long they stand before each move.

An arrow goes from one spell of a ticket (``fct_status_interval``: a status, held by a team) to the next, and carries
the time spent in the first. Spells that differ in the agent only are one station.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Select, and_, case, func, literal, or_, select

from metrics.kinds import ANY_TICKET
from metrics.published import Build
from metrics.query import Statement
from metrics.scope import Scope
from metrics.warehouse import dim_team, fct_status_interval, fct_ticket

NO_TEAM = "no team"
COLUMNS = ("from_status", "from_team", "to_status", "to_team", "moves", "median_seconds", "total_seconds")


def process_statement(since: date, until: date, scope: Scope) -> Statement:
    """Return the statement of every arrow of tickets created in the span (days of the reporting zone, inclusive).

    Columns: ``COLUMNS``. A viewer of some teams sees the arrows that leave those teams. Raises ``OutOfScope``.
    """
    scope.refuse_nobody()
    i, t = fct_status_interval.c, fct_ticket.c
    counted: Any = and_(*(~step.leaves for step in ANY_TICKET))
    spells = (
        select(
            i.ticket_key,
            i.interval_number,
            i.status,
            func.coalesce(i.team_key, literal("")).label("team_key"),
            i.started_at,
            func.lag(i.status).over(**_life()).label("status_before"),
            func.lag(func.coalesce(i.team_key, literal(""))).over(**_life()).label("team_before"),
        )
        .select_from(fct_status_interval.join(fct_ticket, t.ticket_key == i.ticket_key))
        .where(counted, t.created_local_at >= _midnight(since), t.created_local_at < _midnight(until, 1))
        .subquery("spells")
    )
    s = spells.c
    arrived = or_(s.status_before.is_(None), s.status != s.status_before, s.team_key != s.team_before)
    stations = select(
        s.ticket_key,
        s.status,
        s.team_key,
        s.started_at,
        func.lead(s.status).over(partition_by=s.ticket_key, order_by=s.interval_number).label("next_status"),
        func.lead(s.team_key).over(partition_by=s.ticket_key, order_by=s.interval_number).label("next_team_key"),
        func.lead(s.started_at).over(partition_by=s.ticket_key, order_by=s.interval_number).label("left_at"),
    ).where(arrived)
    return _arrows(stations, scope)


def _arrows(stations: Select[Any], scope: Scope) -> Select[Any]:
    s = stations.subquery("stations").c
    spent = func.seconds_between(s.started_at, s.left_at)
    left, reached = dim_team.alias("team_left"), dim_team.alias("team_reached")
    moves = select(
        s.status.label("from_status"),
        _named(left).label("from_team"),
        s.next_status.label("to_status"),
        _named(reached).label("to_team"),
        spent.label("seconds"),
    ).select_from(
        s.status.table.outerjoin(left, left.c.team_key == s.team_key).outerjoin(
            reached, reached.c.team_key == s.next_team_key
        )
    ).where(s.next_status.is_not(None))  # fmt: skip
    if scope.teams is not None:
        moves = moves.where(s.team_key.in_(sorted(scope.teams)))
    m = moves.subquery("moves").c
    ends = [m.from_status, m.from_team, m.to_status, m.to_team]
    return (
        select(
            *ends,
            func.count().label("moves"),
            func.percentile_cont(0.5).within_group(m.seconds).label("median_seconds"),
            func.sum(m.seconds).label("total_seconds"),
        )
        .group_by(*ends)
        .order_by(func.sum(m.seconds).desc(), *ends)
    )


def _named(team: Any) -> Any:
    return case((team.c.team_key.is_(None), NO_TEAM), else_=func.coalesce(team.c.name, team.c.team_key))


def _life() -> dict[str, Any]:
    i = fct_status_interval.c
    return {"partition_by": i.ticket_key, "order_by": i.interval_number}


def _midnight(day: date, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time())


def process_map(since: date, until: date, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the arrows, those with most waiting first, with ``COLUMNS``; times are calendar seconds."""
    found = build.read(process_statement(since, until, scope))
    return found.astype({"moves": int, "median_seconds": float, "total_seconds": float})


def handoff_pairs(arrows: pd.DataFrame) -> pd.DataFrame:
    """Return which team hands over to which, most often first: ``from_team, to_team, moves, mean_seconds``.

    ``mean_seconds`` is how long the ticket had stood where it was before.
    """
    known = arrows[(arrows["from_team"] != NO_TEAM) & (arrows["to_team"] != NO_TEAM)]
    handed = known[known["from_team"] != known["to_team"]]
    added = handed.groupby(["from_team", "to_team"], as_index=False)[["moves", "total_seconds"]].sum()
    told = added.assign(mean_seconds=added["total_seconds"] / added["moves"])
    order = ["moves", "from_team", "to_team"]
    ordered = told.sort_values(order, ascending=[False, True, True], ignore_index=True)
    return ordered[["from_team", "to_team", "moves", "mean_seconds"]]
