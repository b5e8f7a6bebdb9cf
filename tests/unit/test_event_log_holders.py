"""Who holds a ticket of an event log: every row says so, and a row without an agent says that nobody does."""

from __future__ import annotations

import duckdb

from config.settings import ROOT

MODEL = ROOT / "sql" / "staging" / "files" / "stg_files_logged_event.sql"
FUNCTIONS = ROOT / "sql" / "functions" / "duckdb.sql"
ROWS = """
    (1, '2026-03-02 09:00', 'new', 'kim', 'desk'),
    (2, '2026-03-02 10:00', null, null, 'network'),
    (3, '2026-03-02 11:00', 'open', null, 'network'),
    (4, '2026-03-02 12:00', null, 'lee', null)
"""


def changes(rows: str, of: str) -> list[tuple[str, str | None]]:
    """Return hour and new value of every change of one kind in a ticket's log."""
    with duckdb.connect() as connection:
        connection.execute(FUNCTIONS.read_text(encoding="utf-8"))
        connection.execute("create schema raw")
        connection.execute(
            f"""
            create table raw.files_snapshots as
            select 'log' as source, '1' as ticket_id, position, cast(written_at as timestamp) as occurred_at,
                cast(null as timestamp) as created_at, status, agent as agent_id, team as team_id, 'kim' as actor_id,
                cast(null as varchar) as category, cast(null as varchar) as priority,
                timestamp '2026-03-03' as _loaded_at, position as _row_hash
            from (values {rows}) as told (position, written_at, status, agent, team)
            """
        )
        return connection.execute(
            f"select strftime(occurred_at, '%H'), to_value from ({MODEL.read_text(encoding='utf-8')}) "
            "where event_type = $1 order by position",
            [of],
        ).fetchall()


def test_a_row_without_an_agent_says_that_nobody_holds_the_ticket() -> None:
    assert changes(ROWS, "agent") == [("09", "kim"), ("10", None), ("12", "lee")]
    assert changes(ROWS, "team") == [("09", "desk"), ("10", "network"), ("12", None)]


def test_a_row_without_a_status_changes_none() -> None:
    assert changes(ROWS, "status") == [("09", "new"), ("11", "open")]


def test_a_log_that_knows_no_agents_tells_of_none() -> None:
    assert changes(ROWS.replace("'lee'", "null").replace("'kim'", "null"), "agent") == []
