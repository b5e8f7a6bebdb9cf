"""Calls and chats: who answers, when, and for how long. They come before everything else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl.demo.cast import Cast
from etl.demo.desk import CHAT, EMAIL, EVENING, PHONE, WEB
from etl.demo.outcomes import median_minutes
from etl.demo.shifts import Grid
from etl.demo.tickets import Tickets
from etl.demo.window import Bools, Floats, Ints, lognormal
from etl.demo.worktime import serve

ROUNDS: Final = 6  # how often an unlucky caller is put to somebody else
PATIENCE: Final = 40  # seconds in one agent's queue before the call is put to another
HANG_UP: Final = 8 * 60  # seconds after which a caller writes instead


@dataclass(frozen=True)
class Sessions:
    """Answered calls and chats; ``ticket`` is the row, times are epoch seconds, lengths seconds."""

    ticket: Ints
    answered: Ints
    talk: Ints
    hold: Ints
    wrap_up: Ints

    @property
    def ended(self) -> Ints:
        """When the contact itself was over."""
        return self.answered + self.talk + self.hold

    @property
    def free_again(self) -> Ints:
        """When the agent was done with it."""
        return self.ended + self.wrap_up


@dataclass
class _Calls:
    """What is drawn once for each call or chat, whoever takes it."""

    ticket: Ints
    ring: Ints  # seconds until anybody could answer
    noise: Floats
    parts: Floats  # [3, call]
    lane: Ints  # an agent chats with two people at once

    def only(self, rows: Bools) -> _Calls:
        return _Calls(self.ticket[rows], self.ring[rows], self.noise[rows], self.parts[:, rows], self.lane[rows])


def answer(tickets: Tickets, cast: Cast, rng: np.random.Generator) -> Sessions:
    """Give every call and chat an agent on duty; turn those nobody could take into written tickets."""
    _turn_away(tickets, cast.grid, rng)
    rows = np.flatnonzero(((tickets.channel == PHONE) | (tickets.channel == CHAT)) & tickets.is_human)
    phone, size = tickets.channel[rows] == PHONE, len(rows)
    ring = np.where(phone, lognormal(rng, 9, 0.5, size), lognormal(rng, 22, 0.6, size))
    noise = np.exp(0.5 * rng.standard_normal(size))
    calls = _Calls(rows, ring, noise, rng.random((3, size)), np.where(phone, 0, rng.integers(1, 3, size)))
    _choose(tickets, rows, cast.grid, rng)
    for _ in range(ROUNDS):
        waited = _serve(tickets, calls, cast).answered - tickets.created[calls.ticket]
        _choose(tickets, calls.ticket[waited > PATIENCE + calls.ring], cast.grid, rng)
    waited = _serve(tickets, calls, cast).answered - tickets.created[calls.ticket]
    gone = calls.ticket[waited > HANG_UP]
    tickets.channel[gone] = np.where(tickets.channel[gone] == PHONE, EMAIL, WEB)
    tickets.agent[gone] = -1
    sessions = _serve(tickets, calls.only(waited <= HANG_UP), cast)
    tickets.pickup[sessions.ticket] = sessions.answered
    return sessions


def _serve(tickets: Tickets, calls: _Calls, cast: Cast) -> Sessions:
    rows = calls.ticket
    talk, hold, wrap_up = _lengths(tickets, calls, cast)
    total = talk + hold + wrap_up
    finish = serve(tickets.agent[rows] * 3 + calls.lane, tickets.created[rows] + calls.ring, total)
    return Sessions(rows, finish - total, talk, hold, wrap_up)


def _turn_away(tickets: Tickets, grid: Grid, rng: np.random.Generator) -> None:
    """When the own team's lines are closed the Evening team answers; when nobody is there, people write."""
    live = np.flatnonzero((tickets.channel == PHONE) | (tickets.channel == CHAT))
    closed = live[grid.staffed(tickets.team[live], tickets.created[live]) == 0]
    tickets.team[closed] = EVENING
    tickets.first_team[closed] = EVENING
    shut = closed[grid.staffed(tickets.team[closed], tickets.created[closed]) == 0]
    tickets.channel[shut] = np.where(rng.random(len(shut)) < 0.6, EMAIL, WEB)


def _choose(tickets: Tickets, rows: Ints, grid: Grid, rng: np.random.Generator) -> None:
    duty = (tickets.channel[rows] == CHAT).astype(np.int64)
    tickets.agent[rows] = grid.pick(tickets.team[rows], tickets.created[rows], rng.random(len(rows)), duty)


def _lengths(tickets: Tickets, calls: _Calls, cast: Cast) -> tuple[Ints, Ints, Ints]:
    """Return seconds of talk, hold and wrap-up of each contact, given who answers it."""
    some, parts = tickets.take(calls.ticket), calls.parts
    seconds = 60 * median_minutes(some, cast.people, cast.planted) * calls.noise
    phone = some.channel == PHONE
    talk = np.where(phone, 0.62, 0.95) * seconds
    hold = np.where(phone & (parts[0] < 0.35), 0.25 * parts[1] * seconds, 0)
    wrap_up = np.where(phone, 45 + 0.3 * parts[2] * seconds, 30)
    return talk.astype(np.int64), hold.astype(np.int64), wrap_up.astype(np.int64)
