"""Who of a team is at work in a quarter of an hour, and picking somebody from among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from etl.demo.desk import TEAMS
from etl.demo.people import People
from etl.demo.rosters import OVERTIME, TICKETS, Spells
from etl.demo.window import DAY, HOUR, Bools, Floats, Ints, Window

SLOT: Final = HOUR // 4


@dataclass(frozen=True)
class Grid:
    """For each team: its members, who is on in which slot, and the capacity offered so far."""

    start: int
    members: tuple[Ints, ...]
    on: tuple[npt.NDArray[np.bool_], ...]  # [slot, member]
    offered: tuple[Ints, ...]  # agent slots up to and including each slot

    def slot(self, instants: Ints) -> Ints:
        """Return the slot of each instant, held inside the grid."""
        return np.clip((instants - self.start) // SLOT, 0, len(self.on[0]) - 1)

    def staffed(self, team: Ints, instants: Ints, duty: Ints | None = None) -> Ints:
        """Return how many of each team are at work."""
        counts = np.zeros(len(team), dtype=np.int64)
        for t in range(len(TEAMS)):
            mask = team == t
            counts[mask] = self._available(t, instants[mask], None if duty is None else duty[mask]).sum(axis=1)
        return counts

    def _available(self, team: int, instants: Ints, duty: Ints | None) -> Bools:
        available = self.on[team][self.slot(instants)]
        if duty is not None:  # half of the people take calls on a day, the other half chats
            parity = (self.members[team][None, :] + instants[:, None] // DAY) % 2
            dutiful = available & (parity == duty[:, None])
            available = np.where(dutiful.any(axis=1)[:, None], dutiful, available)
        return np.asarray(available, dtype=bool)

    def pick(self, team: Ints, instants: Ints, luck: Floats, duty: Ints | None = None) -> Ints:
        """Return somebody of each team at work then (-1 if nobody is); ``luck`` in 0–1 chooses."""
        chosen = np.full(len(team), -1, dtype=np.int64)
        for t in range(len(TEAMS)):
            where = np.flatnonzero(team == t)
            available = self._available(t, instants[where], None if duty is None else duty[where])
            count = available.sum(axis=1)
            target = np.floor(luck[where] * count).astype(np.int64)
            column = (np.cumsum(available, axis=1, dtype=np.int16) <= target[:, None]).sum(axis=1)
            found = count > 0
            chosen[where[found]] = self.members[t][column[found]]
        return chosen

    def later(self, team: Ints, instants: Ints, agent_hours: Floats) -> Ints:
        """Return when the team will have offered that many more agent hours, counting only staffed time.

        What came in over night is thus spread over the morning, thinner while few are in.
        """
        result = np.zeros(len(team), dtype=np.int64)
        slots = self.slot(instants)
        for t in range(len(TEAMS)):
            mask = team == t
            offered = self.offered[t]
            wanted = offered[slots[mask]] + agent_hours[mask] * HOUR / SLOT
            slot = np.searchsorted(offered, wanted, side="right")
            inside = np.where(slot == slots[mask], 0.5, (wanted % 1) * 0.99)
            result[mask] = self.start + ((np.minimum(slot, len(offered) - 1) + inside) * SLOT).astype(np.int64)
        return np.maximum(result, instants)


def grid_of(people: People, spells: Spells, window: Window) -> Grid:
    """Return the grid from rostered ticket time; a mover counts in the team of the day."""
    slots = (window.horizon - window.start) // SLOT
    working = spells.where(spells.activity == TICKETS)
    members, on, offered = [], [], []
    for t in range(len(TEAMS)):
        columns, who = [], []
        for index, person in enumerate(people.persons):
            for team, first, beyond in person.spells():
                if team == t:
                    mine = (working.agent == index) & (working.starts >= first * DAY) & (working.starts < beyond * DAY)
                    columns.append(_presence(working.where(mine), window.start, slots))
                    who.append(index)
        members.append(np.array(who, dtype=np.int64))
        on.append(np.stack(columns, axis=1))
        offered.append(np.cumsum(on[-1].sum(axis=1), dtype=np.int64))
    return Grid(window.start, tuple(members), tuple(on), tuple(offered))


def _presence(spells: Spells, start: int, slots: int) -> Bools:
    """Return the slots that lie wholly inside a spell."""
    change = np.zeros(slots + 1, dtype=np.int64)
    first = np.clip(-(-(spells.starts - start) // SLOT), 0, slots)
    beyond = np.clip((spells.ends - start) // SLOT, 0, slots)
    np.add.at(change, first, 1)
    np.add.at(change, np.maximum(beyond, first), -1)
    return np.asarray(np.cumsum(change)[:-1] > 0, dtype=bool)


def ticket_time(spells: Spells) -> Spells:
    """Return the spells in which people work on tickets, on the roster or past it."""
    return spells.where(np.isin(spells.activity, (TICKETS, OVERTIME)))
