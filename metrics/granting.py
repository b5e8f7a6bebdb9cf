"""From what somebody is granted to their scope: team names become the keys of this build."""

from __future__ import annotations

from config.access import Grant, NoAccess
from metrics.published import Build
from metrics.scope import Scope
from metrics.teams import team_keys


def scope_of(name: str, grant: Grant, build: Build) -> Scope:
    """Return the scope of a grant. Teams nobody knows are nobody's; raises ``NoAccess`` where none is left."""
    viewer = name.strip().casefold()
    if grant.role == "agent":
        return Scope(viewer, frozenset(), "agent", grant.agent)
    if grant.teams is None:
        return Scope(viewer, None, grant.role, grant.agent)
    known = team_keys(build)
    every = frozenset[str]().union(*known.values())
    keys = frozenset[str]().union(*(known.get(team, frozenset({team}) & every) for team in grant.teams))
    if not keys:
        raise NoAccess("none of the teams you were granted is known here")
    return Scope(viewer, keys, grant.role, grant.agent)
