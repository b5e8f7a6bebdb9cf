"""Who takes each written ticket, and when it reaches them."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.demo.cast import Cast
from etl.demo.desk import CATEGORY, SELF_SERVICE, TECHNICAL
from etl.demo.outcomes import median_minutes
from etl.demo.planted import BUSY_LOAD
from etl.demo.tickets import Tickets
from etl.demo.window import DAY, HOUR, MINUTE, NEVER, Bools, Floats, Ints
from etl.demo.worktime import WorkTime, serve

QUEUE_HOURS: Final = 0.4  # median staffed hours until somebody picks up a written ticket
PRIORITY_QUEUE: Final = np.array([1.6, 1.0, 0.5, 0.15])  # low … urgent
WORK_PER_TICKET: Final = 1.4  # all touches against the first contact
BALANCING: Final = 6  # rounds
SILO: Final = CATEGORY["API and webhooks"]  # a category that rests on one person


def queue_up(tickets: Tickets, cast: Cast, work: WorkTime, rng: np.random.Generator) -> None:
    """Fill agent and pickup of the written tickets that have none."""
    rows = np.flatnonzero(tickets.is_human & (tickets.agent < 0))
    some = tickets.take(rows)
    usual_staff = np.array([on.sum(axis=1)[on.any(axis=1)].mean() for on in cast.grid.on])
    some.pickup = cast.grid.later(some.team, some.created, _hours(some, cast, rng) * usual_staff[some.team])
    seen_by_bot = np.where(some.channel == SELF_SERVICE, 6 * MINUTE, 0)
    some.pickup = np.maximum(some.pickup, some.created + seen_by_bot)
    rank = np.empty(len(rows), dtype=np.int64)
    rank[np.lexsort((some.pickup, some.team))] = np.arange(len(rows))
    luck = (rank * 0.6180339887 + 0.1 * rng.random(len(rows))) % 1  # in turn, so that nobody gets a heap
    some.agent = cast.grid.pick(some.team, some.pickup, luck)
    there = np.flatnonzero(some.agent >= 0)
    some.agent[there] = _balance(some.take(there), cast, work, rng)
    _to_expert(some, cast)
    some.agent[_to_busy(some, cast, rng)] = cast.people.busy
    tickets.agent[rows] = some.agent
    tickets.pickup[rows] = np.where(some.agent < 0, NEVER, some.pickup)


def _hours(some: Tickets, cast: Cast, rng: np.random.Generator) -> Floats:
    """Return staffed hours until pickup: shorter for the urgent, longer for those who are about to leave."""
    hours = QUEUE_HOURS * np.exp(0.9 * rng.standard_normal(len(some))) * PRIORITY_QUEUE[some.priority]
    leaving = cast.customers.is_leaving(some.organization) & (some.created >= cast.planted.leaving_from)
    hours *= np.where(leaving, 6.0, 1.0) * np.where(some.is_outbound, 0.1, 1.0)
    return np.asarray(hours + np.where(some.first_team != some.team, 1.5, 0.0), dtype=np.float64)


def _balance(some: Tickets, cast: Cast, work: WorkTime, rng: np.random.Generator) -> Ints:
    """Return agents after people with a short queue took tickets over from people with a long one."""
    seconds = (WORK_PER_TICKET * 60 * median_minutes(some, cast.people, cast.planted)).astype(np.int64)
    spell = (some.pickup - cast.grid.start) // (4 * HOUR)
    spells = int(spell.max(initial=0)) + 1
    agent = some.agent.copy()
    for _ in range(BALANCING):
        done = serve(agent, work.work(agent, some.pickup), seconds)
        wait = np.clip(work.begin(agent, done - seconds) - some.pickup, 0, 10 * DAY)
        bucket = agent * spells + spell
        count = np.bincount(bucket, minlength=len(work.total) * spells)
        level = np.bincount(bucket, weights=wait, minlength=len(count)) / np.maximum(count, 1)
        other = cast.grid.pick(some.team, some.pickup, rng.random(len(some)))
        shorter = level[other * spells + spell] < 0.7 * level[bucket]
        swap = shorter & (other >= 0) & (wait > 20 * MINUTE) & (rng.random(len(some)) < 0.35)
        agent = np.where(swap, other, agent)
    return agent


def _to_expert(some: Tickets, cast: Cast) -> None:
    """Keep one category for the person who knows it, whose other tickets colleagues take."""
    expert, team = cast.people.expert, TECHNICAL
    column = int(np.flatnonzero(cast.grid.members[team] == expert)[0])
    shift = cast.grid.on[team][:, column]
    near = np.zeros(len(some), dtype=bool)  # it waits for them some hours
    for hours in (-3, 0, 3, 6):
        near |= shift[cast.grid.slot(some.pickup + hours * HOUR)]
    luck = np.arange(len(some)) * 0.7548776662 % 1
    own = (some.team == team) & (some.agent >= 0)
    given = np.flatnonzero(own & (some.agent == expert) & (some.category != SILO) & (luck < 0.7))
    others = cast.grid.pick(some.team[given], some.pickup[given], np.asarray(luck[given] / 0.7, dtype=np.float64))
    some.agent[given] = np.where(others >= 0, others, expert)
    some.agent[own & near & (some.category == SILO)] = expert


def _to_busy(some: Tickets, cast: Cast, rng: np.random.Generator) -> Bools:
    """Return which tickets go to the busy agent on top of their own share."""
    own = cast.people.persons[cast.people.busy].team
    on = cast.grid.on[own][cast.grid.slot(some.pickup)]
    column = int(np.flatnonzero(cast.grid.members[own] == cast.people.busy)[0])
    here = on[:, column] & (some.team == own) & (some.pickup >= cast.planted.busy) & (some.agent >= 0)
    # Written tickets only are steered, so their share must rise by more than the whole load does.
    extra = 1.6 * (BUSY_LOAD - 1) / np.maximum(on.sum(axis=1), 1)
    return np.asarray(here & (rng.random(len(some)) < extra), dtype=bool)
