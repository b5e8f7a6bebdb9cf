"""A warehouse with Zendesk's tables as Fivetran writes them, out of a desk's life or of public seeds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.fakes.desk import Desk
from etl.sources.live.kinds import LiveSource
from etl.sources.live.privacy import Pseudonyms
from tests.support.live import KEY

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "fivetran_zendesk_seeds"
TABLES = {
    "user": "id bigint, role varchar, name varchar, organization_id bigint, active boolean, created_at timestamp,"
    " updated_at timestamp, email varchar",
    "group": "id bigint, name varchar",
    "organization": "id bigint, name varchar, created_at timestamp, updated_at timestamp, custom_segment varchar",
    "ticket": "id bigint, created_at timestamp, updated_at timestamp, status varchar, priority varchar,"
    " subject varchar, description varchar, requester_id bigint, submitter_id bigint, assignee_id bigint,"
    " group_id bigint, organization_id bigint, brand_id bigint, via_channel varchar, merged_ticket_ids varchar",
    "ticket_comment": "id bigint, ticket_id bigint, user_id bigint, created timestamp, public boolean, body varchar",
    "ticket_field_history": "field_name varchar, ticket_id bigint, updated timestamp, user_id bigint, value varchar",
    "ticket_sla_policy": "ticket_id bigint, sla_policy_id bigint, policy_applied_at timestamp",
    "sla_policy_metric_history": "sla_policy_id bigint, index bigint, sla_policy_updated_at timestamp,"
    " business_hours boolean, metric varchar, priority varchar, target bigint",
}
FIELDS = {"status": "status", "agent": "assignee_id", "team": "group_id", "priority": "priority", "category": "topic"}


def warehouse(path: Path, name: str = "desk", **more: Any) -> LiveSource:
    """Return a source that reads the warehouse at ``path``."""
    options: dict[str, Any] = {"schema": "zendesk", "category_field": "topic", **more}
    return LiveSource(name, "fivetran_zendesk", options, {"database": f"duckdb:///{path}"}, Pseudonyms(KEY))


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def bring(path: Path, desk: Desk) -> None:
    """Write what a desk holds as Fivetran does: rows that are new or changed carry a new ``_fivetran_synced``."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists zendesk")
        for table, rows in _rows(desk).items():
            columns = f"{TABLES[table]}, _fivetran_synced timestamp"
            connection.execute(f'create table if not exists zendesk."{table}" ({columns})')
            names = [told.split()[0] for told in TABLES[table].split(",")]
            marks = ", ".join("?" for _ in names)
            held = {row[:-1] for row in connection.execute(f'select * from zendesk."{table}"').fetchall()}
            gone = [row for row in held if row not in rows]
            for row in gone:
                connection.execute(
                    f'delete from zendesk."{table}" where {_same(names, row)}', [v for v in row if v is not None]
                )
            for row in rows:
                if row not in held:
                    connection.execute(f'insert into zendesk."{table}" values ({marks}, ?)', [*row, _naive(desk.now)])


def _same(names: list[str], row: tuple[Any, ...]) -> str:
    return " and ".join(f'"{n}" is null' if v is None else f'"{n}" = ?' for n, v in zip(names, row, strict=True))


def _rows(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    merged: dict[int, list[int]] = {}
    for ticket in desk.tickets.values():
        if ticket.merged_into:
            merged.setdefault(ticket.merged_into, []).append(ticket.number)
    tickets = []
    comments: list[tuple[Any, ...]] = []
    history: list[tuple[Any, ...]] = []
    for t in desk.tickets.values():
        asker, traits, at = desk.people.get(t.requester), t.traits, _naive(t.created_at)
        status = "deleted" if t.is_deleted else traits["status"]
        shared = (traits["priority"], t.subject, "what somebody wrote", t.requester, t.submitter)
        held = (traits["agent"], traits["team"], asker.organization if asker else None, 1, t.channel)
        tickets.append((t.number, at, _naive(t.updated_at), status, *shared, *held, str(merged.get(t.number, []))))
        comments.append((900_000 + t.number, t.number, t.submitter, at, True, "what somebody wrote"))
        first = {c.what: c.before for c in reversed(t.changes)}
        for what, field in FIELDS.items():
            value = first.get(what, traits[what])
            history += [(field, t.number, at, t.submitter, str(value))] if value else []
        for c in t.changes:
            if c.what == "comment":
                comments.append((c.number, t.number, c.by, _naive(c.at), c.is_public, "what somebody wrote"))
            else:
                value = "on-hold" if c.after == "hold" else c.after
                history.append((FIELDS[c.what], t.number, _naive(c.at), c.by, str(value) if value else None))
    applied = [(p.ticket, 1001, _naive(p.at)) for p in desk.promises]
    users = [
        (
            p.number,
            p.role,
            p.name,
            p.organization,
            p.is_active,
            _naive(p.created_at),
            _naive(p.updated_at),
            "x@example.com",
        )
        for p in desk.people.values()
    ]
    companies = [
        (o["id"], o["name"], _naive(o["at"]), _naive(o["at"]), o["fields"].get("segment"))
        for o in desk.organizations.values()
    ]
    for rated in desk.ratings.values():
        history.append(("satisfaction_score", rated.ticket, _naive(rated.offered_at), None, "offered"))
        history.append(("satisfaction_score", rated.ticket, _naive(rated.updated_at), None, rated.score))
    begun = datetime(2020, 1, 1)  # noqa: DTZ001 - as a warehouse holds it
    later = datetime(2026, 3, 10)  # noqa: DTZ001
    policies = [
        (1001, 0, begun, False, "first_reply_time", "normal", 30),
        (1001, 0, later, False, "first_reply_time", "normal", 5),
    ]
    return {
        "user": users, "group": list(desk.groups.items()), "organization": companies, "ticket": tickets,
        "ticket_comment": comments, "ticket_field_history": history, "ticket_sla_policy": applied,
        "sla_policy_metric_history": policies,
    }  # fmt: skip


def seeded(path: Path) -> None:
    """Write the public seeds of that shape."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema zendesk")
        for file in sorted(SEEDS.glob("*_data.csv")):
            name = file.stem.removesuffix("_data")
            connection.execute(f"create table zendesk.\"{name}\" as select * from read_csv('{file}')")
