"""PostgreSQL: a build is a schema, and one row of the table ``deskpulse_warehouse.shelf`` says which holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    URL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    text,
)
from sqlalchemy.types import TypeEngine

from config.errors import BadSetting
from metrics.servers import BUILD, HOUSE, WHOLE_DESK, Held

BEGINS = ""
UNFINISHED = "unfinished_"
TABLES = f"""
create schema if not exists {HOUSE};

create table if not exists {HOUSE}.shelf (
    schema_name text primary key, shelf text not null, build_id text not null, computed_at timestamp not null,
    holds boolean not null
);
create unique index if not exists one_holds on {HOUSE}.shelf (shelf) where holds;
create table if not exists {HOUSE}.attempt (step text primary key, told text not null)
"""
_TYPES: dict[pa.DataType, type[TypeEngine[Any]]] = {
    pa.string(): String,
    pa.int64(): BigInteger,
    pa.float64(): Double,
    pa.bool_(): Boolean,
    pa.date32(): Date,
    pa.timestamp("us"): DateTime,
}


def engine(url: URL, schema: str) -> Engine:
    """Return an engine that reads from a schema; a connection the server dropped is opened anew."""
    path = {"options": f"-csearch_path={schema},{HOUSE} -ctimezone=UTC"} if schema else {}
    return create_engine(url, pool_pre_ping=True, connect_args=path)


def prepare(connection: Connection) -> None:
    """Make what all builds share, where it is not there yet."""
    for statement in TABLES.split(";\n"):
        connection.execute(text(statement))


def standing(connection: Connection, shelf: str) -> list[tuple[Held, bool]]:
    """Return what stands on a shelf, newest first, and which of it holds; nothing where nothing is prepared."""
    if not _is_prepared(connection):
        return []
    rows = connection.execute(
        text(
            f"select schema_name, build_id, computed_at, holds from {HOUSE}.shelf where shelf = :shelf "
            "order by computed_at desc"
        ),
        {"shelf": shelf},
    ).all()
    return [(Held(*told), holds) for *told, holds in rows]


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


def forget(connection: Connection, shelf: str, told: Held) -> None:
    """Take a schema off its shelf, and drop it."""
    connection.execute(
        text(f"delete from {HOUSE}.shelf where shelf = :shelf and schema_name = :schema"),
        {"shelf": shelf, "schema": told.schema},
    )
    connection.execute(text(f'drop schema if exists "{told.schema}" cascade'))


def forget_unfinished(connection: Connection, shelf: str) -> None:
    """Drop what killed runs left behind; only builds take more than one transaction, so only who builds may look."""
    if shelf != BUILD:
        return
    left = connection.execute(
        text("select nspname from pg_namespace where starts_with(nspname, :begins)"), {"begins": UNFINISHED}
    )
    for (schema,) in left.all():
        connection.execute(text(f'drop schema "{schema}" cascade'))


def write(connection: Connection, schema: str, table: str, rows: pa.Table, files: str) -> None:
    """Make a table of a schema."""
    columns = [Column(field.name, _TYPES[field.type]()) for field in rows.schema]
    made = Table(table, MetaData(), *columns, schema=schema)
    made.create(connection)
    if rows.num_rows:
        connection.execute(made.insert(), rows.to_pylist())


def let_whole_desk_in(connection: Connection, schema: str, readers: Mapping[str, Any]) -> None:
    """Let the roles that read the whole desk read a schema; raises ``BadSetting`` for an unknown role."""
    for role, teams in readers.items():
        if connection.scalar(text("select 1 from pg_roles where rolname = :role"), {"role": role}) is None:
            raise BadSetting(f"warehouse_readers: the server has no role {role!r}; create it there first")
        connection.exec_driver_sql(f"grant usage on schema {HOUSE} to {quoted(role)}")
        connection.exec_driver_sql(f"grant select on all tables in schema {HOUSE} to {quoted(role)}")
        if teams == WHOLE_DESK:
            connection.exec_driver_sql(f"grant usage on schema {schema} to {quoted(role)}")
            connection.exec_driver_sql(f"grant select on all tables in schema {schema} to {quoted(role)}")


def quoted(name: str) -> str:
    """Return a name as the server's SQL writes names."""
    return '"' + name.replace('"', '""') + '"'


def attempt(connection: Connection, step: str) -> str | None:
    """Return how a step's newest attempt went, as it was noted."""
    if not _is_prepared(connection):
        return None
    told: Any = connection.scalar(text(f"select told from {HOUSE}.attempt where step = :step"), {"step": step})
    return None if told is None else str(told)


def note_attempt(connection: Connection, step: str, told: str) -> None:
    """Remember how a step's newest attempt went."""
    connection.execute(
        text(f"insert into {HOUSE}.attempt values (:step, :told) on conflict (step) do update set told = :told"),
        {"step": step, "told": told},
    )
