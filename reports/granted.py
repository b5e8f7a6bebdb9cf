"""What is sent to somebody is no more than they could see if they signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from config.access import NoAccess, load_access
from config.settings import Settings
from config.sign_in import sign_in_of
from metrics.granting import scope_of
from metrics.published import Build
from metrics.scope import Role, Scope
from metrics.teams import team_keys

WHOLE_DESK: Final = "The whole desk"
READS_FIGURES: Final[tuple[Role, ...]] = ("executive", "manager", "analyst")


def as_granted(scope: Scope, settings: Settings, build: Build) -> Scope:
    """Return what is left of a recipient's scope by the access file as it stands now; all of it in local mode.

    The viewer of the scope is the address. Who is not named there as a person, is disabled, or has a role that reads no
    figures is left without teams. A role beyond the granted one becomes the executive's: figures, no tickets, nobody.
    """
    chosen = sign_in_of(settings.sign_in)
    if chosen.mode == "local":
        return scope
    nothing = replace(scope, teams=frozenset())
    try:
        granted = scope_of(scope.viewer, load_access(chosen.access).of(scope.viewer), build)
    except NoAccess:
        return nothing
    return within(scope, granted) if granted.role in READS_FIGURES else nothing


def part_reads(scope: Scope, build: Build) -> str:
    """Return whose figures a scope shows: its teams by name, or the whole desk."""
    if scope.teams is None:
        return WHOLE_DESK
    return ", ".join(name for name, keys in team_keys(build).items() if keys & scope.teams)


def within(scope: Scope, granted: Scope) -> Scope:
    """Return what is left of a scope where no more than another may be seen; a role beyond it is the executive's."""
    teams = (
        scope.teams if granted.teams is None else granted.teams if scope.teams is None else scope.teams & granted.teams
    )
    is_granted = granted.role in ("local", scope.role)
    return replace(scope, teams=teams, role=scope.role if is_granted else "executive")
