"""When each touch happens: agents serve one ticket after another, in the time calls and chats leave them."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.demo.cast import Cast
from etl.demo.live import Sessions
from etl.demo.people import People
from etl.demo.rosters import Spells
from etl.demo.shifts import Grid
from etl.demo.tickets import Tickets
from etl.demo.touches import Touches
from etl.demo.window import DAY, NEVER, Ints
from etl.demo.worktime import WorkTime, serve

AWAY: Final = 4 * DAY  # longer than any weekend: then a colleague takes over


def settle(touches: Touches, work: WorkTime, cast: Cast, rounds: int, rng: np.random.Generator) -> None:
    """Fill agents and instants of all touches.

    A later touch is ready only when the earlier one is done and answered, which depends on the
    queue, which depends on what is ready: a few rounds in which readiness only moves later.
    """
    first = touches.is_first
    previous = np.maximum(np.arange(len(touches)) - 1, 0)
    _find(touches, np.flatnonzero(touches.chosen == -1), cast.grid, rng)
    deferred = np.flatnonzero(~touches.is_live)
    for round_ in range(rounds):
        touches.agent = _inherit(touches.chosen)
        begun = _serve(touches, deferred, work)
        if round_ < rounds - 2:  # the last rounds leave people where they are
            waiting = deferred[(begun - touches.ready[deferred] > AWAY) & (touches.ready[deferred] < cast.window.until)]
            _find(touches, waiting, cast.grid, rng)
        if round_ < rounds - 1:
            earliest = np.minimum(touches.settled[previous] + touches.delay, NEVER)
            touches.ready = np.where(first, touches.ready, np.maximum(touches.ready, earliest))


def _find(touches: Touches, rows: Ints, grid: Grid, rng: np.random.Generator) -> None:
    """Give touches to somebody of the team who is at work a little after they are ready."""
    soon = grid.later(touches.team[rows], touches.ready[rows], np.full(len(rows), 4.0))
    found = grid.pick(touches.team[rows], soon, rng.random(len(rows)))
    touches.chosen[rows] = np.where(found >= 0, found, touches.chosen[rows])
    touches.chosen[rows[touches.chosen[rows] == -1]] = -2


def _inherit(chosen: Ints) -> Ints:
    """Return the agent of each touch: its own, or that of the touch before."""
    known = np.maximum.accumulate(np.where(chosen >= 0, np.arange(len(chosen)), 0))
    return chosen[known]


def _serve(touches: Touches, rows: Ints, work: WorkTime) -> Ints:
    agent, seconds = touches.agent[rows], touches.seconds[rows]
    position = work.work(agent, np.minimum(touches.ready[rows], NEVER))
    done = serve(agent, position, seconds)
    touches.start[rows] = work.begin(agent, done - seconds)
    touches.middle[rows] = work.end(agent, done - seconds // 2)
    touches.finish[rows] = work.end(agent, done)
    return touches.start[rows]


def work_time(working: Spells, tickets: Tickets, sessions: Sessions, people: People) -> WorkTime:
    """Return what calls and chats leave of everybody's working time."""
    agent = tickets.agent[sessions.ticket]
    busy = Spells(agent, sessions.answered, sessions.free_again, np.zeros(len(agent), dtype=np.int64))
    return WorkTime.of(working, busy, len(people))


def happened(touches: Touches) -> Touches:
    """Return the touches that do happen in order; what a round left out of order is cut off with all that follows."""
    previous = np.maximum(np.arange(len(touches)) - 1, 0)
    broken = ~touches.is_first & (touches.start < touches.settled[previous] + 60)
    broken |= touches.finish >= NEVER
    count = np.cumsum(broken)
    base = np.maximum.accumulate(np.where(touches.is_first, np.arange(len(touches)), 0))
    kept = touches.take((count - count[base] + broken[base]) == 0)
    # The requester's message lies between what was done and what answers it.
    earlier = kept.settled[np.maximum(np.arange(len(kept)) - 1, 0)]
    late = ~kept.is_first & ((kept.ready <= earlier) | (kept.ready > kept.start))
    kept.ready = np.where(late, (earlier + kept.start) // 2, kept.ready)
    return kept
