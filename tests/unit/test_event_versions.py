"""An event handed over again replaces what it was: who opened a ticket is what its newest version says."""

from __future__ import annotations

import duckdb

from config.settings import ROOT

FILES = ROOT / "sql" / "staging" / "files"


def test_who_opened_a_ticket_is_told_by_the_newest_version() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        connection.execute(
            """
            create table raw.files_events as
            select 'desk' as source, ticket_id, 'first' as event_id, cast(loaded_on as timestamp) as _loaded_at,
                1 as _row_hash, 'created' as event_type, actor_type, 'kim' as actor_id,
                timestamp '2026-03-01' as occurred_at, 0 as position, true as is_public,
                cast(null as varchar) as to_value, cast(null as bigint) as duration_seconds
            from (
                values ('1', '2026-03-02', 'agent'), ('1', '2026-03-03', 'requester'), ('2', '2026-03-02', 'agent')
            ) as told (ticket_id, loaded_on, actor_type)
            """
        )
        events = (FILES / "stg_files_told_event.sql").read_text(encoding="utf-8")
        connection.execute(f"create view stg_files_told_event as {events}")
        tickets = (FILES / "stg_files_told_ticket.sql").read_text(encoding="utf-8")
        found = connection.execute(f"select ticket_id, is_opened_by_agent from ({tickets}) order by all").fetchall()
    assert found == [("1", False), ("2", True)]
