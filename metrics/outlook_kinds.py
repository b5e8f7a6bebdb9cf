"""What a table that is computed after publication is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from sqlalchemy import TableClause, column, table

Kind = Literal["text", "integer", "number", "boolean", "day", "instant"]
STORED: dict[Kind, str] = {
    "text": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "day": "date",
    "instant": "timestamp",
}


@dataclass(frozen=True)
class OutlookTable:
    """A table of a step: ``grain`` says what one row is, ``columns`` are (name, kind) pairs.

    ``about`` people: rows carry ``agent_key`` and are for who looks after their teams, and for the person. ``about``
    groups: rows count people of one team and are for who looks after it; others ask ``metrics.strain``. Rows whose
    ``kind`` is ticket are for who reads tickets one by one.
    """

    name: str
    step: str
    grain: str
    columns: tuple[tuple[str, Kind], ...]
    about: Literal["teams", "people", "groups"] = "teams"

    @property
    def lists_tickets(self) -> bool:
        """Whether some of its rows are single tickets."""
        return self.name == "alert_evidence"

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [name for name, _ in self.columns]

    def frame(self, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Return rows as a frame with the table's columns, in order."""
        return pd.DataFrame(rows, columns=self.names)

    @property
    def clause(self) -> TableClause:
        """The table as SQLAlchemy sees it."""
        return table(self.name, *(column(name) for name in self.names))
