"""Work as a coordinate: each agent's free working seconds in a row, and one agent serving one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl.demo.rosters import Spells
from etl.demo.window import NEVER, Ints

_LANE: Final = np.int64(2**42)  # keeps agents apart: more seconds than any demo has


def serve(key: Ints, ready: Ints, seconds: Ints) -> Ints:
    """Return when each piece of work is finished if each ``key`` serves in order of readiness, one by one.

    The queue's recursion ``finish = max(ready, finish before) + seconds`` unrolled into a running
    sum and a running maximum, so that it needs no loop.
    """
    order = np.argsort(key * _LANE + ready, kind="stable")
    done = np.cumsum(seconds[order])
    slack = (key * _LANE + ready)[order] - (done - seconds[order])
    finish = np.empty(len(key), dtype=np.int64)
    finish[order] = np.maximum.accumulate(slack) + done
    return finish - key * _LANE


@dataclass(frozen=True)
class WorkTime:
    """Free spells of all agents, ordered; ``before`` counts the agent's free seconds before each."""

    agent: Ints
    starts: Ints
    before: Ints
    total: Ints  # free seconds of each agent

    @classmethod
    def of(cls, working: Spells, busy: Spells, agents: int) -> WorkTime:
        """Return working spells without the busy ones (which may overlap each other and the shift's end)."""
        who = np.concatenate([working.agent, working.agent, busy.agent, busy.agent])
        at = np.concatenate([working.starts, working.ends, busy.starts, busy.ends])
        step = np.repeat([1, -1, -1, 1], [len(working.agent)] * 2 + [len(busy.agent)] * 2)
        order = np.argsort(who * _LANE + at, kind="stable")
        who, at, level = who[order], at[order], np.cumsum(step[order])
        free = np.flatnonzero((level[:-1] == 1) & (who[:-1] == who[1:]) & (at[1:] > at[:-1]))
        agent, starts, length = who[free], at[free], at[free + 1] - at[free]
        total = np.bincount(agent, weights=length, minlength=agents).astype(np.int64)
        before = np.cumsum(length) - length - (np.cumsum(total) - total)[agent]
        return cls(agent, starts, before, total)

    def work(self, agent: Ints, instants: Ints) -> Ints:
        """Return how many free seconds each agent had before an instant."""
        row = np.searchsorted(self.agent * _LANE + self.starts, agent * _LANE + instants, side="right") - 1
        mine = (row >= 0) & (self.agent[row] == agent)
        length = self.lengths[row]
        return np.where(mine, self.before[row] + np.minimum(instants - self.starts[row], length), 0)

    def begin(self, agent: Ints, work: Ints) -> Ints:
        """Return the instant at which the next free second comes (``NEVER`` after the last one)."""
        return self._instant(agent, work, "right", self.total[agent] - 1)

    def end(self, agent: Ints, work: Ints) -> Ints:
        """Return the instant at which that many free seconds have passed (``NEVER`` if they never do)."""
        return self._instant(agent, work, "left", self.total[agent])

    @property
    def lengths(self) -> Ints:
        """Seconds of each free spell."""
        after = np.append(self.before[1:], 0)
        last = np.append(self.agent[1:] != self.agent[:-1], True)
        return np.where(last, self.total[self.agent], after) - self.before

    def _instant(self, agent: Ints, work: Ints, side: str, limit: Ints) -> Ints:
        right = side == "right"
        row = np.searchsorted(self.agent * _LANE + self.before, agent * _LANE + work, "right" if right else "left") - 1
        row = np.maximum(row, 0)
        return np.where(work <= limit, self.starts[row] + work - self.before[row], NEVER)
