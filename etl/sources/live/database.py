"""A helpdesk's database, which may lie no elsewhere than a helpdesk may (``config.addresses``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, create_engine, event

from config.addresses import Network, reachable

LOOPBACK = "127.0.0.1"  # where a database without a host, or behind a socket of the file system, lies
FILES = ("sqlite", "duckdb")


def database_engine(url: str, networks: Sequence[Network]) -> Engine:
    """Return an engine that checks where its database lies before every connection.

    PostgreSQL is connected to by the address that was checked. Connecting raises ``AddressRefused``.
    """
    engine = create_engine(url)

    def check(_dialect: Any, _record: Any, _places: list[Any], named: dict[str, Any]) -> None:
        host = str(named.get("host") or LOOPBACK)
        address = reachable(LOOPBACK if host.startswith("/") else host, int(named.get("port") or 0), networks)[0]
        if engine.driver == "psycopg" and not host.startswith("/") and named.get("host"):
            named["hostaddr"] = address

    if engine.dialect.name not in FILES:
        event.listen(engine, "do_connect", check)
    return engine
