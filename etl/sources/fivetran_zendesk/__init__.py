"""Zendesk as Fivetran brings it into a warehouse: its tables, by when Fivetran last wrote a row.

What it cannot tell: to which groups agents belonged, how tickets were rated, and into which others those were merged
that were so before ``merged_ticket_ids`` was brought.
"""

from __future__ import annotations

from etl.sources.fivetran_zendesk import streams
from etl.sources.live import shared
from etl.sources.live.kinds import Connector, Option, Secret

CONNECTOR = Connector(
    kind="fivetran_zendesk",
    title="Zendesk in a warehouse, as Fivetran brings it",
    tables=(
        shared.TICKETS, shared.CHANGES, shared.AGENTS, shared.TEAMS, shared.REQUESTERS, shared.ORGANIZATIONS,
        shared.SURVEYS, shared.SLA_TARGETS, shared.SCHEDULES, shared.CALENDAR_EVENTS,
    ),
    options=(
        Option("schema", "The schema Fivetran writes to", "zendesk"),
        Option("since", "Read no ticket that was last changed before this day", "2024-01-01"),
        Option("category_field", "Name of the field in ticket_field_history that holds the category", "custom_topic"),
        Option("segment_field", "Column of organization that holds the segment", "custom_segment"),
        Option("plan_field", "Column of organization that holds the plan", "custom_plan"),
        Option("url", "Where people see it, for links to tickets", "https://example.zendesk.com"),
        Option("bots", "Numbers of the users that are programs", [360001234567]),
    ),
    secrets=(Secret("database", "SQLAlchemy URL of a read-only login to the warehouse"),),
    streams=streams.streams,
    check=streams.check,
)  # fmt: skip
