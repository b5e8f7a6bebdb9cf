"""A helpdesk's database, which may lie no elsewhere than a helpdesk may (``config.addresses``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.addresses import AddressRefused, Network, reachable
from config.errors import BadSetting, SourceFailed
from etl.sources.live.kinds import LiveSource
from etl.sources.live.rows import Record

LOOPBACK = "127.0.0.1"  # where a database without a host, or behind a socket of the file system, lies
FILES = ("sqlite", "duckdb")


def database_engine(url: str, networks: Sequence[Network]) -> Engine:
    """Return an engine that checks where its database lies before every connection.

    PostgreSQL is connected to by the address that was checked. Connecting raises ``AddressRefused``.
    """
    engine = create_engine(url, poolclass=NullPool)  # nothing is held open between two readings

    def check(_dialect: Any, _record: Any, _places: list[Any], named: dict[str, Any]) -> None:
        host = str(named.get("host") or LOOPBACK)
        address = reachable(LOOPBACK if host.startswith("/") else host, int(named.get("port") or 0), networks)[0]
        if engine.driver == "psycopg" and not host.startswith("/") and named.get("host"):
            named["hostaddr"] = address

    if engine.dialect.name not in FILES:
        event.listen(engine, "do_connect", check)
    return engine


class Database:
    """A read-only view of the helpdesk's database; what goes wrong is one line without the URL."""

    def __init__(self, source: LiveSource) -> None:
        self.source = source
        try:
            self._engine: Engine = database_engine(source.secrets["database"], source.networks)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            says = f"{type(error).__name__}: is it a SQLAlchemy URL, and its driver installed?"
            raise BadSetting(f"[sources.{source.name}] the database cannot be used: {says}") from error
        self._zone = ZoneInfo(source.option("time_zone", "UTC"))

    def rows(self, sql: str, **parameters: Any) -> list[Record]:
        """Return what a SELECT gives; raises ``SourceFailed``."""
        with self._plainly(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql), parameters).mappings()]

    def pages(self, sql: str, rows: int, **parameters: Any) -> Iterator[list[Record]]:
        """Give what a SELECT gives in pages, without holding it all; raises ``SourceFailed``."""
        with self._plainly(), self._engine.connect() as connection:
            found = connection.execution_options(stream_results=True).execute(text(sql), parameters)
            for page in found.mappings().partitions(rows):
                yield [dict(row) for row in page]

    def has(self, table: str) -> bool:
        """Return whether there is such a table."""
        with self._plainly():
            return inspect(self._engine).has_table(table, schema=self.source.option("schema"))

    def named(self, table: str) -> str:
        """Return a table's name as the database writes it, in the configured schema."""
        quote = self._engine.dialect.identifier_preparer.quote
        schema = self.source.option("schema")
        return f"{quote(schema)}.{quote(table)}" if schema else quote(table)

    def column(self, name: str) -> str:
        """Return a column's name as the database writes it."""
        return self._engine.dialect.identifier_preparer.quote_identifier(name)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except AddressRefused as error:
            raise SourceFailed(f"{self.source.name}: {error}") from error
        except OSError as error:
            raise SourceFailed(f"{self.source.name}: the database's name has no address") from error
        except SQLAlchemyError as error:
            says = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0][:160]
            raise SourceFailed(f"{self.source.name}: the database could not be read: {says}") from error

    def instant(self, told: Any) -> datetime:
        """Return an instant of the database as naive UTC; raises ``TypeError`` for what is none."""
        at = datetime.fromisoformat(told) if isinstance(told, str) else told
        if not isinstance(at, datetime):
            raise TypeError(f"{type(told).__name__} where an instant belongs")
        return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC).replace(tzinfo=None)

    def stored(self, at: datetime) -> Any:
        """Return a naive UTC instant as the database compares it."""
        aware = at.replace(tzinfo=UTC)
        if self._engine.dialect.name == "postgresql":
            return aware
        local = aware.astimezone(self._zone).replace(tzinfo=None)
        return local.isoformat(sep=" ") if self._engine.dialect.name == "sqlite" else local
