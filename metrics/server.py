"""Builds on a server: each in a schema of its own, and one place there that says which of them holds.

What a folder of files with a link is for DuckDB (``metrics.shelf``), a table or view of ``deskpulse_warehouse`` is
here. Readers look up the schema that holds and read from that one, so a page is of one build throughout, and a query
under way goes on against the schema it began with. A *shelf* is ``build``, or the name of a step after publication.
What kinds of servers do their own way is in ``metrics.servers``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

import pyarrow as pa
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from config.errors import BadSetting, ServerAway
from metrics.servers import BUILD, HOUSE, WHOLE_DESK, Held, Kind

__all__ = ["BUILD", "HOUSE", "WHOLE_DESK", "Held"]

KEPT = 5
KINDS = {"postgresql": "metrics.servers.postgresql", "sparksql": "metrics.servers.spark"}
DRIVERS = {"postgresql": "requirements-postgresql.txt", "sparksql": "requirements-spark.txt"}


def kind_of(url: str) -> Kind:
    """Return what is particular to the server of an address; raises ``BadSetting``."""
    name = _backend(url)
    try:
        return cast(Kind, import_module(KINDS[name]))
    except KeyError as error:
        raise BadSetting(
            f"warehouse must be a postgresql+psycopg:// or a sparksql:// address, not {name}://"
        ) from error
    except ModuleNotFoundError as error:
        raise BadSetting(f"warehouse: {error}; {name}:// needs {DRIVERS[name]}") from error


def _backend(url: str) -> str:
    try:
        return make_url(url).get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise BadSetting(f"warehouse: {error}") from error


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection in a transaction of its own, where the server knows any.

    Raises ``ServerAway`` where the server cannot be reached, ``BadSetting`` where the address is of none that can be
    used or its driver is missing.
    """
    with said_in_a_line(url), engine_of(url).begin() as connection:
        yield connection


@contextmanager
def said_in_a_line(url: str) -> Iterator[None]:
    """Turn a server that is away, or goes away, into ``ServerAway``."""
    try:
        yield
    except OperationalError as error:
        where = make_url(url).render_as_string(hide_password=True)
        raise ServerAway(f"the warehouse at {where} cannot be reached: {_first_line(error)}") from error


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).strip().splitlines() or ["no reason given"])[0]


@lru_cache(maxsize=8)
def engine_of(url: str, schema: str = "") -> Engine:
    """Return an engine that reads from a schema; a connection the server dropped is opened anew."""
    kind = kind_of(url)
    try:
        return kind.engine(make_url(url), schema)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSetting(f"warehouse: {error}; {_backend(url)}:// needs {DRIVERS[_backend(url)]}") from error


def is_server(url: str) -> bool:
    """Tell whether the setting ``warehouse`` names a server."""
    return bool(url)


def standing(url: str, shelf: str) -> list[tuple[Held, bool]]:
    """Return what stands on a shelf, newest first, and which of it holds; raises ``ServerAway``."""
    with connected(url) as connection:
        return kind_of(url).standing(connection, shelf)


def held(url: str, shelf: str) -> Held | None:
    """Return what holds on a shelf now, None where nothing does; raises ``ServerAway``."""
    return next((one for one, holds in standing(url, shelf) if holds), None)


def kept(url: str, shelf: str) -> list[Held]:
    """Return everything that could hold, newest first; raises ``ServerAway``."""
    return [one for one, _ in standing(url, shelf)]


def hold(url: str, shelf: str, told: Held) -> None:
    """Let a schema hold, in one step: readers see it, or the one before."""
    with connected(url) as connection:
        kind_of(url).hold(connection, shelf, told)


def forget_older(url: str, shelf: str, keep: int = KEPT, spare: Held | None = None) -> int:
    """Drop all but the newest schemas of a shelf, never the one that holds, nor ``spare``; returns how many."""
    return _forget(url, shelf, [one for one, holds in standing(url, shelf)[keep:] if not holds and one != spare])


def forget_others(url: str, shelf: str, build_id: str | None) -> int:
    """Drop all schemas of a shelf but the one that holds, and that one unless it is of a build; returns how many."""
    stands = standing(url, shelf)
    return _forget(url, shelf, [one for one, holds in stands if not holds or one.build_id != build_id])


def _forget(url: str, shelf: str, old: Sequence[Held]) -> int:
    for one in old:
        with connected(url) as connection:
            kind_of(url).forget(connection, shelf, one)
    return len(old)


def publish_tables(
    url: str, shelf: str, told: Held, tables: Mapping[str, pa.Table], readers: Mapping[str, Any], files: str
) -> None:
    """Write tables into a new schema and let it hold; raises ``ServerAway``."""
    kind = kind_of(url)
    with connected(url) as connection:
        kind.prepare(connection)
        kind.forget_unfinished(connection, shelf)
        connection.exec_driver_sql(f"create schema {told.schema}")
        for name, rows in tables.items():
            kind.write(connection, told.schema, name, rows, files)
        kind.let_whole_desk_in(connection, told.schema, readers)
        kind.hold(connection, shelf, told)


def schema_name(url: str, what: str, made: str) -> str:
    """Return the schema of what was made under a name: letters, digits and underscores."""
    return f"{kind_of(url).BEGINS}{what}_{''.join(c if c.isalnum() else '_' for c in made.lower())}"


def attempt(url: str, step: str) -> str | None:
    """Return how a step's newest attempt went, as it was noted; raises ``ServerAway``."""
    with connected(url) as connection:
        return kind_of(url).attempt(connection, step)


def note_attempt(url: str, step: str, told: str) -> None:
    """Remember how a step's newest attempt went."""
    with connected(url) as connection:
        kind_of(url).note_attempt(connection, step, told)
