"""What was computed after publication, step by step: read when it is there, a sentence when it is not.

Each step (``interventions``, …) has its own small file, written by ``forecasting`` and swapped like a build, so that
numbers never wait for it and a step that fails takes nothing away.
"""

from __future__ import annotations

import fcntl
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import pandas as pd
from pandas.errors import DatabaseError
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from config.errors import ServerAway
from config.settings import Settings
from metrics.outlook_tables import STEPS, TABLES
from metrics.published import READER
from metrics.scope import Scope
from metrics.server import attempt, engine_of, held, is_server
from metrics.shelf import CURRENT

LAST = "last.json"  # how the newest attempt of a step went
STATE = ("step", "outcome", "build", "at", "seconds", "says")
RUN_IT = "run python -m forecasting run"


@dataclass(frozen=True, eq=False)
class Outlook:
    """A step's newest result: which build it was computed for and when (naive UTC), both None where there is none.

    ``says`` is a sentence for the reader where something is missing or failed, else empty.
    """

    step: str
    build_id: str | None
    computed_at: datetime | None
    says: str
    engine: Engine | None

    def read(self, table: str, scope: Scope) -> pd.DataFrame:
        """Return the rows of a table (``metrics.outlook_tables``) that the viewer may see, with all its columns.

        Empty where nothing was computed. A row about teams is for who may see all of them; a row about the whole desk
        holds figures of every team, so it is for who sees the whole desk. Rows about people, or counting the people of
        one team, are for who looks after them, and a person's own for that person; single tickets for who reads them.
        Without a role nothing is seen. Raises ``KeyError`` for an unknown table.
        """
        told, rows = TABLES[table], self.read_unscoped(table)
        if not scope.role:
            return rows.head(0)
        if told.lists_tickets and not scope.reads_tickets:
            rows = rows[rows["kind"] != "ticket"].reset_index(drop=True)
        teams = map(frozenset, map(json.loads, rows["team_keys"]))
        if told.about == "teams":
            if scope.teams is None:
                return rows
            seen = [scope.covers(keys) for keys in teams]
        else:
            seen = [scope.looks_after(keys) for keys in teams]
        if told.about == "people" and scope.agent_key:
            seen = [known or key == scope.agent_key for known, key in zip(seen, rows["agent_key"], strict=True)]
        return rows[pd.Series(seen, index=rows.index, dtype=bool)].reset_index(drop=True)

    def read_unscoped(self, table: str) -> pd.DataFrame:
        """Return every row of a table: for ``metrics.strain``, which tells groups of them, and nobody else."""
        told = TABLES[table]
        if self.engine is None:
            return pd.DataFrame(columns=told.names)
        try:
            with self.engine.connect() as connection:
                return pd.read_sql(select(told.clause), connection)
        except (DatabaseError, DBAPIError):  # written by another version
            return pd.DataFrame(columns=told.names)


def outlook(step: str, settings: Settings) -> Outlook:
    """Return the newest result of a step; one without rows, and a sentence, where there is none. Never raises."""
    try:
        last, opened = _last(settings, step), _holds(settings, step)
    except ServerAway as error:
        return Outlook(step, None, None, f"{step.capitalize()} cannot be read: {error}", None)
    failed = f"could not be computed: {last['says']}" if last and last["outcome"] == "failed" else ""
    if opened is None:
        return Outlook(step, None, None, f"{step.capitalize()} {failed or _absent(step, settings)}", None)
    engine, build_id, computed_at = opened
    says = f"{step.capitalize()} {failed}; shown is what was computed for build {build_id}" if failed else ""
    return Outlook(step, build_id, computed_at, says, engine)


def _absent(step: str, settings: Settings) -> str:
    """Return why there is nothing of a step: it is being computed, or nobody has computed it."""
    many = step.endswith("s")
    if under_way(settings):
        return f"{'are' if many else 'is'} being computed; look again in a minute"
    return f"{'have' if many else 'has'} not been computed yet; {RUN_IT}"


def outlook_states(settings: Settings) -> pd.DataFrame:
    """Return how each step's newest attempt went, for Data health and ``etl status``.

    Columns: step, outcome (ready, failed or absent), build, at (ISO, UTC), seconds, says (why it failed, else empty).
    """
    absent = {"outcome": "absent", "build": None, "at": None, "seconds": None, "says": ""}
    states = [{"step": step, **(_last(settings, step) or absent)} for step in STEPS]
    return pd.DataFrame(states, columns=list(STATE), dtype=object)  # what is absent stays None


def under_way(settings: Settings) -> bool:
    """Tell whether what follows publication is being computed now."""
    try:
        with (settings.outlook / "run.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _holds(settings: Settings, step: str) -> tuple[Engine, str, datetime] | None:
    """Return what holds of a step: a reader of it, the build it is of, and when it was computed."""
    if is_server(settings.warehouse):
        there = held(settings.warehouse, step)
        if there is None:
            return None
        return engine_of(settings.warehouse, there.schema), there.build_id, there.computed_at
    link = settings.outlook / step / CURRENT
    return _opened(str(link.resolve())) if link.exists() else None


def _noted(settings: Settings, step: str) -> str:
    """Return how a step's newest attempt went as it was noted; raises ``OSError`` where none was."""
    if is_server(settings.warehouse):
        return attempt(settings.warehouse, step) or ""
    return (settings.outlook / step / LAST).read_text(encoding="utf-8")


def _last(settings: Settings, step: str) -> dict[str, Any] | None:
    try:
        told = json.loads(_noted(settings, step))
        return {name: told[name] for name in STATE}
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=8)
def _opened(path: str) -> tuple[Engine, str, datetime] | None:
    """Return a reader of one finished file; the same for all until the next is published."""
    engine = create_engine(f"duckdb:///{path}", connect_args={"read_only": True, "config": dict(READER)})
    try:
        with engine.connect() as connection:
            row = connection.execute(text("select build_id, computed_at from outlook")).one()
    except DBAPIError:
        return None
    return engine, row.build_id, row.computed_at
