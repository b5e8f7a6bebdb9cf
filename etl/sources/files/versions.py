"""What becomes of each row, told by hashes alone: new, known, repeated, in conflict or bad.

Leaves three temporary tables: ``seen(file_no, line, kh, row_hash, bad)``, where ``kh`` hashes
key and version and ``row_hash`` every documented column; ``dropped(file_no, line, why)``, what of it is not
to be loaded; ``quarantined(file_no, line, reason, row_json)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from etl.import_format import Table
from etl.sources.files.arriving import kept
from etl.sources.files.counts import MOST_TOLD
from etl.sources.files.delimited import Reject
from etl.sources.files.relation import instant_literal, named, quoted
from etl.sources.files.screening import Screen


def key_hash(table: Table) -> str:
    """Return SQL for the hash of a row's key and version."""
    columns = (*table.key, *((table.version,) if table.version else ()))
    return f"hash({', '.join(named(c) for c in columns)})"


def row_hash(table: Table, values: Mapping[str, str] | None = None) -> str:
    """Return SQL for the hash of a whole row, a positive BIGINT; ``values`` are SQL of columns that are to change."""
    columns = ((values or {}).get(c.name, named(c.name)) for c in table.columns)
    return f"(hash({', '.join(columns)}) >> 1)::bigint"


def judge(connection: duckdb.DuckDBPyConnection, screened: Screen, rejects: Sequence[Sequence[Reject]]) -> None:
    """Fill the three tables with every row and what is wrong with the bad ones; ``rejects`` are per file."""
    connection.execute(
        f"""
        create or replace temp table seen as
        select file_no, line, {key_hash(screened.table)} as kh, {row_hash(screened.table)} as row_hash, bad
        from ({screened.rows})
        """
    )
    connection.execute(
        """
        create or replace temp table dropped as select file_no, line, 'quarantined'::varchar as why from seen where bad;
        create or replace temp table quarantined (file_no integer, line bigint, reason varchar, row_json varchar)
        """
    )
    for number, faulty in enumerate(screened.faulty):
        if _any(connection, f"dropped where file_no = {number}"):
            bad = f"select line from dropped where file_no = {number}"
            connection.execute(
                f"""
                insert into quarantined
                select {number}, line, reason, row_json from ({faulty}) where line in ({bad}) limit {MOST_TOLD}
                """
            )
        if rejects[number]:
            torn = pa.table({name: [getattr(r, name) for r in rejects[number]] for name in ("line", "reason", "text")})
            connection.register("torn", torn)
            as_json = "json_object('text', text)::varchar"
            connection.execute(f"insert into quarantined select {number}, line, reason, {as_json} from torn")
            connection.unregister("torn")


def settle_repeats(connection: duckdb.DuckDBPyConnection, screened: Screen) -> None:
    """Decide between rows of the same key and version in one read.

    An identical row is superseded. A different one in the same file is quarantined, for nothing tells which
    is newer; in a file given later it wins.
    """
    connection.execute(
        "create or replace temp table repeated as select kh from seen where not bad group by kh having count(*) > 1"
    )
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
            from seen semi join repeated using (kh)
            where not bad
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
            limit {MOST_TOLD}
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
    hashes = f"{key_hash(table)} as kh, _row_hash as row_hash"
    mine = f"(select {hashes}, _loaded_at from {raw} where source = {quoted(source)})"
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
            from latest where latest.kh = seen.kh and latest.row_hash <> seen.row_hash)"""
    connection.execute(
        f"""
        insert into dropped
        select file_no, line, 'unchanged'
        from seen
        semi join (select kh, row_hash from {mine}) as known
            on known.kh = seen.kh and known.row_hash = seen.row_hash
        where not exists (from dropped where dropped.file_no = seen.file_no and dropped.line = seen.line) {replaced}
        """
    )


def fresh(connection: duckdb.DuckDBPyConnection, screened: Screen, source: str, now: datetime) -> str:
    """Return a SELECT of the rows to load, in the order of ``import_format.raw_schema``; it outlives ``connection``."""
    columns = ", ".join(named(c.name) for c in screened.table.columns)
    rows = screened.rows
    if _any(connection, "dropped"):
        dropped = kept(connection, f"{screened.table.name}_dropped", "select distinct file_no, line from dropped")
        same = "dropped.file_no = rows.file_no and dropped.line = rows.line"
        rows = f"select * from ({rows}) as rows anti join {dropped} as dropped on {same}"
    loader = (
        f"{quoted(source)} as source, {row_hash(screened.table)} as _row_hash, {instant_literal(now)} as _loaded_at"
    )
    return f"select {columns}, {loader} from ({rows})"


def _any(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"select 1 from {rows} limit 1").fetchone() is not None
