"""What a live source is made of: tables of raw, streams that fill them, settings and secrets, checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from config.addresses import Network
from config.errors import BadSetting
from etl.import_format import Table
from etl.sources.live.privacy import Pseudonyms
from etl.sources.live.shared import PREFIX, SHARED

Cursor = dict[str, Any]  # where to go on, as JSON; its meaning is the stream's own


@dataclass(frozen=True)
class Fault:
    """A record that cannot be a row: the reason, and what of it may be kept for whoever looks for the cause."""

    reason: str
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What one request brought, by raw table, and where to go on once that is safe."""

    rows: Mapping[str, Sequence[Mapping[str, Any] | Fault]]
    cursor: Cursor
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what the records had, by table
    whole: frozenset[str] = frozenset()  # tables of which this is all there is: what is not among it is gone


@dataclass(frozen=True)
class Stream:
    """Pages of one endpoint in order, called as the table it fills first.

    ``pages`` goes on after a cursor, from the beginning without one.
    """

    name: str
    pages: Callable[[Cursor | None], Iterator[Page]]


@dataclass(frozen=True)
class Option:
    """A setting of ``[sources.NAME]``."""

    name: str
    says: str
    example: Any
    required: bool = False


# Of every helpdesk, for none tells it.
TEAM_OPTIONS = (
    Option("tiers", "Which line a team is, by its name; without it all are the first", {"Second line": 2}),
    Option("triage", "Names of the teams that only route", ["Front desk"]),
)


@dataclass(frozen=True)
class Secret:
    """What comes by environment only, as ``DESKPULSE_<SOURCE>_<NAME>``."""

    name: str
    says: str


@dataclass(frozen=True)
class Finding:
    """What ``etl check`` found of one permission or setting."""

    what: str
    ok: bool
    says: str


@dataclass(frozen=True)
class LiveSource:
    """A configured helpdesk: its settings and secrets, and the pseudonyms of its requesters."""

    name: str
    kind: str
    options: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    pseudonyms: Pseudonyms = field(repr=False)
    networks: tuple[Network, ...] = ()  # where it may lie beyond the public internet

    def option(self, name: str, default: Any = None) -> Any:
        """Return a setting, or ``default``."""
        return self.options.get(name, default)

    def since(self) -> datetime | None:
        """Return the instant ``since`` names (aware, UTC), None without one; raises ``BadSetting``."""
        told = self.options.get("since")
        try:
            return datetime.combine(date.fromisoformat(told), time(), UTC) if told else None
        except ValueError as error:
            raise BadSetting(f"[sources.{self.name}] since {told!r} is not a day such as 2025-01-31") from error

    def team(self, name: str | None) -> dict[str, Any]:
        """Return what the settings say of a team, as columns of its row; raises ``BadSetting``."""
        tier = self.option("tiers", {}).get(name)
        if tier is not None and (type(tier) is not int or tier < 1):
            raise BadSetting(f"[sources.{self.name}] tiers: {name!r} should be a line such as 2, not {tier!r}")
        return {"tier": tier, "is_triage": name in self.option("triage", []) or None}


@dataclass(frozen=True)
class Reading:
    """One run's view of a source: the clock (aware) and where waits and news are told."""

    source: LiveSource
    now: datetime
    progress: Callable[[str], None]


@dataclass(frozen=True)
class Connector:
    """A vendor: everything the rest of the house needs to know of it."""

    kind: str
    title: str
    tables: tuple[Table, ...]
    options: tuple[Option, ...]
    secrets: tuple[Secret, ...]
    streams: Callable[[Reading], Sequence[Stream]]
    check: Callable[[Reading], Iterator[Finding]]

    @property
    def settings(self) -> tuple[Option, ...]:
        """What may be set of a source of this kind."""
        return (*self.options, *TEAM_OPTIONS)

    def raw_name(self, table: str) -> str:
        """Return what a table is called in the raw database: shared ones are the same for every vendor."""
        is_shared = any(known.name == table and known in SHARED for known in self.tables)
        return f"{PREFIX if is_shared else self.kind}_{table}"
