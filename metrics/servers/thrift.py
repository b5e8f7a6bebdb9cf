"""SQLAlchemy's dialect of a Spark Thrift Server: PyHive's, with Spark's own names, types, literals and errors.

Every session tells time without a zone and counts strictly (ANSI), whatever the cluster's own choice is.
"""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from pyhive import hive
from pyhive.sqlalchemy_hive import HiveDialect
from sqlalchemy import Connection
from sqlalchemy.dialects import registry
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer, SQLCompiler
from TCLIService import ttypes
from thrift.Thrift import TException

from config.errors import BadSetting

NAME = "sparksql"
SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
}


def _instant(told: str) -> datetime:
    return datetime.fromisoformat(told)


_READ: dict[str, Callable[[str], Any]] = {
    "TIMESTAMP_TYPE": _instant,
    "DATE_TYPE": date.fromisoformat,
    "ARRAY_TYPE": json.loads,
}


def literal(value: Any) -> str:
    """Return a value as Spark's SQL writes it; raises ``TypeError`` for what is none."""
    for type_, written in _WRITTEN.items():
        if isinstance(value, type_):
            return written(value)
    raise TypeError(f"{type(value).__name__} is nothing Spark's SQL can write")


_ESCAPED = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"})
# In this order: True is an int, and a datetime is a date.
_WRITTEN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    datetime: lambda value: f"timestamp_ntz '{value.isoformat(sep=' ')}'",
    date: lambda value: f"date '{value.isoformat()}'",
    float: lambda value: (
        f"{float(value)!r}D" if math.isfinite(value) else f"double('{value}')"
    ),  # 0.1 alone is a decimal
    int: lambda value: f"{value}L" if abs(value) >= 2**31 else str(value),
    str: lambda value: "'" + value.translate(_ESCAPED) + "'",
}


@contextmanager
def _told_apart() -> Iterator[None]:
    """Tell a server that is away (``OperationalError``) from one that refuses a statement (``ProgrammingError``)."""
    try:
        yield
    except hive.OperationalError as error:
        raise hive.ProgrammingError(_reason(error)) from error
    except (TException, OSError) as error:
        raise hive.OperationalError(str(error) or type(error).__name__) from error


def _reason(error: hive.OperationalError) -> str:
    status = getattr(error.args[0], "status", None) if error.args else None
    return str(getattr(status, "errorMessage", None) or error)


class _Cursor(hive.Cursor):  # type: ignore[misc]
    _data: deque[tuple[Any, ...]]

    def execute(self, operation: str, parameters: Mapping[str, Any] | None = None, **_: Any) -> None:
        """Run a statement; its result is read as Python's own values."""
        written = {name: literal(value) for name, value in (parameters or {}).items()}
        with _told_apart():
            super().execute(operation if parameters is None else operation % written)

    def _fetch_more(self) -> None:
        with _told_apart():
            super()._fetch_more()
        read = [(nth, _READ[type_]) for nth, (_, type_, *_) in enumerate(self.description) if type_ in _READ]
        if read and self._data:
            columns = [list(column) for column in zip(*self._data, strict=True)]
            for nth, as_value in read:
                columns[nth] = [as_value(told) if isinstance(told, str) else told for told in columns[nth]]
            self._data = deque(zip(*columns, strict=True))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows that are left."""
        rows: list[tuple[Any, ...]] = []
        while self._data or self._state != self._STATE_FINISHED:
            rows += self._data
            self._data.clear()
            if self._state != self._STATE_FINISHED:
                self._fetch_more()
        return rows

    def close(self) -> None:
        """Let the server forget the statement, if it is still there."""
        with _told_apart():
            super().close()


class _Session(hive.Connection):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            with _told_apart():
                super().__init__(*args, **kwargs)
        except ValueError as error:  # options that do not go together, such as a password without auth
            raise BadSetting(f"warehouse: {error}") from error
        with self.cursor() as cursor:
            for name, value in SESSION.items():
                cursor.execute(f"set {name}={value}")

    def cursor(self, *_: Any, **__: Any) -> _Cursor:
        """Return a cursor of the session."""
        return _Cursor(self, arraysize=10_000)

    def rollback(self) -> None:
        """Do nothing: each statement is done when it is done."""

    def ping(self) -> None:
        """Ask whether the session is still there, without a statement; raises ``OperationalError`` where it is not."""
        asked = ttypes.TGetInfoReq(self.sessionHandle, ttypes.TGetInfoType.CLI_SERVER_NAME)
        with _told_apart():
            answer = self.client.GetInfo(asked)
        if answer.status.statusCode != ttypes.TStatusCode.SUCCESS_STATUS:
            raise hive.OperationalError(str(answer.status.errorMessage))


class _Names(IdentifierPreparer):
    def __init__(self, dialect: Any) -> None:
        super().__init__(dialect, initial_quote="`")


class _Statements(SQLCompiler):
    def visit_true(self, expr: Any, **kw: Any) -> str:
        return "true"

    def visit_false(self, expr: Any, **kw: Any) -> str:
        return "false"

    def visit_extract(self, extract: Any, **kw: Any) -> str:
        field = {"isodow": "dayofweek_iso"}.get(extract.field, extract.field)
        return f"EXTRACT({field} FROM {self.process(extract.expr, **kw)})"


class _Types(GenericTypeCompiler):
    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:
        return "STRING"

    def visit_INTEGER(self, type_: Any, **kw: Any) -> str:
        return "INT"

    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:
        return "DOUBLE"

    def visit_DOUBLE(self, type_: Any, **kw: Any) -> str:
        return "DOUBLE"

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:
        return "TIMESTAMP_NTZ"


class SparkDialect(HiveDialect):  # type: ignore[misc]
    """``sparksql://USER@HOST:PORT/DATABASE``; ``?auth=`` as PyHive says it (NOSASL, NONE, LDAP, KERBEROS)."""

    name = NAME
    preparer = _Names
    statement_compiler = _Statements
    type_compiler = _Types
    supports_statement_cache = True
    supports_native_decimal = True
    div_is_floordiv = False

    @classmethod
    def import_dbapi(cls) -> Any:
        """Return PyHive's module."""
        return hive

    dbapi = import_dbapi

    def connect(self, *args: Any, **kwargs: Any) -> _Session:
        """Open a session."""
        return _Session(*args, **kwargs)

    def has_table(self, connection: Connection, table_name: str, schema: str | None = None, **_: Any) -> bool:
        """Tell whether a table or view is there."""
        within = f" in `{schema}`" if schema else ""
        found = connection.exec_driver_sql(f"show tables{within} like '{table_name}'")
        return any(row[1] == table_name for row in found)

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Tell whether a session is still there."""
        dbapi_connection.ping()
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:
        """Tell whether an error means that the session is gone."""
        return isinstance(e, hive.OperationalError) or "Invalid SessionHandle" in str(e)


registry.register(NAME, __name__, SparkDialect.__name__)
