"""From arrivals to finished timelines: who takes each ticket, what follows from it, what it leads to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from etl.demo.arrivals import arrive
from etl.demo.cast import Cast
from etl.demo.desk import EMAIL, URGENT, WEB
from etl.demo.live import Sessions, answer
from etl.demo.outcomes import Outcomes, decide
from etl.demo.queueing import happened, settle, work_time
from etl.demo.routing import queue_up
from etl.demo.shifts import ticket_time
from etl.demo.tickets import Tickets
from etl.demo.touches import SOLVED, Touches, plan
from etl.demo.window import DAY, HOUR, MINUTE, NEVER, Ints, Window, lognormal

DUPLICATES: Final = 0.014
REPEAT_YIELD: Final = 1.066  # tickets in the end for one that arrives by itself


@dataclass
class Desk(Cast):
    """Everything the simulation knows when it is done."""

    tickets: Tickets
    outcomes: Outcomes
    touches: Touches
    sessions: Sessions

    def first_solve(self) -> tuple[Ints, Ints]:
        """Return for each ticket when people first solved it (``NEVER``: not yet) and who did (-1)."""
        at, who = np.full(len(self.tickets), NEVER), np.full(len(self.tickets), -1)
        w = self.touches
        done = np.flatnonzero((w.status == SOLVED) | w.gives_up)[::-1]  # the first is written last
        at[w.ticket[done]], who[w.ticket[done]] = w.settled[done], w.agent[done]
        past = at <= self.window.until
        return np.where(past, at, NEVER), np.where(past, who, -1)


def live_through(size: int, cast: Cast, rng: np.random.Generator) -> Desk:
    """Return ``size`` tickets with all their touches."""
    # More than wanted, as the last day is not over: what is too much is left out in the end.
    tickets = arrive(int(size / REPEAT_YIELD * (1.03 + 2.5 / cast.window.length_days)) + 40, cast, rng)
    sessions = answer(tickets, cast, rng)
    work = work_time(ticket_time(cast.spells), tickets, sessions, cast.people)
    queue_up(tickets, cast, work, rng)
    outcomes = decide(tickets, cast, rng)
    touches = plan(tickets, outcomes, sessions, rng)
    settle(touches, work, cast, 4, rng)
    again = _repeats(tickets, outcomes, touches, cast.window, rng)
    queue_up(again, cast, work, rng)
    later = decide(again, cast, rng)
    later.is_repeated[:] = False
    more = plan(again, later, _nobody(), rng)
    more.ticket += len(tickets)
    touches, tickets = touches.plus(more), tickets.plus(again)
    for f in fields(Outcomes):
        setattr(outcomes, f.name, np.concatenate([getattr(outcomes, f.name), getattr(later, f.name)]))
    settle(touches, work, cast, 7, rng)
    desk = Desk(**vars(cast), tickets=tickets, outcomes=outcomes, touches=happened(touches), sessions=sessions)
    _begin_outbound(desk)
    desk = _keep(desk, size, rng)
    _calm(desk)
    return desk


def _repeats(
    tickets: Tickets, outcomes: Outcomes, touches: Touches, window: Window, rng: np.random.Generator
) -> Tickets:
    """Return the tickets that repeat others: follow-ups after a solve, duplicates while still open."""
    solved = np.full(len(tickets), NEVER)
    done = np.flatnonzero((touches.status == SOLVED) | touches.gives_up)[::-1]
    solved[touches.ticket[done]] = touches.settled[done]  # the first solve is written last
    follow = np.flatnonzero(outcomes.is_repeated & (outcomes.reopens == 0) & (solved < window.until))
    written = tickets.is_human & ((tickets.channel == EMAIL) | (tickets.channel == WEB)) & (tickets.requester >= 0)
    double = np.flatnonzero(written & ~tickets.is_outbound & (rng.random(len(tickets)) < DUPLICATES))
    rows = np.concatenate([follow, double])
    gap = np.clip(lognormal(rng, 1.6 * DAY, 0.9, len(follow)), HOUR, 6.4 * DAY).astype(np.int64)
    early = lognormal(rng, 50 * MINUTE, 0.8, len(double))
    again = tickets.take(rows)
    again.created = np.concatenate([solved[follow] + gap, tickets.created[double] + early])
    again.pickup = again.created.copy()
    again.parent = rows
    again.channel = np.where(rng.random(len(rows)) < 0.6, EMAIL, WEB)
    again.agent[:] = -1
    again.first_team, again.priority = again.team.copy(), np.minimum(again.priority, URGENT - 1)
    again.raised_from[:], again.first_category[:] = -1, -1
    again.is_merged = (np.arange(len(rows)) >= len(follow)) & (rng.random(len(rows)) < 0.6)
    return again.take(again.created < window.until - HOUR // 2)


def _nobody() -> Sessions:
    none = np.zeros(0, dtype=np.int64)
    return Sessions(none, none, none, none, none)


def _begin_outbound(desk: Desk) -> None:
    """A ticket an agent opens exists from when the agent sits down to it."""
    first = desk.touches.take(desk.touches.is_first)
    opened = desk.tickets.is_outbound[first.ticket]
    desk.tickets.created[first.ticket[opened]] = first.start[opened]
    never = desk.tickets.is_outbound.copy()
    never[first.ticket] = False
    desk.tickets.created[never] = NEVER


def _calm(desk: Desk) -> None:
    """Nobody raises the priority of what is solved already."""
    t = desk.tickets
    late = (t.raised_from >= 0) & (t.raised_at >= desk.first_solve()[0])
    t.priority[late], t.raised_from[late] = t.raised_from[late], -1


def _keep(desk: Desk, size: int, rng: np.random.Generator) -> Desk:
    """Return the desk with exactly ``size`` tickets in order of creation: plain ones too many are left out."""
    tickets = desk.tickets
    keep = tickets.created <= desk.window.until
    keep &= (tickets.parent < 0) | keep[tickets.parent]
    linked = np.zeros(len(tickets), dtype=bool)
    linked[tickets.parent[tickets.parent >= 0]] = True
    plain = np.flatnonzero(keep & (tickets.parent < 0) & ~linked & ~desk.customers.is_leaving(tickets.organization))
    surplus = int(keep.sum()) - size
    if surplus < 0:
        raise ValueError(f"the simulation made {-surplus} tickets too few of {size}")
    other = np.setdiff1d(np.flatnonzero(keep & ~linked), plain)  # tiny demos have few plain ones
    keep[np.concatenate([rng.permutation(plain), rng.permutation(other)])[:surplus]] = False
    rows = np.flatnonzero(keep)
    rows = rows[np.argsort(tickets.created[rows], kind="stable")]
    new = np.full(len(tickets), -1, dtype=np.int64)
    new[rows] = np.arange(len(rows))
    for f in fields(Outcomes):
        setattr(desk.outcomes, f.name, getattr(desk.outcomes, f.name)[rows])
    desk.touches.ticket = new[desk.touches.ticket]
    touches = desk.touches.take(desk.touches.ticket >= 0)
    desk.touches = touches.take(np.lexsort((touches.sequence, touches.ticket)))
    met = new[desk.sessions.ticket] >= 0
    columns = {f.name: getattr(desk.sessions, f.name)[met] for f in fields(Sessions)}
    columns["ticket"] = new[columns["ticket"]]
    desk.sessions = Sessions(**columns)
    desk.tickets = tickets.only(rows)
    return desk
