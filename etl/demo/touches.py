"""The planned touches of each ticket: one row for each time an agent works on it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from etl.demo.desk import CATEGORIES, TECHNICAL
from etl.demo.live import Sessions
from etl.demo.outcomes import Outcomes
from etl.demo.tickets import Tickets
from etl.demo.window import DAY, HOUR, Bools, Floats, Ints, lognormal

NOTE, ESCALATE, REPLY, CLOSE = range(4)  # what the agent does; CLOSE = solved without a word
OPEN, PENDING, HOLD, SOLVED = range(4)  # the status afterwards
GIVE_UP: Final = 5 * DAY  # after which the system solves what the requester never answered


@dataclass
class Touches:
    """Parallel columns, ordered by ticket and sequence; instants epoch seconds, lengths seconds."""

    ticket: Ints
    sequence: Ints
    kind: Ints
    status: Ints
    team: Ints
    chosen: Ints  # who was picked for it: -2 whoever did the touch before, -1 somebody still to be found
    agent: Ints
    is_live: Bools
    is_asked: Bools  # the requester wrote before it
    is_return: Bools  # the ticket came back from solved
    gives_up: Bools
    delay: Ints  # from the touch before until there is something to do
    seconds: Ints
    ready: Ints
    start: Ints
    middle: Ints
    finish: Ints

    def __len__(self) -> int:
        return len(self.ticket)

    def take(self, rows: Ints | Bools) -> Touches:
        """Return some rows."""
        return Touches(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def plus(self, other: Touches) -> Touches:
        """Return both, one after the other."""
        return Touches(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )

    @property
    def settled(self) -> Ints:
        """When the ticket has the touch's status: at its end, or days later if the requester gives up."""
        return self.finish + np.where(self.gives_up, GIVE_UP, 0)

    @property
    def is_first(self) -> Bools:
        """Whether a touch is its ticket's first."""
        return np.append(True, self.ticket[1:] != self.ticket[:-1]) if len(self) else np.zeros(0, dtype=bool)


def plan(tickets: Tickets, outcomes: Outcomes, sessions: Sessions, rng: np.random.Generator) -> Touches:
    """Return the touches of all tickets people work on, with live ones already at their time."""
    worked = tickets.is_human & (tickets.agent >= 0)
    note, escalates = outcomes.has_note.astype(np.int64), outcomes.escalates.astype(np.int64)
    count = np.where(worked, note + escalates + outcomes.contacts + outcomes.thanks + outcomes.reopens, 0)
    ticket = np.repeat(np.arange(len(tickets)), count)
    sequence = np.arange(len(ticket)) - np.repeat(np.cumsum(count) - count, count)
    escalate_at = np.where(outcomes.escalates, note + (outcomes.contacts > 1), 99)[ticket]
    contact = sequence - note[ticket] - (sequence > escalate_at)
    contacts = outcomes.contacts[ticket]
    is_note, is_escalation = sequence < note[ticket], sequence == escalate_at
    is_thanks = ~is_note & ~is_escalation & outcomes.thanks[ticket] & (contact == contacts)
    is_return = ~is_note & ~is_escalation & (contact >= contacts) & ~is_thanks
    last = ~is_note & ~is_escalation & (contact == contacts - 1)
    gives_up = last & outcomes.gives_up[ticket]
    solves = is_thanks | is_return | (last & ~outcomes.thanks[ticket])
    kind = np.select([is_note, is_escalation, is_thanks], [NOTE, ESCALATE, CLOSE], REPLY)
    escalated = sequence > escalate_at
    after_escalation = sequence == escalate_at + 1
    size = len(ticket)
    asked = (sequence > 0) & (is_return | is_thanks | ((kind == REPLY) & (contact > 0)))
    asked &= ~after_escalation | is_return | is_thanks
    live = np.zeros(len(tickets), dtype=bool)
    live[sessions.ticket] = True
    waiting = np.where(kind <= ESCALATE, OPEN, np.where(solves, SOLVED, _waiting(tickets.category[ticket], rng)))
    touches = Touches(
        ticket=ticket,
        sequence=sequence,
        kind=kind,
        status=waiting,
        team=np.where(escalated, TECHNICAL, tickets.team[ticket]),
        chosen=_who(tickets, ticket, sequence, after_escalation, rng),
        agent=tickets.agent[ticket],
        is_live=live[ticket] & (sequence == 0),
        is_asked=asked,
        is_return=is_return,
        gives_up=gives_up,
        delay=_delays(waiting, asked, is_return, after_escalation, rng),
        seconds=_seconds(outcomes.minutes[ticket], kind, contact, rng),
        ready=np.repeat(tickets.pickup, count),
        start=np.zeros(size, dtype=np.int64),
        middle=np.zeros(size, dtype=np.int64),
        finish=np.zeros(size, dtype=np.int64),
    )
    touches.status[(last & outcomes.thanks[ticket]) | gives_up] = PENDING
    _seat_live(touches, sessions, len(tickets))
    _guess(touches)
    return touches


def _waiting(category: Ints, rng: np.random.Generator) -> Ints:
    """Return the status of a ticket that is not done: mostly waiting for the requester."""
    complex_ = np.array([c.effort == "complex" for c in CATEGORIES])[category]
    luck = rng.random(len(category))
    held = np.where(complex_, 0.5, 0.34)
    return np.asarray(np.where(luck < 0.26, OPEN, np.where(luck < held, HOLD, PENDING)), dtype=np.int64)


def _who(tickets: Tickets, ticket: Ints, sequence: Ints, after_escalation: Bools, rng: np.random.Generator) -> Ints:
    """Return the first agent on the first touch and -2 (same as before) or -1 (somebody else) later."""
    handed_on = (rng.random(len(ticket)) < 0.035) | after_escalation
    later = np.where(handed_on, -1, -2)
    return np.asarray(np.where(sequence == 0, tickets.agent[ticket], later), dtype=np.int64)


def _delays(status: Ints, asked: Bools, is_return: Bools, after_escalation: Bools, rng: np.random.Generator) -> Ints:
    size = len(asked)
    research = lognormal(rng, 9 * HOUR, 0.8, size)
    answer = lognormal(rng, 7 * HOUR, 1.2, size)
    back = lognormal(rng, 20 * HOUR, 1.0, size)
    held = np.append(OPEN, status[:-1]) == HOLD  # somebody outside the desk has to do something first
    answer = np.where(held, lognormal(rng, 3 * DAY, 0.6, size), answer)
    delay = np.where(is_return, back, np.where(asked, answer, np.where(after_escalation, research // 4, research)))
    return np.asarray(np.clip(delay, 6 * 60, 8.5 * DAY), dtype=np.int64)


def _seconds(minutes: Floats, kind: Ints, contact: Ints, rng: np.random.Generator) -> Ints:
    share = np.select([kind == NOTE, kind == ESCALATE, kind == CLOSE, contact == 0], [0.5, 0.4, 0.12, 1.0], 0.72)
    seconds = minutes * 60 * share * np.exp(0.4 * rng.standard_normal(len(kind)))
    return np.asarray(np.maximum(seconds, 70), dtype=np.int64)


def _seat_live(touches: Touches, sessions: Sessions, tickets: int) -> None:
    """Put calls and chats where they happened: the queue works around them."""
    row = np.full(tickets, -1, dtype=np.int64)
    row[touches.ticket[touches.is_live]] = np.flatnonzero(touches.is_live)
    at = row[sessions.ticket]
    keep = at >= 0
    at = at[keep]
    touches.ready[at] = touches.start[at] = sessions.answered[keep]
    touches.middle[at] = sessions.ended[keep]
    touches.finish[at] = sessions.free_again[keep]
    touches.seconds[at] = (sessions.free_again - sessions.answered)[keep]


def _guess(touches: Touches) -> None:
    """Start from readiness as if each touch waited five hours; the queue corrects it."""
    first = touches.is_first
    step = np.where(first, touches.ready, touches.delay + 5 * HOUR)
    total = np.cumsum(step)
    base = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
    touches.ready = total - total[base] + touches.ready[base]
