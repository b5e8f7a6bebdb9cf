"""The desk as of now: who holds what, who has room, and what should not wait any longer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from metrics.dimensions import dimensions_of
from metrics.query import may_ask
from metrics.question import Question
from metrics.registry import METRICS
from metrics.scope import Scope

# What should not wait, most pressing first.
LISTS = ("sla_at_risk", "frustrated_now", "stuck", "unassigned_now", "untouched_now", "open_now")
ON_US, ON_REQUESTER = ("new", "open"), ("pending",)
HOLDERS = (
    "agent", "team", "points", "on_us", "on_requester", "on_hold", "complex", "capacity", "bandwidth",
)  # fmt: skip


@dataclass(frozen=True)
class Now:
    """Questions about now, for a part of the desk and one viewer; ``ask`` answers them, and may remember."""

    where: tuple[tuple[str, tuple[str, ...]], ...]
    scope: Scope
    ask: Callable[[Question], pd.DataFrame]

    def question(self, name: str, *by: str, **only: tuple[str, ...]) -> Question:
        """Return the question about a metric of now in this part of the desk."""
        return Question((name,), by=by, where=(*self.where, *only.items()))

    def can_tell(self, name: str) -> bool:
        """Tell whether a metric exists and can be narrowed to this part of the desk, for this viewer."""
        if name not in METRICS:
            return False
        metric = METRICS[name]
        narrowed = {dimension for dimension, _ in self.where}
        return narrowed <= set(dimensions_of(metric)) and may_ask(metric, self.scope)

    def total(self, name: str, **only: tuple[str, ...]) -> float | None:
        """Return the value of a metric now; None where it cannot be told."""
        if not self.can_tell(name):
            return None
        answer = self.ask(self.question(name, **only))
        return None if answer.empty or pd.isna(answer["value"].iloc[0]) else float(answer["value"].iloc[0])

    def by_agent(self, name: str, **only: tuple[str, ...]) -> pd.Series:
        """Return a metric's value by agent; empty where it cannot be told."""
        if not self.can_tell(name):
            return pd.Series(dtype=float)
        answer = self.ask(self.question(name, "agent", **only))
        return answer.dropna(subset="agent").set_index("agent")["value"].astype(float)

    def teams(self) -> pd.Series:
        """Return the team of each agent now, by agent: where they belong, else where their open tickets are."""
        found = [
            self.ask(self.question(name, "agent", "team")).dropna(subset=["agent", "team"])
            for name in ("capacity", "open_now")
            if self.can_tell(name)
        ]
        known = pd.concat(found).drop_duplicates("agent") if found else pd.DataFrame(columns=["agent", "team"])
        return known.set_index("agent")["team"]


def holders(now: Now) -> pd.DataFrame:
    """Return who holds what, one row an agent, by team and name; columns ``HOLDERS``.

    ``points`` are effort points that wait on the agent, ``on_us``, ``on_requester`` and ``on_hold`` tickets by whom
    they wait for, ``complex`` those of them that are complex and wait on us. ``capacity`` is what the agent's own pace
    makes of today's roster (0: off today; null: not known), ``bandwidth`` how many points of room it leaves.
    """
    parts = {
        "points": now.by_agent("active_load"),
        "on_us": now.by_agent("open_now", status=ON_US),
        "on_requester": now.by_agent("open_now", status=ON_REQUESTER),
        "on_hold": now.by_agent("open_now", status=("hold",)),
        "complex": now.by_agent("open_now", status=ON_US, complexity=("complex",)),
        "capacity": now.by_agent("capacity"),
        "bandwidth": now.by_agent("bandwidth"),
    }
    frame = pd.DataFrame(parts).rename_axis("agent").reset_index()
    counted = ["points", "on_us", "on_requester", "on_hold", "complex"]
    frame[counted] = frame[counted].fillna(0.0)
    frame = frame[(frame[counted].sum(axis=1) > 0) | (frame["capacity"] > 0)]
    frame = frame.assign(team=frame["agent"].map(now.teams()).fillna("").astype(str))
    by_name = frame.sort_values(["team", "agent"], key=lambda names: names.str.casefold(), ignore_index=True)
    return by_name[list(HOLDERS)]


def room(frame: pd.DataFrame) -> pd.DataFrame:
    """Return who could take more today, most room first: those whose bandwidth is known and above nothing."""
    return frame[frame["bandwidth"] > 0].sort_values("bandwidth", ascending=False, ignore_index=True)


def overloaded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return who is there today and holds more than a day's own pace, the most loaded first."""
    over = frame[(frame["capacity"] > 0) & (frame["bandwidth"] < 0)]
    return over.sort_values("bandwidth", ignore_index=True)


def away(frame: pd.DataFrame) -> pd.DataFrame:
    """Return who is off today while work waits on them, most points first."""
    off = frame[(frame["capacity"] == 0) & (frame["points"] > 0)]
    return off.sort_values("points", ascending=False, ignore_index=True)
