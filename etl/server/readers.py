"""Which database role may read which rows of a build: the setting ``warehouse_readers``, kept by the server itself.

A role for the whole desk (the dashboard's) reads every table. A manager's own role reads the rows of their teams and
what belongs to nobody, in any SQL client: row-level security, one policy a role and table. A table in which it cannot
be told whose a row is stays closed to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from etl.sources.files.relation import quoted as literal
from metrics.servers import WHOLE_DESK
from metrics.servers.postgresql import let_whole_desk_in, quoted

TEAM_KEYS = ("team_key", "first_team_key", "solving_team_key", "final_team_key")
NOBODYS = frozenset(
    {
        *("build", "cfg_setting", "dim_date", "dim_team", "dim_category", "dim_channel", "dim_article"),
        *("dim_business_clock", "dim_calendar_event"),
    }
)


def let_in(server: Connection, schema: str, readers: Mapping[str, str | Sequence[str]]) -> None:
    """Give every reader their rows of a schema's tables; raises ``BadSetting`` for a role the server does not know."""
    let_whole_desk_in(server, schema, readers)
    for role in readers:
        server.exec_driver_sql(f"grant usage on schema {schema} to {quoted(role)}")
    for table, columns in _columns(server, schema).items():
        server.exec_driver_sql(f'alter table {schema}."{table}" enable row level security')
        for role, teams in readers.items():
            rows = "true" if teams == WHOLE_DESK else _theirs(schema, table, columns, teams)
            if rows:
                server.exec_driver_sql(f'grant select on {schema}."{table}" to {quoted(role)}')
                policy = quoted(f"read by {role}")
                sql = f'create policy {policy} on {schema}."{table}" for select to {quoted(role)} using ({rows})'
                server.execution_options(no_parameters=True).exec_driver_sql(sql)


def _theirs(schema: str, table: str, columns: Sequence[str], teams: Sequence[str]) -> str:
    """Return the condition that a row is of one of the teams; empty where that cannot be told."""
    if table in NOBODYS:
        return "true"
    among = ", ".join(literal(team) for team in teams)
    keys = [key for key in TEAM_KEYS if key in columns]
    if keys:
        return " or ".join(f"{key} in ({among})" for key in keys)
    if "ticket_key" in columns:  # who may read a ticket may read what happened to it: the ticket's own policy decides
        return f"ticket_key in (select ticket.ticket_key from {schema}.fct_ticket as ticket)"
    return ""


def _columns(server: Connection, schema: str) -> dict[str, list[str]]:
    rows = server.execute(
        text(
            "select table_name, column_name from information_schema.columns where table_schema = :schema "
            "order by table_name, ordinal_position"
        ),
        {"schema": schema},
    )
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(str(table), []).append(str(column))
    return found
