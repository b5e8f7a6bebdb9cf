"""Who may see what. A scope is built once from an identity and travels with every question: no scope, no rows."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import DeskpulseError


class OutOfScope(DeskpulseError):
    """The viewer may not see what was asked for."""


@dataclass(frozen=True)
class Scope:
    """What a viewer may see: ``teams`` are team keys, None means every team. Hashable: part of every cache key."""

    viewer: str
    teams: frozenset[str] | None

    @classmethod
    def everything(cls, viewer: str = "local") -> Scope:
        """Return the scope of somebody who may see all: the local mode, and batches."""
        return cls(viewer, None)
