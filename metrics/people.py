"""Agents by the names figures are split by, as the keys the journal knows."""

from __future__ import annotations

from sqlalchemy import select

from metrics.published import Build
from metrics.scope import Scope
from metrics.warehouse import dim_agent


def agent_keys(name: str, scope: Scope, build: Build) -> tuple[str, ...]:
    """Return the keys of the agents called so now; of several, those who were ever in a team of the viewer's.

    Figures are split by name: where no team tells them apart, all are meant.
    """
    called = select(dim_agent.c.agent_key).where(dim_agent.c.is_current, dim_agent.c.name == name)
    known = build.read(
        select(dim_agent.c.agent_key, dim_agent.c.team_key).where(dim_agent.c.agent_key.in_(called)).distinct()
    )
    theirs = known if scope.teams is None else known[known["team_key"].isin(list(scope.teams))]
    return tuple(sorted(set((known if theirs.empty else theirs)["agent_key"])))
