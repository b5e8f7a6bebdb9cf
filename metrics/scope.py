"""Who may see what. A scope is built once from an identity and travels with every question: no scope, no rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from config.access import Role
from config.errors import DeskpulseError

__all__ = ["LOOKS_AFTER", "PEOPLE", "OutOfScope", "Role", "Scope"]


class OutOfScope(DeskpulseError):
    """The viewer may not see what was asked for."""


# Who the viewer is to other people: what is told of single persons follows from it, and nothing without a role.
LOOKS_AFTER: Final[tuple[Role, ...]] = ("local", "manager", "wellbeing")  # the people of their teams
READS_TICKETS: Final[tuple[Role, ...]] = ("local", "manager", "analyst", "agent")  # one by one; others see figures
PEOPLE: Final = frozenset({"agent"})  # the dimensions whose values are single persons


@dataclass(frozen=True)
class Scope:
    """What a viewer may see: ``teams`` are team keys, None means every team. Hashable: part of every cache key.

    ``agent_key`` is who the viewer is among the agents, empty for nobody. The role ``agent`` sees what is credited to
    themselves, whatever their team. Without a role nothing is seen.
    """

    viewer: str
    teams: frozenset[str] | None
    role: Role = ""
    agent_key: str = ""

    @classmethod
    def everything(cls, viewer: str = "local") -> Scope:
        """Return the scope of somebody who may see all: the local mode, and batches."""
        return cls(viewer, None, "local")

    def covers(self, teams: frozenset[str]) -> bool:
        """Tell whether figures about teams are for the viewer: about all of theirs; about none is the whole desk's."""
        return self.teams is None or (bool(teams) and teams <= self.teams)

    def looks_after(self, teams: frozenset[str]) -> bool:
        """Tell whether what is told of single persons of these teams is for the viewer: their manager's eyes."""
        return self.role in LOOKS_AFTER and bool(teams) and (self.teams is None or teams <= self.teams)

    @property
    def tells_people_apart(self) -> bool:
        """Whether figures may be split by person: for who looks after people, and for agents, who see their own."""
        return self.role in LOOKS_AFTER or self.role == "agent"

    @property
    def reads_tickets(self) -> bool:
        """Whether tickets may be read one by one."""
        return self.role in READS_TICKETS

    def refuse_nobody(self) -> None:
        """Raise ``OutOfScope`` where the viewer has no role: for what is asked without a metric."""
        if not self.role:
            raise OutOfScope("nothing may be asked without a role")

    def refuse_people(self, dimensions: Collection[str]) -> None:
        """Raise ``OutOfScope`` where a dimension names persons whom the viewer does not look after."""
        if PEOPLE & set(dimensions) and not self.tells_people_apart:
            raise OutOfScope("figures of single people are for who looks after them: leave the agent out")
