"""What the telephone and chat desk recorded of its agents: serving, waiting, away."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from etl.demo.columns import instants
from etl.demo.desk import EVENING, FRONT
from etl.demo.lives import Desk
from etl.demo.rosters import OVERTIME, TICKETS, Spells
from etl.demo.window import DAY, Ints
from etl.demo.worktime import WorkTime

RECORDED_DAYS: Final = 180  # the telephone desk keeps half a year
STATUSES: Final = ("handling", "available", "away")


def status_columns(desk: Desk) -> dict[str, pa.Array]:
    """Return the columns of ``agent_statuses``: the last half year of the teams with a telephone desk."""
    recorded, until = _recorded(desk), desk.window.until
    duty = recorded.where((recorded.activity == TICKETS) | (recorded.activity == OVERTIME))
    available = _free(duty, _served(desk), len(desk.people))
    handling = _free(duty, available, len(desk.people))
    away = recorded.where((recorded.activity != TICKETS) & (recorded.activity != OVERTIME))
    parts = (handling, available, away)
    agent, starts, ends = (np.concatenate([getattr(p, n) for p in parts]) for n in ("agent", "starts", "ends"))
    status = np.repeat(np.arange(3), [len(p.agent) for p in parts])
    order = np.lexsort((agent, starts))
    return {
        "agent_id": pa.array(desk.people.ids()).take(pa.array(agent[order])),
        "started_at": instants(starts[order]),
        "ended_at": instants(ends[order], ends[order] >= until),
        "status": pa.array(STATUSES).take(pa.array(status[order])),
    }


def _recorded(desk: Desk) -> Spells:
    """Return what was planned and worked in the recorded time, cut off now."""
    spells, until = desk.spells, desk.window.until
    at_the_desk = np.isin([p.team for p in desk.people.persons], (FRONT, EVENING))
    since = until - RECORDED_DAYS * DAY
    kept = spells.where(at_the_desk[spells.agent] & (spells.starts >= since) & (spells.starts < until))
    return Spells(kept.agent, kept.starts, np.minimum(kept.ends, until), kept.activity)


def _served(desk: Desk) -> Spells:
    """Return the pieces of work of the agents as spells, waiting for the next working hour included."""
    w = desk.touches
    return Spells(w.agent, w.start, np.maximum(w.finish, w.start), w.kind)


def _free(working: Spells, busy: Spells, agents: int) -> Spells:
    """Return the working spells without the busy ones."""
    free = WorkTime.of(working, busy, agents)
    starts, ends = free.starts, free.starts + free.lengths
    idle: Ints = np.zeros(len(starts), dtype=np.int64)
    return Spells(free.agent, starts, ends, idle)
