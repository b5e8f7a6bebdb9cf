"""Telling new rows from repeated and known ones, by hashes alone.

Works on the table ``good(file_no, line, kh, row_hash)`` that screening left, and leaves
``dropped(file_no, line, why)``: what of it is not to be loaded, and why not.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

from etl.import_format import Table
from etl.sources.files.relation import instant_literal, named, quoted
from etl.sources.files.screening import Screen, key_hash, row_hash


def settle_repeats(connection: duckdb.DuckDBPyConnection, screened: Screen) -> None:
    """Decide between rows of the same key and version in one read.

    An identical row is superseded. A different one in the same file is quarantined, for nothing tells which
    is newer; in a file given later it wins.
    """
    connection.execute("create or replace table dropped (file_no integer, line bigint, why varchar)")
    connection.execute("create or replace temp table repeated as select kh from good group by kh having count(*) > 1")
    if not _any(connection, "repeated"):
        return
    connection.execute(
        """
        create or replace temp table ranked as
        with rows as (
            select
                *,
                first_value(row_hash) over (partition by kh, file_no order by line) as first_hash,
                min(line) over (partition by kh, file_no) as first_line,
                max(file_no) over (partition by kh) as last_file
            from good semi join repeated using (kh)
        )
        select
            *,
            case
                when row_hash <> first_hash then 'quarantined'
                when file_no <> last_file or line <> first_line then 'superseded'
            end as why
        from rows
        """
    )
    connection.execute("insert into dropped select file_no, line, why from ranked where why is not null")
    for number, rows in enumerate(screened.row_json):
        connection.execute(
            f"""
            insert into quarantined
            select {number}, ranked.line, {_conflict(screened.table)}, rows.row_json
            from ranked join ({rows}) as rows on rows.line = ranked.line
            where ranked.why = 'quarantined' and ranked.file_no = {number}
            """
        )


def _conflict(table: Table) -> str:
    key = " and ".join(table.key)
    tells = f", and no {table.version} to tell which is newer" if table.version else ""
    return f"concat({quoted(f'same {key} as line ')}, ranked.first_line, {quoted(' with different content' + tells)})"


def settle_known(connection: duckdb.DuckDBPyConnection, table: Table, raw: str, source: str) -> None:
    """Mark as unchanged what ``raw`` (an attached table) has from this source already.

    A row that came back after a different one of the same key and version had replaced it is not
    unchanged: it is loaded again, so that the newest load wins.
    """
    mine = f"(select {key_hash(table)} as kh, _row_hash as row_hash, _loaded_at from {raw} where source = {quoted(source)})"
    loads = connection.execute(f"select count(distinct _loaded_at) from {mine}").fetchone()
    if not loads or not loads[0]:
        return
    replaced = ""
    if loads[0] > 1:
        connection.execute(
            f"""
            create or replace temp table latest as
            select kh, arg_max(row_hash, _loaded_at) as row_hash from {mine}
            group by kh having count(*) > 1
            """
        )
        replaced = """and not exists (
            from latest where latest.kh = good.kh and latest.row_hash <> good.row_hash)"""
    connection.execute(
        f"""
        insert into dropped
        select file_no, line, 'unchanged'
        from good
        semi join (select kh, row_hash from {mine}) as known
            on known.kh = good.kh and known.row_hash = good.row_hash
        where not exists (from dropped where dropped.file_no = good.file_no and dropped.line = good.line) {replaced}
        """
    )


def fresh(connection: duckdb.DuckDBPyConnection, screened: Screen, source: str, now: datetime) -> str:
    """Return a SELECT of the rows to load, in the order of ``import_format.raw_schema``."""
    columns = ", ".join(named(c.name) for c in screened.table.columns)
    rows = f"select * from ({screened.rows}) where not bad"
    if _any(connection, "dropped"):
        rows = f"select * from ({rows}) as rows anti join dropped on dropped.file_no = rows.file_no and dropped.line = rows.line"
    loader = (
        f"{quoted(source)} as source, {row_hash(screened.table)} as _row_hash, {instant_literal(now)} as _loaded_at"
    )
    return f"select {columns}, {loader} from ({rows})"


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select 1 from {table} limit 1").fetchone() is not None
