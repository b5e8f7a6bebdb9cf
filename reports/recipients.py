"""Who receives the digest: an address, what kind of reader, and which teams they may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from config.errors import BadSetting
from config.settings import Settings
from metrics.published import Build
from metrics.scope import Role as ScopeRole
from metrics.scope import Scope
from metrics.teams import team_keys

Role = Literal["executive", "manager", "analyst"]
ROLES: tuple[str, ...] = get_args(Role)
ADDRESS = re.compile(r"[^@\s<>,;\"']+@[^@\s<>,;\"']+")  # no line break, no second address


@dataclass(frozen=True)
class Recipient:
    """Somebody who reads the digest; without ``teams`` (their names or keys) they see the whole desk."""

    to: str
    role: Role
    teams: tuple[str, ...] = ()


def recipients(settings: Settings) -> list[Recipient]:
    """Return the recipients of ``[[digest.recipients]]``. Raises ``BadSetting``."""
    told = settings.digest.get("recipients", [])
    if not isinstance(told, list):
        raise BadSetting("[[digest.recipients]] must be tables, one a recipient")
    return [_recipient(row, nth) for nth, row in enumerate(told, start=1)]


def _recipient(row: object, nth: int) -> Recipient:
    where = f"[[digest.recipients]] number {nth}"
    if not isinstance(row, Mapping):
        raise BadSetting(f"{where} must be a table")
    unknown = sorted(set(row) - {"to", "role", "teams"})
    if unknown:
        raise BadSetting(f"{where}: unknown {unknown[0]!r}; known are to, role, teams")
    to, role, teams = row.get("to", ""), row.get("role", ""), row.get("teams", [])
    if not isinstance(to, str) or not ADDRESS.fullmatch(to):
        raise BadSetting(f"{where}: to must be one address such as kim@example.com, not {to!r}")
    if role not in ROLES:
        raise BadSetting(f"{where}: role must be {', '.join(ROLES[:-1])} or {ROLES[-1]}, not {role!r}")
    if not isinstance(teams, list) or not all(isinstance(team, str) for team in teams):
        raise BadSetting(f"{where}: teams must be a list of names, not {teams!r}")
    if role == "manager" and not teams:
        raise BadSetting(f"{where}: a manager sees their own teams: name them in teams")
    return Recipient(to, role, tuple(teams))


def scope_of(recipient: Recipient, build: Build) -> Scope:
    """Return what a recipient may see. Raises ``BadSetting`` for a team the warehouse does not know."""
    return scope_for(recipient.to, recipient.teams, recipient.role, build, "[[digest.recipients]]")


def scope_for(viewer: str, teams: Sequence[str], role: ScopeRole, build: Build, where: str) -> Scope:
    """Return the scope of who may see ``teams`` (names or keys; none: the whole desk), as set under ``where``."""
    if not teams:
        return Scope(viewer, None, role)
    known = team_keys(build)
    return Scope(viewer, frozenset(key for team in teams for key in _keys(team, known, where)), role)


def _keys(team: str, known: Mapping[str, frozenset[str]], where: str) -> frozenset[str]:
    keys = known.get(team, frozenset({team}) & frozenset[str]().union(*known.values()))
    if not keys:
        raise BadSetting(f"{where}: there is no team {team!r}; known are {', '.join(known)}")
    return keys
