"""Builds on a PostgreSQL server: each in a schema of its own, and one table that says which of them holds.

What a folder of files with a link is for DuckDB (``metrics.shelf``), the table ``deskpulse_warehouse.shelf`` is here.
Readers look up the schema that holds and read from that one, so a page is of one build throughout, and a query under
way goes on against the schema it began with. A *shelf* is ``build``, or the name of a step after publication.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from config.errors import BadSetting, ServerAway

HOUSE = "deskpulse_warehouse"  # the schema of what all builds share: functions, the shelf, how attempts went
BUILD = "build"
KEPT = 5
UNFINISHED = "unfinished_"
WHOLE_DESK = "*"  # a reader of every row
TABLES = f"""
create schema if not exists {HOUSE};

create table if not exists {HOUSE}.shelf (
    schema_name text primary key, shelf text not null, build_id text not null, computed_at timestamp not null,
    holds boolean not null
);
create unique index if not exists one_holds on {HOUSE}.shelf (shelf) where holds;
create table if not exists {HOUSE}.attempt (step text primary key, told text not null)
"""


@dataclass(frozen=True)
class Held:
    """What stands on a shelf: the schema, which build it is of or was computed for, and when (naive UTC)."""

    schema: str
    build_id: str
    computed_at: datetime


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Yield a connection in a transaction of its own.

    Raises ``ServerAway`` where the server cannot be reached, ``BadSetting`` where the address is none of a PostgreSQL
    or its driver is missing.
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
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise BadSetting(f"warehouse must be a postgresql+psycopg:// address, not {parsed.get_backend_name()}://")
        path = {"options": f"-csearch_path={schema},{HOUSE} -ctimezone=UTC"} if schema else {}
        return create_engine(parsed, pool_pre_ping=True, connect_args=path)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSetting(f"warehouse: {error}; PostgreSQL needs requirements-postgresql.txt") from error


def is_server(url: str) -> bool:
    """Tell whether the setting ``warehouse`` names a server."""
    return bool(url)


def prepare(connection: Connection) -> None:
    """Make what all builds share, where it is not there yet."""
    for statement in TABLES.split(";\n"):
        connection.execute(text(statement))


def held(url: str, shelf: str) -> Held | None:
    """Return what holds on a shelf now, None where nothing does; raises ``ServerAway``."""
    with connected(url) as connection:
        if not _is_prepared(connection):
            return None
        found = connection.execute(
            text(f"select schema_name, build_id, computed_at from {HOUSE}.shelf where shelf = :shelf and holds"),
            {"shelf": shelf},
        ).one_or_none()
    return Held(*found) if found else None


def kept(url: str, shelf: str) -> list[Held]:
    """Return everything that could hold, newest first; raises ``ServerAway``."""
    with connected(url) as connection:
        if not _is_prepared(connection):
            return []
        rows = connection.execute(
            text(f"select schema_name, build_id, computed_at from {HOUSE}.shelf where shelf = :shelf order by 3 desc"),
            {"shelf": shelf},
        ).all()
    return [Held(*row) for row in rows]


def _is_prepared(connection: Connection) -> bool:
    return connection.scalar(text("select to_regclass(:name)"), {"name": f"{HOUSE}.shelf"}) is not None


def hold(connection: Connection, shelf: str, told: Held) -> None:
    """Let a schema hold, in the connection's transaction: readers see it, or the one before."""
    connection.execute(text(f"update {HOUSE}.shelf set holds = false where shelf = :shelf and holds"), {"shelf": shelf})
    connection.execute(
        text(
            f"insert into {HOUSE}.shelf values (:schema, :shelf, :build_id, :computed_at, true) "
            "on conflict (schema_name) do update set holds = true"
        ),
        {"schema": told.schema, "shelf": shelf, "build_id": told.build_id, "computed_at": told.computed_at},
    )


def forget_older(url: str, shelf: str, keep: int = KEPT) -> int:
    """Drop all but the newest schemas of a shelf, never the one that holds; returns how many."""
    now = held(url, shelf)
    return _forget(url, [one for one in kept(url, shelf)[keep:] if one != now])


def forget_others(url: str, shelf: str, build_id: str | None) -> int:
    """Drop all schemas of a shelf but the one that holds, and that one unless it is of a build; returns how many."""
    now = held(url, shelf)
    return _forget(url, [one for one in kept(url, shelf) if one != now or one.build_id != build_id])


def _forget(url: str, old: Sequence[Held]) -> int:
    for one in old:
        with connected(url) as connection:
            connection.execute(text(f"delete from {HOUSE}.shelf where schema_name = :schema"), {"schema": one.schema})
            connection.execute(text(f'drop schema if exists "{one.schema}" cascade'))
    return len(old)


def forget_unfinished(connection: Connection) -> None:
    """Drop what killed runs left behind."""
    left = connection.execute(
        text("select nspname from pg_namespace where starts_with(nspname, :begins)"), {"begins": UNFINISHED}
    )
    for (schema,) in left.all():
        connection.execute(text(f'drop schema "{schema}" cascade'))


def let_whole_desk_in(server: Connection, schema: str, readers: Mapping[str, Any]) -> None:
    """Let the database roles that read the whole desk read a schema; raises ``BadSetting`` for an unknown role."""
    for role, teams in readers.items():
        if server.scalar(text("select 1 from pg_roles where rolname = :role"), {"role": role}) is None:
            raise BadSetting(f"warehouse_readers: the server has no role {role!r}; create it there first")
        server.exec_driver_sql(f"grant usage on schema {HOUSE} to {quoted(role)}")
        server.exec_driver_sql(f"grant select on all tables in schema {HOUSE} to {quoted(role)}")
        if teams == WHOLE_DESK:
            server.exec_driver_sql(f"grant usage on schema {schema} to {quoted(role)}")
            server.exec_driver_sql(f"grant select on all tables in schema {schema} to {quoted(role)}")


def quoted(name: str) -> str:
    """Return a name as the server's SQL writes names."""
    return '"' + name.replace('"', '""') + '"'


def schema_name(kind: str, made: str) -> str:
    """Return the schema of what was made under a name: letters, digits and underscores."""
    return f"{kind}_{''.join(c if c.isalnum() else '_' for c in made.lower())}"


def attempt(url: str, step: str) -> str | None:
    """Return how a step's newest attempt went, as it was noted; raises ``ServerAway``."""
    with connected(url) as connection:
        if not _is_prepared(connection):
            return None
        told: Any = connection.scalar(text(f"select told from {HOUSE}.attempt where step = :step"), {"step": step})
    return None if told is None else str(told)


def note_attempt(url: str, step: str, told: str) -> None:
    """Remember how a step's newest attempt went."""
    with connected(url) as connection:
        connection.execute(
            text(f"insert into {HOUSE}.attempt values (:step, :told) on conflict (step) do update set told = :told"),
            {"step": step, "told": told},
        )
