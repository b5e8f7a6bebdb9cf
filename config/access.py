"""Who has which role, and which teams: ``config/access.toml``. Who is not named there, by name or group, sees nothing.

The file is read again on every run of a page, so that a change holds at the next click. It grants and nothing else:
what a role means is said in ``metrics.scope`` (rows) and ``ui.grants`` (pages).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, cast

from config.errors import BadSetting, DeskpulseError

Role = Literal["", "local", "executive", "manager", "analyst", "agent", "admin", "wellbeing"]
GRANTED: Final[tuple[Role, ...]] = ("executive", "manager", "analyst", "agent", "admin", "wellbeing")
ALL_TEAMS: Final = "all"
KNOWN: Final = frozenset({"role", "teams", "agent", "is_disabled"})


class NoAccess(DeskpulseError):
    """Somebody who is known may see nothing here."""


@dataclass(frozen=True)
class Grant:
    """What somebody is granted: ``teams`` are names or keys as written, None every team; ``agent`` an agent's key."""

    role: Role
    teams: tuple[str, ...] | None = ()
    agent: str = ""
    is_disabled: bool = False


@dataclass(frozen=True)
class Access:
    """Who is granted what: persons by the name they sign in with (small letters), groups in the order of the file."""

    people: Mapping[str, Grant]
    groups: tuple[tuple[str, Grant], ...] = ()

    def of(self, name: str, groups: Collection[str] = ()) -> Grant:
        """Return what somebody is granted. Raises ``NoAccess`` for who is not named, or disabled.

        A person's own entry goes before their groups. Of several groups the first in the file says which role; groups
        of the same role add their teams.
        """
        own = self.people.get(name.strip().casefold())
        if own is not None:
            if own.is_disabled:
                raise NoAccess("your access has been taken away")
            return own
        mine = [grant for group, grant in self.groups if group in groups]
        if not mine:
            raise NoAccess("you are signed in, and nothing has been granted to you")
        first, *others = mine
        for other in others:
            if other.role == first.role:
                teams = None if first.teams is None or other.teams is None else (*first.teams, *other.teams)
                first = replace(first, teams=teams)
        return first


def load_access(path: Path) -> Access:
    """Read who is granted what; without the file nobody is. Raises ``BadSetting`` naming entry and remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Access({})
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path}: cannot be read: {error}") from error
    return _parsed(text, str(path))


@lru_cache(maxsize=4)
def _parsed(text: str, where: str) -> Access:
    """Return what a text grants; the same text is parsed once."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{where}: not valid TOML: {error}") from error
    unknown = sorted(set(told) - {"people", "groups"})
    if unknown:
        raise BadSetting(f"{where}: unknown table {unknown[0]!r}; known are people, groups")
    people = {name: _grant(row, f"{where}: people.{name!r}") for name, row in _table(told, "people", where).items()}
    groups = [(name, _grant(row, f"{where}: groups.{name!r}")) for name, row in _table(told, "groups", where).items()]
    folded = {name.strip().casefold(): grant for name, grant in people.items()}
    if len(folded) < len(people):
        raise BadSetting(f"{where}: somebody stands in people twice; capitals do not tell two persons apart")
    for name, grant in groups:
        if grant.agent or grant.is_disabled:
            raise BadSetting(
                f"{where}: groups.{name!r}: agent and is_disabled are of single persons: name them in people"
            )
    return Access(folded, tuple(groups))


def _table(told: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = told.get(name, {})
    if not isinstance(found, Mapping):
        raise BadSetting(f"{where}: {name} must be a table")
    return found


def _grant(row: object, where: str) -> Grant:
    if not isinstance(row, Mapping):
        raise BadSetting(f'{where} must be a table such as {{ role = "analyst", teams = "all" }}')
    unknown = sorted(set(row) - KNOWN)
    if unknown:
        raise BadSetting(f"{where}: unknown {unknown[0]!r}; known are {', '.join(sorted(KNOWN))}")
    role, teams, agent, disabled = (row.get(name) for name in ("role", "teams", "agent", "is_disabled"))
    if disabled not in (None, True, False):
        raise BadSetting(f"{where}: is_disabled must be true or false")
    if disabled and role is None:
        return Grant("", (), "", True)
    if role not in GRANTED:
        raise BadSetting(f"{where}: role must be one of {', '.join(GRANTED)}, not {role!r}")
    if agent is not None and (not isinstance(agent, str) or not agent.strip()):
        raise BadSetting(f'{where}: agent must be an agent\'s key such as "helpdesk:17"')
    if role == "agent":
        if teams is not None:
            raise BadSetting(f"{where}: an agent sees themselves: leave teams out")
    elif teams != ALL_TEAMS and not _are_names(teams):
        raise BadSetting(
            f'{where}: teams must be a list of team names, or "{ALL_TEAMS}"; without it nothing is granted'
        )
    named = None if teams == ALL_TEAMS else tuple(teams or ())
    return Grant(cast(Role, role), named, agent or "", bool(disabled))


def _are_names(teams: object) -> bool:
    return isinstance(teams, list) and bool(teams) and all(isinstance(team, str) and team for team in teams)
