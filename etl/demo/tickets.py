"""The tickets while the simulation works on them: one NumPy column for each thing known."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from etl.demo.desk import SELF_SERVICE
from etl.demo.window import MINUTE, Bools, Ints


@dataclass
class Tickets:
    """Parallel columns; instants are epoch seconds, codes index the lists in ``desk``."""

    created: Ints
    category: Ints
    channel: Ints
    priority: Ints
    requester: Ints  # -1: not known
    organization: Ints  # -1: none
    team: Ints  # the team whose work it is
    first_team: Ints  # where it was routed first
    pickup: Ints  # when an agent has it in front of them
    agent: Ints  # the first agent (-1: nobody)
    is_outbound: Bools  # opened by an agent
    is_bot_only: Bools
    is_spam: Bools
    parent: Ints  # row of the ticket it repeats, -1 if none
    is_merged: Bools
    raised_from: Ints  # first priority, -1 if never raised
    first_category: Ints  # -1 if right from the start

    def __len__(self) -> int:
        return len(self.created)

    def take(self, rows: Ints | Bools) -> Tickets:
        """Return some rows, in that order. ``parent`` keeps the old row numbers."""
        return Tickets(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def plus(self, other: Tickets) -> Tickets:
        """Return both, one after the other."""
        return Tickets(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )

    def only(self, rows: Ints) -> Tickets:
        """Return some rows with ``parent`` renumbered (-1 where the parent is not among them)."""
        new = np.full(len(self) + 1, -1, dtype=np.int64)
        new[rows] = np.arange(len(rows))
        kept = self.take(rows)
        kept.parent = new[kept.parent]  # -1 picks the last, which stays -1
        return kept

    @property
    def handed_over(self) -> Ints:
        """When people could first see each ticket: after the bot, if it began with one."""
        seconds = 90 + (self.created * 7919) % 240
        return self.created + np.where(self.channel == SELF_SERVICE, seconds, 0)

    @property
    def raised_at(self) -> Ints:
        """When a raised priority was raised: half an hour to six hours after the ticket came."""
        return self.created + 30 * MINUTE + (self.created * 31) % (330 * MINUTE)

    @property
    def is_human(self) -> Bools:
        """Whether people work on it."""
        return ~(self.is_bot_only | self.is_spam | self.is_merged)
