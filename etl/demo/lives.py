"""From arrivals to finished timelines: who takes each ticket, what follows from it, what it leads to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from etl.demo.arrivals import arrive
from etl.demo.customers import Customers
from etl.demo.desk import EMAIL, URGENT, WEB
from etl.demo.live import Sessions, answer
from etl.demo.outcomes import Outcomes, decide, median_minutes
from etl.demo.people import People
from etl.demo.planted import BUSY_LOAD, Planted
from etl.demo.queueing import balance, happened, settle, work_time
from etl.demo.rosters import Spells
from etl.demo.shifts import Grid, ticket_time
from etl.demo.tickets import Tickets
from etl.demo.touches import SOLVED, Touches, plan
from etl.demo.window import DAY, HOUR, MINUTE, NEVER, Ints, Window, lognormal
from etl.demo.worktime import WorkTime

QUEUE_HOURS: Final = 0.55  # median staffed hours until somebody picks up a written ticket
PRIORITY_QUEUE: Final = np.array([1.6, 1.0, 0.5, 0.15])  # low … urgent
WORK_PER_TICKET: Final = 1.4  # all touches against the first contact
DUPLICATES: Final = 0.014
REPEAT_YIELD: Final = 1.066  # tickets in the end for one that arrives by itself


@dataclass
class Desk:
    """Everything the simulation knows when it is done."""

    window: Window
    planted: Planted
    people: People
    customers: Customers
    spells: Spells
    grid: Grid
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


def live_through(
    size: int,
    window: Window,
    planted: Planted,
    people: People,
    customers: Customers,
    spells: Spells,
    grid: Grid,
    rng: np.random.Generator,
) -> Desk:
    """Return ``size`` tickets with all their touches."""
    working = ticket_time(spells)
    tickets = arrive(int(size / REPEAT_YIELD * 1.03) + 40, window, planted, customers, grid, rng)
    sessions = answer(tickets, people, planted, grid, rng)
    work = work_time(working, tickets, sessions, people)
    _queue_up(tickets, people, planted, customers, grid, work, rng)
    outcomes = decide(tickets, people, planted, customers, rng)
    touches = plan(tickets, outcomes, sessions, rng)
    settle(touches, work, grid, window, 4, rng)
    again = _repeats(tickets, outcomes, touches, window, rng)
    _queue_up(again, people, planted, customers, grid, work, rng)
    later = decide(again, people, planted, customers, rng)
    later.is_repeated[:] = False
    more = plan(again, later, _nobody(), rng)
    more.ticket += len(tickets)
    touches, tickets = touches.plus(more), tickets.plus(again)
    for f in fields(Outcomes):
        setattr(outcomes, f.name, np.concatenate([getattr(outcomes, f.name), getattr(later, f.name)]))
    settle(touches, work, grid, window, 7, rng)
    desk = Desk(window, planted, people, customers, spells, grid, tickets, outcomes, happened(touches), sessions)
    _begin_outbound(desk)
    return _keep(desk, size, rng)


def _queue_up(
    tickets: Tickets,
    people: People,
    planted: Planted,
    customers: Customers,
    grid: Grid,
    work: WorkTime,
    rng: np.random.Generator,
) -> None:
    """Choose who takes each written ticket and when it reaches them."""
    rows = np.flatnonzero(tickets.is_human & (tickets.agent < 0))
    team = tickets.team[rows]
    usual_staff = np.array([on.sum(axis=1)[on.any(axis=1)].mean() for on in grid.on])
    hours = np.exp(np.log(QUEUE_HOURS) + 0.9 * rng.standard_normal(len(rows))) * PRIORITY_QUEUE[tickets.priority[rows]]
    leaving = customers.is_leaving(tickets.organization[rows]) & (tickets.created[rows] >= planted.leaving_from)
    hours *= np.where(leaving, 4.0, 1.0) * np.where(tickets.is_outbound[rows], 0.1, 1.0)
    astray = tickets.first_team[rows] != team
    hours += np.where(astray, 1.5, 0.0)
    pickup = grid.later(team, tickets.created[rows], hours * usual_staff[team])
    rank = np.empty(len(rows), dtype=np.int64)
    rank[np.lexsort((pickup, team))] = np.arange(len(rows))
    luck = (rank * 0.6180339887 + 0.1 * rng.random(len(rows))) % 1  # in turn, so that nobody gets a heap
    agent = grid.pick(team, pickup, luck)
    there = np.flatnonzero(agent >= 0)
    expected = tickets.take(rows[there])
    expected.agent = agent[there]
    seconds = (WORK_PER_TICKET * 60 * median_minutes(expected, people, planted)).astype(np.int64)
    agent[there] = balance(team[there], pickup[there], agent[there], seconds, work, grid, rng)
    busy = _to_busy(agent, team, pickup, people, planted, grid, rng)
    tickets.agent[rows] = np.where(busy, people.busy, agent)
    tickets.pickup[rows] = np.where(agent < 0, NEVER, pickup)


def _to_busy(
    agent: Ints, team: Ints, pickup: Ints, people: People, planted: Planted, grid: Grid, rng: np.random.Generator
) -> np.ndarray:
    """Return which tickets go to the busy agent on top of their own share."""
    own = people.persons[people.busy].team
    column = int(np.flatnonzero(grid.members[own] == people.busy)[0])
    here = grid.on[own][grid.slot(pickup), column] & (team == own) & (pickup >= planted.busy)
    staff = np.maximum(grid.on[own][grid.slot(pickup)].sum(axis=1), 1)
    # Written tickets only are steered, so their share must rise by more than the whole load does.
    extra = 1.6 * (BUSY_LOAD - 1) / staff
    return np.asarray(here & (agent >= 0) & (rng.random(len(agent)) < extra), dtype=bool)


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
    keep[rng.permutation(plain)[:surplus]] = False
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
