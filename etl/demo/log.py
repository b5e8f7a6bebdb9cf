"""The event log while it is being written: blocks of events as codes, then one sorted whole."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from etl.demo.desk import CATEGORIES, PRIORITIES, TEAMS
from etl.demo.window import Bools, Ints, Window
from etl.import_format import ACTOR_TYPES, EVENT_TYPES, STATUSES

TYPE = {name: i for i, name in enumerate(EVENT_TYPES)}
REQUESTER, AGENT, BOT, SYSTEM = range(len(ACTOR_TYPES))
STATUS = {name: i for i, name in enumerate(STATUSES)}

# ``value`` codes index statuses, priorities, teams, categories, agents and ticket ids, one after another.
PRIORITY_VALUE = len(STATUSES)
TEAM_VALUE = PRIORITY_VALUE + len(PRIORITIES)
CATEGORY_VALUE = TEAM_VALUE + len(TEAMS)
AGENT_VALUE = CATEGORY_VALUE + len(CATEGORIES)

Codes = npt.NDArray[np.int32]
Small = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Events:
    """Parallel columns, by ticket, instant and rank; -1 is empty.

    ``actor`` indexes agents, then the bot, then requesters; ``public`` is 0, 1 or -1.
    """

    ticket: Codes
    at: Ints
    rank: Small
    type: Small
    by: Small
    actor: Codes
    public: Small
    value: Codes
    duration: Codes

    def __len__(self) -> int:
        return len(self.ticket)

    def take(self, rows: Ints | Bools | slice) -> Events:
        """Return some events."""
        return Events(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def plus(self, other: Events) -> Events:
        """Return both, one after the other."""
        return Events(**{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)})

    def moved_to(self, at: Ints) -> Events:
        """Return the same events at other instants."""
        return replace(self, at=at)

    def position(self) -> Ints:
        """Return the place of each event within its ticket, from 1."""
        first = np.append(True, self.ticket[1:] != self.ticket[:-1])
        index = np.arange(len(self))
        return np.asarray(index - np.maximum.accumulate(np.where(first, index, 0)) + 1, dtype=np.int64)


class Log:
    """Collects blocks of events that have happened by now."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._blocks: list[Events] = []

    def add(
        self,
        ticket: Ints,
        at: Ints,
        what: str,
        by: int,
        *,
        rank: int,
        actor: Ints | int = -1,
        value: Ints | int = -1,
        public: int = -1,
        duration: Ints | int = -1,
    ) -> None:
        """Add one event for each ticket; ``rank`` orders those of the same second. What lies after now is left out."""
        past = np.flatnonzero(at <= self._window.until)
        size = len(past)

        def column(values: Ints | int) -> Codes:
            return np.full(size, values, np.int32) if isinstance(values, int) else values[past].astype(np.int32)

        self._blocks.append(
            Events(
                ticket=ticket[past].astype(np.int32),
                at=at[past],
                rank=np.full(size, rank, np.int8),
                type=np.full(size, TYPE[what], np.int8),
                by=np.full(size, by, np.int8),
                actor=column(actor),
                public=np.full(size, public, np.int8),
                value=column(value),
                duration=column(duration),
            )
        )

    def finish(self) -> Events:
        """Return all events in order."""
        whole = Events(**{f.name: np.concatenate([getattr(b, f.name) for b in self._blocks]) for f in fields(Events)})
        self._blocks.clear()
        key = (whole.ticket.astype(np.int64) << 34) | ((whole.at - self._window.start) << 5) | whole.rank
        return whole.take(np.argsort(key, kind="stable"))
