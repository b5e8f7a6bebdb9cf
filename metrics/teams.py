"""Teams by the names people call them: what filters and settings carry, as the keys scopes and the journal know."""

from __future__ import annotations

from sqlalchemy import select

from metrics.published import Build
from metrics.warehouse import dim_team


def team_keys(build: Build) -> dict[str, frozenset[str]]:
    """Return the keys of the teams of each name, names in reading order: two helpdesks may call a team alike."""
    known = build.read(select(dim_team.c.team_key, dim_team.c.name)).dropna()
    names = sorted({str(name) for name in known["name"]}, key=str.casefold)
    return {name: frozenset(map(str, known.loc[known["name"] == name, "team_key"])) for name in names}
