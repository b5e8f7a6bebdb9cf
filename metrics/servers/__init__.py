"""What each kind of server does its own way; ``metrics.server`` is what the rest of the house asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import URL, Connection, Engine

HOUSE = "deskpulse_warehouse"  # the schema of what all builds share: the shelf, how attempts went
BUILD = "build"
WHOLE_DESK = "*"  # a reader of every row


@dataclass(frozen=True)
class Held:
    """What stands on a shelf: the schema, which build it is of or was computed for, and when (naive UTC)."""

    schema: str
    build_id: str
    computed_at: datetime


class Kind(Protocol):
    """A kind of server. A *schema* is what it calls so, or a database of it; ``hold`` chooses from a *shelf*."""

    BEGINS: str  # with what names of schemas begin

    def engine(self, url: URL, schema: str) -> Engine:
        """Return an engine that reads from a schema, or from nowhere in particular."""

    def prepare(self, connection: Connection) -> None:
        """Make what all builds share, where it is not there yet."""

    def standing(self, connection: Connection, shelf: str) -> list[tuple[Held, bool]]:
        """Return what stands on a shelf, newest first, and which of it holds; nothing where nothing is prepared."""

    def hold(self, connection: Connection, shelf: str, told: Held) -> None:
        """Let a schema hold, on the shelf already or new there, in one step."""

    def forget(self, connection: Connection, shelf: str, told: Held) -> None:
        """Take a schema off its shelf, and drop it."""

    def forget_unfinished(self, connection: Connection, shelf: str) -> None:
        """Drop what runs that were killed left behind while they made something for a shelf."""

    def write(self, connection: Connection, schema: str, table: str, rows: pa.Table, files: str) -> None:
        """Make a table of a schema; ``files`` is the setting ``warehouse_files``."""

    def let_whole_desk_in(self, connection: Connection, schema: str, readers: Mapping[str, Any]) -> None:
        """Let the roles of the setting ``warehouse_readers`` that see the whole desk read a schema."""

    def attempt(self, connection: Connection, step: str) -> str | None:
        """Return how a step's newest attempt went, as it was noted."""

    def note_attempt(self, connection: Connection, step: str, told: str) -> None:
        """Remember how a step's newest attempt went."""
