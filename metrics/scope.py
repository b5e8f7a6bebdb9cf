"""Who may see what. A scope is built once from an identity and travels with every question: no scope, no rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.errors import DeskpulseError


class OutOfScope(DeskpulseError):
    """The viewer may not see what was asked for."""


# Who the viewer is to other people: what is told of single persons follows from it, and nothing without one.
Role = Literal["", "local", "executive", "manager", "analyst", "agent", "admin", "wellbeing"]
LOOKS_AFTER: tuple[Role, ...] = ("local", "manager", "wellbeing")  # the people of their teams


@dataclass(frozen=True)
class Scope:
    """What a viewer may see: ``teams`` are team keys, None means every team. Hashable: part of every cache key.

    ``agent_key`` is who the viewer is among the agents, empty for nobody.
    """

    viewer: str
    teams: frozenset[str] | None
    role: Role = ""
    agent_key: str = ""

    @classmethod
    def everything(cls, viewer: str = "local") -> Scope:
        """Return the scope of somebody who may see all: the local mode, and batches."""
        return cls(viewer, None, "local")

    def looks_after(self, teams: frozenset[str]) -> bool:
        """Tell whether what is told of single persons of these teams is for the viewer: their manager's eyes."""
        return self.role in LOOKS_AFTER and bool(teams) and (self.teams is None or teams <= self.teams)
