"""The events of every ticket, from what was planned and when it happened."""

from __future__ import annotations

from typing import Final

import numpy as np

from etl.demo.desk import SELF_SERVICE
from etl.demo.lives import Desk
from etl.demo.log import (
    AGENT,
    AGENT_VALUE,
    BOT,
    CATEGORY_VALUE,
    PRIORITY_VALUE,
    REQUESTER,
    STATUS,
    SYSTEM,
    TEAM_VALUE,
    Events,
    Log,
)
from etl.demo.thanks import Thanks
from etl.demo.touches import CLOSE, ESCALATE, HOLD, NOTE, OPEN, PENDING, REPLY, SOLVED
from etl.demo.window import DAY, HOUR, MINUTE, Ints

CLOSES_AFTER: Final = 10 * DAY  # the system closes what stayed solved
LONG: Final = 12 * MINUTE  # a written contact above it leaves an internal note on the way
STATUS_OF: Final = np.array([STATUS["open"], STATUS["pending"], STATUS["hold"], STATUS["solved"]])


def write_events(desk: Desk, thanks: Thanks, rng: np.random.Generator) -> Events:
    """Return all events that have happened by now, ordered by ticket and time."""
    log = Log(desk.window)
    requester = _requester_actor(desk)
    _openings(desk, log, requester, rng)
    _assignments(desk, log)
    _work(desk, log, requester)
    _ends(desk, log, rng)
    _thank(thanks, log, requester)
    _bot_talk(desk, log, requester, rng)
    _changes(desk, log, rng)
    _merges(desk, log)
    return log.finish()


def _requester_actor(desk: Desk) -> Ints:
    known = desk.tickets.requester
    return np.where(known >= 0, len(desk.people) + 1 + known, -1)


def _openings(desk: Desk, log: Log, requester: Ints, rng: np.random.Generator) -> None:
    t = desk.tickets
    every = np.arange(len(t))
    mine = np.flatnonzero(~t.is_outbound)
    log.add(mine, t.created[mine], "created", REQUESTER, rank=0, actor=requester[mine])
    first = desk.touches.take(desk.touches.is_first)
    opened = first.take(t.is_outbound[first.ticket])
    log.add(opened.ticket, opened.start, "created", AGENT, rank=0, actor=opened.agent)
    seen = desk.tickets.handed_over + rng.integers(0, 4, len(t))
    routed = np.flatnonzero(~t.is_bot_only)
    by_bot = t.channel[routed] == SELF_SERVICE
    for mask, by, actor in ((by_bot, BOT, len(desk.people)), (~by_bot, SYSTEM, -1)):
        rows = routed[mask]
        log.add(rows, seen[rows], "team", by, rank=2, actor=actor, value=TEAM_VALUE + t.first_team[rows])
    astray = np.flatnonzero((t.first_team != t.team) & ~t.is_bot_only & ~t.is_spam)
    begun = np.full(len(t), 2**40)
    begun[first.ticket] = first.start
    at = np.minimum(seen + 10 * MINUTE + (every * 37) % (2 * HOUR), (seen + begun) // 2)[astray]
    log.add(astray, at, "team", SYSTEM, rank=2, value=TEAM_VALUE + t.team[astray])


def _assignments(desk: Desk, log: Log) -> None:
    """Say who holds the ticket: themselves when they begin, or the router when it reaches them."""
    t, w = desk.tickets, desk.touches
    first = w.is_first
    before = np.maximum(np.arange(len(w)) - 1, 0)
    changed = first | (w.agent != w.agent[before])
    outbound = t.is_outbound[w.ticket] & first
    routed = first & ~w.is_live & ~outbound & (w.ticket % 5 < 2) & (w.ready >= desk.tickets.handed_over[w.ticket] + 5)
    for mask, at, by in (
        (changed & ~routed & ~w.is_live, w.start + 1, AGENT),
        (routed, w.ready, SYSTEM),
        (w.is_live, w.start, SYSTEM),
    ):
        actor = w.agent[mask] if by == AGENT else -1
        log.add(w.ticket[mask], at[mask], "agent", by, rank=3, actor=actor, value=AGENT_VALUE + w.agent[mask])
    begins = first & (w.status != SOLVED)
    log.add(w.ticket[begins], w.start[begins] + 1, "status", AGENT, rank=4, actor=w.agent[begins], value=STATUS["open"])


def _work(desk: Desk, log: Log, requester: Ints) -> None:
    w = desk.touches
    before = np.maximum(np.arange(len(w)) - 1, 0)
    asked = np.flatnonzero(w.is_asked)
    log.add(w.ticket[asked], w.ready[asked], "message", REQUESTER, rank=5, actor=requester[w.ticket[asked]], public=1)
    closed_off = asked[w.status[before[asked]] != OPEN]
    log.add(w.ticket[closed_off], w.ready[closed_off], "status", SYSTEM, rank=6, value=STATUS["open"])
    technical_timer = w.team == 1
    noted = (w.kind == NOTE) | (w.kind == ESCALATE)
    log.add(w.ticket[noted], w.finish[noted] - 8, "message", AGENT, rank=7, actor=w.agent[noted], public=0)
    long = (w.kind == REPLY) & ~w.is_live & (w.seconds > LONG) & ~technical_timer
    log.add(w.ticket[long], w.middle[long], "message", AGENT, rank=7, actor=w.agent[long], public=0)
    replied = (w.kind == REPLY) & ~w.is_live
    log.add(w.ticket[replied], w.finish[replied] - 5, "message", AGENT, rank=8, actor=w.agent[replied], public=1)
    s = desk.sessions
    agent = desk.tickets.agent[s.ticket]
    for channel, what in ((1, "chat"), (2, "call")):
        m = desk.tickets.channel[s.ticket] == channel
        log.add(s.ticket[m], s.answered[m], what, AGENT, rank=8, actor=agent[m], duration=(s.talk + s.hold)[m])
    up = w.kind == ESCALATE
    log.add(w.ticket[up], w.finish[up], "escalated", AGENT, rank=9, actor=w.agent[up], value=TEAM_VALUE + 1)
    log.add(w.ticket[up], w.finish[up], "team", AGENT, rank=10, actor=w.agent[up], value=TEAM_VALUE + 1)


def _ends(desk: Desk, log: Log, rng: np.random.Generator) -> None:
    """The status each touch leaves, what the system solves, and what it closes."""
    w = desk.touches
    after = (w.kind == CLOSE) | ((w.kind == REPLY) & np.isin(w.status, (PENDING, HOLD, SOLVED)))
    log.add(
        w.ticket[after],
        w.finish[after],
        "status",
        AGENT,
        rank=12,
        actor=w.agent[after],
        value=STATUS_OF[w.status[after]],
    )
    quiet = w.gives_up
    log.add(w.ticket[quiet], w.settled[quiet], "status", SYSTEM, rank=12, value=STATUS["solved"])
    last = np.append(w.ticket[1:] != w.ticket[:-1], True) & ((w.status == SOLVED) | quiet)
    nightly = rng.integers(0, HOUR, int(last.sum()))
    log.add(w.ticket[last], w.settled[last] + CLOSES_AFTER + nightly, "status", SYSTEM, rank=13, value=STATUS["closed"])


def _thank(thanks: Thanks, log: Log, requester: Ints) -> None:
    rows = thanks.ticket
    log.add(rows, thanks.at, "message", REQUESTER, rank=5, actor=requester[rows], public=1)
    log.add(rows, thanks.at, "status", SYSTEM, rank=6, value=STATUS["open"])
    log.add(rows, thanks.solved, "status", SYSTEM, rank=12, value=STATUS["solved"])


def _bot_talk(desk: Desk, log: Log, requester: Ints, rng: np.random.Generator) -> None:
    """Ask and answer with the bot; it solves some itself, and the system closes its tickets and spam."""
    t, bot = desk.tickets, len(desk.people)
    met = np.flatnonzero((t.channel == SELF_SERVICE) & ~t.is_spam & (t.parent < 0))
    at = t.created[met] + 4
    log.add(met, at, "message", BOT, rank=5, actor=bot, public=1)
    log.add(met, at + 35, "message", REQUESTER, rank=5, actor=requester[met], public=1)
    log.add(met, at + 40, "message", BOT, rank=5, actor=bot, public=1)
    alone = np.flatnonzero(t.is_bot_only)
    solved = t.created[alone] + rng.integers(90, 600, len(alone))
    log.add(alone, solved, "status", BOT, rank=12, actor=bot, value=STATUS["solved"])
    log.add(alone, solved + CLOSES_AFTER, "status", SYSTEM, rank=13, value=STATUS["closed"])
    spam = np.flatnonzero(t.is_spam)
    log.add(spam, t.created[spam] + 5 * MINUTE, "status", SYSTEM, rank=13, value=STATUS["closed"])


def _changes(desk: Desk, log: Log, rng: np.random.Generator) -> None:
    """Put right a first category or a first priority that did not hold."""
    t = desk.tickets
    first = desk.touches.take(desk.touches.is_first)
    guessed = first.take((t.first_category[first.ticket] >= 0) & ~first.is_live)
    rows = guessed.ticket
    log.add(rows, t.created[rows], "category", SYSTEM, rank=1, value=CATEGORY_VALUE + t.first_category[rows])
    log.add(
        rows, guessed.start + 2, "category", AGENT, rank=4, actor=guessed.agent, value=CATEGORY_VALUE + t.category[rows]
    )
    raised = np.flatnonzero(t.raised_from >= 0)
    log.add(raised, t.created[raised], "priority", SYSTEM, rank=1, value=PRIORITY_VALUE + t.raised_from[raised])
    log.add(raised, t.raised_at[raised], "priority", SYSTEM, rank=4, value=PRIORITY_VALUE + t.priority[raised])


def _merges(desk: Desk, log: Log) -> None:
    """A duplicate joins the older ticket when an agent sees both."""
    t = desk.tickets
    first = desk.touches.take(desk.touches.is_first)
    seen, agent = np.full(len(t), 2**40), np.full(len(t), -1)
    seen[first.ticket], agent[first.ticket] = first.start, first.agent
    merged = np.flatnonzero(t.is_merged)
    parent = t.parent[merged]
    together = seen[parent] > t.created[merged] + 60
    at = np.where(together, seen[parent] + 20, t.created[merged] + 10 * MINUTE)
    survivor = AGENT_VALUE + len(desk.people) + 1 + parent
    for mask, by in ((together, AGENT), (~together, SYSTEM)):
        actor = agent[parent[mask]] if by == AGENT else -1
        log.add(merged[mask], at[mask], "merged", by, rank=11, actor=actor, value=survivor[mask])
        log.add(merged[mask], at[mask], "status", by, rank=13, actor=actor, value=STATUS["closed"])
