"""What is being read, without whom was erased: so that nobody comes back with the next export."""

from __future__ import annotations

import re
from dataclasses import replace

import duckdb
import pyarrow as pa

from etl.erasure.cutting import cut, persons
from etl.erasure.tombstones import Tombstones
from etl.import_format import Table
from etl.sources.files.delimited import Reject
from etl.sources.files.relation import named
from etl.sources.files.screening import Part

_BETWEEN = re.compile(r"[,;|\t\"'\s]+")


def cut_part(connection: duckdb.DuckDBPyConnection, part: Part, table: Table, source: str, erased: Tombstones) -> Part:
    """Return one file's share of a table without whom was erased."""
    if not erased:
        return part
    relation, places = part.relation, {g.column.name: (g.sql, g.type) for g in part.given}
    rejects = tuple(_cut_reject(reject, source, erased) for reject in relation.rejects)
    columns = {c.name: _text(*places.get(c.name, ("null", ""))) for c in table.columns if c.kind == "text"}
    ids = _found(connection, relation.sql, columns, source, erased)
    found = cut(table.name, columns, ids) if ids else None
    sql = relation.sql
    if found is not None and found.left_out:
        sql = f"select * from ({sql}) where not {found.hit}"
    elif found is not None:
        becomes: dict[str, str] = {}
        for name, made in found.becomes.items():
            place, type_ = places.get(name, ("", ""))
            if re.fullmatch(r"c\d+", place):  # a constant of the mapping is nobody's
                becomes.setdefault(place, _typed(made, place, type_))
        sql = f"select * replace ({', '.join(f'{made} as {place}' for place, made in becomes.items())}) from ({sql})"
    return replace(part, relation=replace(relation, sql=sql, rejects=rejects))


def cut_arrow(
    connection: duckdb.DuckDBPyConnection, arrow: pa.Table, table: Table, source: str, erased: Tombstones
) -> pa.Table:
    """Return rows of a helpdesk read live without whom was erased."""
    columns = {c.name: named(c.name) for c in table.columns if c.kind == "text"}
    if not erased or not persons(columns) or not arrow.num_rows:
        return arrow
    connection.register("uncut", arrow)
    try:
        ids = _found(connection, "select * from uncut", columns, source, erased)
        found = cut(table.name, columns, ids) if ids else None
        if found is None:
            return arrow
        if found.left_out:
            return connection.execute(f"select * from uncut where not {found.hit}").to_arrow_table()
        becomes = ", ".join(f"({sql})::varchar as {named(name)}" for name, sql in found.becomes.items())
        return connection.execute(f"select * replace ({becomes}) from uncut").to_arrow_table()
    finally:
        connection.unregister("uncut")


def tells_of(text: str, source: str, erased: Tombstones) -> bool:
    """Tell whether a row that could not be read, as it stood in its file, names somebody who was erased."""
    return any(erased.has(source, word) for word in words_of(text))


def words_of(text: str) -> list[str]:
    """Return what of a text could be somebody's identity: all of it, and what stands between its delimiters."""
    return [word for word in {text.strip(), *_BETWEEN.split(text)} if word]


def _found(
    connection: duckdb.DuckDBPyConnection, rows: str, columns: dict[str, str], source: str, erased: Tombstones
) -> list[str]:
    told: set[str] = set()
    for sql in persons(columns).values():
        found = connection.execute(f"select distinct {sql} from ({rows}) where {sql} is not null").fetchall()
        told |= {str(value) for (value,) in found}
    return erased.among(source, told)


def _cut_reject(reject: Reject, source: str, erased: Tombstones) -> Reject:
    return replace(reject, text="") if tells_of(reject.text, source, erased) else reject


def _text(sql: str, type_: str) -> str:
    if type_ in ("FLOAT", "DOUBLE"):  # whole numbers with gaps, as pandas writes them
        return f"try_cast({sql} as bigint)::varchar"
    return sql if type_ == "VARCHAR" else f"{sql}::varchar"


def _typed(sql: str, place: str, type_: str) -> str:
    """Return SQL of the column's own type: what stays is the value as it came."""
    return sql if type_ == "VARCHAR" else f"case when ({sql}) is not null then {place} end"
