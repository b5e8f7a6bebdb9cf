"""Writing the helpdesk down: one Parquet file a table, in the import format."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.demo.columns import dates, instants, picked, ticket_ids, whole
from etl.demo.customers import organization_ids, requester_ids
from etl.demo.desk import BRANDS, CATEGORIES, CHANNELS, PRIORITIES, SCHEDULES, TEAMS
from etl.demo.dirt import UNKNOWN_TYPE, Dirt
from etl.demo.lives import Desk
from etl.demo.log import AGENT_VALUE, STATUS, TEAM_VALUE, TYPE, Events
from etl.demo.people import BOT_ID, People
from etl.demo.rosters import ACTIVITIES, OVERTIME, Spells
from etl.demo.window import DAY, Ints
from etl.import_format import ACTOR_TYPES, EVENT_TYPES, STATUSES, TABLES

ROWS: Final = 1_000_000  # of the event log built at a time: bounds memory
assert UNKNOWN_TYPE not in EVENT_TYPES


def write_table(out: Path, name: str, columns: dict[str, pa.Array], extra: pa.Table | None = None) -> int:
    """Write a table of the import format, missing columns empty; returns its rows."""
    table = _table(name, columns)
    if extra is not None:
        table = pa.concat_tables([table, extra])
    pq.write_table(table, out / f"{name}.parquet", compression="zstd")
    return int(table.num_rows)


def _table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    schema = TABLES[name].arrow_schema()
    size = len(next(iter(columns.values())))
    return pa.Table.from_arrays(
        [columns.get(f.name, pa.nulls(size, f.type)).cast(f.type) for f in schema], schema=schema
    )


def write_events(out: Path, desk: Desk, events: Events, dirt: Dirt) -> int:
    """Write the event log in the order of its file, some rows at a time; returns its rows."""
    people = pa.array([*desk.people.ids(), BOT_ID])
    actors = pa.concat_arrays([people, requester_ids(desk.customers)])
    words = [*STATUSES, *PRIORITIES, *(t.team_id for t in TEAMS), *(c.name for c in CATEGORIES)]
    values = pa.concat_arrays([pa.array(words), people, ticket_ids(np.arange(len(desk.tickets)))])
    position = events.position()
    schema = TABLES["events"].arrow_schema()
    with pq.ParquetWriter(out / "events.parquet", schema, compression="zstd") as writer:
        for start in range(0, len(dirt.order), ROWS):
            rows = dirt.order[start : start + ROWS]
            writer.write_table(_event_rows(events.take(rows), position[rows], actors, values))
        writer.write_table(dirt.bad_events)
    return len(dirt.order) + int(dirt.bad_events.num_rows)


def _event_rows(e: Events, position: Ints, actors: pa.Array, values: pa.Array) -> pa.Table:
    return _table(
        "events",
        {
            "ticket_id": ticket_ids(e.ticket.astype(np.int64)),
            "event_id": pa.array(position).cast(pa.string()),
            "position": whole(position),
            "occurred_at": instants(e.at),
            "event_type": pa.array(EVENT_TYPES).take(pa.array(e.type)),
            "actor_type": pa.array(ACTOR_TYPES).take(pa.array(e.by)),
            "actor_id": picked(actors, e.actor.astype(np.int64)),
            "is_public": pa.array(e.public == 1, mask=e.public < 0),
            "to_value": picked(values, e.value.astype(np.int64)),
            "duration_seconds": whole(e.duration.astype(np.int64), e.duration < 0),
        },
    )


def ticket_columns(desk: Desk, events: Events, dirt: Dirt) -> dict[str, pa.Array]:
    """Return the columns of ``tickets`` as they stand now: what their events have led to."""
    t = desk.tickets
    size = len(t)

    def last(what: str, otherwise: int) -> Ints:
        state, rows = np.full(size, otherwise), np.flatnonzero(events.type == TYPE[what])
        state[events.ticket[rows]] = events.value[rows]  # in order: the last one stays
        return state

    updated = t.created.copy()
    past = events.at <= desk.window.until
    updated[events.ticket[past]] = events.at[past]
    known = pa.array([c.name for c in CATEGORIES])
    subjects = pa.array([s for c in CATEGORIES for s in c.subjects])
    which = np.arange(size) * 2654435761 % 4
    subject = picked(subjects, 4 * t.category + which)
    subject = pc.if_else(pa.array(t.is_spam), "You have won an example prize", subject)
    subject = pc.if_else(pa.array(dirt.is_test), "Test, please ignore", subject)
    ids = ticket_ids(np.arange(size))
    macro = np.array([c.is_automatable for c in CATEGORIES])[t.category] & (which < 3)
    urgent = (t.priority == 3).astype(np.int64)
    # Agents who find no article to send say so on one ticket in nine.
    missing = np.array([c.articles == 0 for c in CATEGORIES])[t.category] & t.is_human & (np.arange(size) % 9 == 0)
    tags = pa.array(["macro", "vip", "macro,vip", "write-up", "vip,write-up"])
    return {
        "ticket_id": ids,
        "updated_at": instants(updated),
        "created_at": instants(t.created),
        "requester_id": picked(requester_ids(desk.customers), t.requester),
        "organization_id": picked(organization_ids(desk.customers), t.organization),
        "channel": pa.array(CHANNELS).take(pa.array(t.channel)),
        "category": known.take(pa.array(t.category)),
        "priority": pa.array(PRIORITIES).take(pa.array(_priority_now(desk, events))),
        "subject": subject,
        "brand": pa.array(BRANDS).take(pa.array((t.category >= 10).astype(np.int64))),
        "tags": picked(tags, np.where(missing, 3 + urgent, macro + 2 * urgent - 1)),
        "initiated_by": pa.array(["requester", "agent"]).take(pa.array(t.is_outbound.astype(np.int64))),
        "status": pa.array(STATUSES).take(pa.array(last("status", STATUS["new"]))),
        "team_id": picked(pa.array([x.team_id for x in TEAMS]), last("team", -1 + TEAM_VALUE) - TEAM_VALUE),
        "agent_id": picked(pa.array(desk.people.ids()), last("agent", -1 + AGENT_VALUE) - AGENT_VALUE),
        "is_spam": pa.array(t.is_spam),
        "is_test": pa.array(dirt.is_test),
        "is_deleted": pa.array(dirt.is_deleted),
        "merged_into_ticket_id": picked(ids, np.where(t.is_merged, t.parent, -1)),
        "url": pc.binary_join_element_wise("https://desk.example.com/tickets/", ids, ""),
    }


def _priority_now(desk: Desk, events: Events) -> Ints:
    """Return priorities; one that is to be raised after now still has its first."""
    now = np.where(desk.tickets.raised_from >= 0, desk.tickets.raised_from, desk.tickets.priority)
    rows = np.flatnonzero(events.type == TYPE["priority"])
    now[events.ticket[rows]] = events.value[rows] - len(STATUSES)
    return now


def desk_columns() -> dict[str, dict[str, pa.Array]]:
    """Return the columns of ``teams``, ``schedules`` and ``categories``."""
    return {
        "teams": {
            "team_id": pa.array([t.team_id for t in TEAMS]),
            "name": pa.array([t.name for t in TEAMS]),
            "tier": pa.array([t.tier for t in TEAMS]),
            "is_triage": pa.array([False for _ in TEAMS]),
            "schedule_id": pa.array([t.schedule_id for t in TEAMS]),
            "time_zone": pa.array([t.zone for t in TEAMS]),
        },
        "schedules": {
            name: pa.array([s[i] for s in SCHEDULES])
            for i, name in enumerate(("schedule_id", "time_zone", "weekday", "opens", "closes"))
        },
        "categories": {
            "category": pa.array([c.name for c in CATEGORIES]),
            "product_area": pa.array([c.area for c in CATEGORIES]),
            "effort_tier": pa.array([c.effort for c in CATEGORIES]),
            "is_automatable": pa.array([c.is_automatable for c in CATEGORIES]),
            "is_multi_contact": pa.array([c.is_multi_contact for c in CATEGORIES]),
        },
    }


def agent_columns(people: People) -> dict[str, pa.Array]:
    """Return the columns of ``agents``: one row a spell, the bot last."""
    rows = [(p, team, first) for p in people.persons for team, first, _ in p.spells()]
    return {
        "agent_id": pa.array([p.agent_id for p, _, _ in rows] + [BOT_ID]),
        "valid_from": dates(np.array([first for _, _, first in rows] + [min(p.joined for p in people.persons)])),
        "name": pa.array([p.name for p, _, _ in rows] + ["Example Bot"]),
        "team_id": pa.array([TEAMS[team].team_id for _, team, _ in rows] + [None]),
        "role": pa.array([p.role for p, _, _ in rows] + ["bot"]),
        "joined_on": dates(np.array([p.joined for p, _, _ in rows] + [min(p.joined for p in people.persons)])),
        "left_on": dates(
            np.array([p.left or 0 for p, _, _ in rows] + [0]), np.array([p.left is None for p, _, _ in rows] + [True])
        ),
        "hours_per_week": pa.array([p.hours for p, _, _ in rows] + [None]),
        "time_zone": pa.array([TEAMS[team].zone for _, team, _ in rows] + [None]),
        "is_deleted": pa.array([p.left is not None and p.number % 2 == 0 for p, _, _ in rows] + [False]),
    }


def roster_columns(people: People, spells: Spells, start: int) -> dict[str, pa.Array]:
    """Return the columns of ``rosters``: what was planned, so without overtime."""
    planned = spells.where((spells.activity != OVERTIME) & (spells.starts >= start - DAY))
    return {
        "agent_id": pa.array(people.ids()).take(pa.array(planned.agent)),
        "starts_at": instants(planned.starts),
        "ends_at": instants(planned.ends),
        "activity": pa.array(ACTIVITIES).take(pa.array(planned.activity)),
    }
