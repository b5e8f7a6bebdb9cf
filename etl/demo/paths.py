"""What automating a topic would have saved, as the simulation knows it: what the audit of topics is held to."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from etl.demo.desk import CATEGORIES
from etl.demo.lives import Desk
from etl.demo.touches import ESCALATE, REPLY, Touches
from etl.demo.window import DAY, NEVER, Floats

AUDITED_DAYS: Final = 90


def paths_of(desk: Desk) -> dict[str, dict[str, float]]:
    """Return tickets and hours by automatable category: what one reply of one person settled in the last 90 days."""
    t, w = desk.tickets, desk.touches
    size = len(t)
    replies = np.bincount(w.ticket[w.kind == REPLY], minlength=size)
    detours = np.bincount(w.ticket[(w.kind == ESCALATE) | w.is_return], minlength=size)
    before = np.maximum(np.arange(len(w)) - 1, 0)
    handoffs = np.bincount(w.ticket[~w.is_first & (w.agent != w.agent[before])], minlength=size)
    seconds = np.bincount(w.ticket, weights=_own_seconds(w), minlength=size)
    on_path = (replies == 1) & (detours == 0) & (handoffs == 0) & (desk.first_solve()[0] < NEVER)
    on_path &= t.is_human & ~t.is_outbound & (t.created > desk.window.until - AUDITED_DAYS * DAY)
    told: dict[str, Any] = {}
    for number, category in enumerate(CATEGORIES):
        if category.is_automatable:
            rows = on_path & (t.category == number)
            told[category.name] = {"tickets": int(rows.sum()), "hours": round(float(seconds[rows].sum()) / 3600, 2)}
    return told


def _own_seconds(touches: Touches) -> Floats:
    """Return how much of an agent's time each touch took: chats that go on at once share the minute."""
    seconds = touches.seconds.astype(np.float64)
    live = np.flatnonzero(touches.is_live)
    agent = np.tile(touches.agent[live], 2)
    at = np.concatenate([touches.start[live], touches.finish[live]])
    step = np.repeat([1, -1], len(live))
    order = np.lexsort((step, at, agent))
    going_on = np.cumsum(step[order])[:-1]  # between one such moment and the next; nothing goes on between agents
    passed = np.where(going_on > 0, np.diff(at[order]) / np.maximum(going_on, 1), 0.0)
    taken = np.empty(len(order))
    taken[order] = np.append(0.0, np.cumsum(passed))
    seconds[live] = taken[len(live) :] - taken[: len(live)]
    return seconds
