"""Freshdesk, by its API v2: tickets by when they were last touched, each with its conversations.

What it cannot tell: who changed what before the last thirty days, for which alone activities can be exported, and on
some plans not at all. There the history is what the ticket's own instants and the versions seen tell.
"""

from __future__ import annotations

from etl.import_format import Table
from etl.import_format.kinds import instant, text
from etl.sources.freshdesk import checking, streams
from etl.sources.live import shared
from etl.sources.live.kinds import Connector, Option, Secret

STATS = Table(
    "stats",
    "Instants of a ticket, one row a version of it.",
    key=("ticket_id",),
    version="updated_at",
    columns=(
        text("ticket_id", "id", required=True),
        instant("updated_at", "updated_at of the ticket", required=True),
        instant("status_updated_at", "stats.status_updated_at"),
        instant("pending_since", "stats.pending_since"),
        instant("resolved_at", "stats.resolved_at"),
        instant("closed_at", "stats.closed_at"),
        instant("reopened_at", "stats.reopened_at"),
    ),
)

EXPORTS = Table(
    "exports",
    "Exports of activities that were read: what happened within one is known from it.",
    key=("day", "starts_at"),  # a day may come in several
    columns=(
        text("day", "created_at of the export", required=True),
        instant("starts_at", "metadata.start_at", required=True),
        instant("ends_at", "metadata.end_at", required=True),
    ),
)

CONNECTOR = Connector(
    kind="freshdesk",
    title="Freshdesk",
    tables=(
        STATS, EXPORTS, shared.TICKETS, shared.CHANGES, shared.AGENTS, shared.TEAMS, shared.REQUESTERS,
        shared.ORGANIZATIONS, shared.SURVEYS, shared.TIME_ENTRIES, shared.SLA_TARGETS, shared.SCHEDULES,
        shared.VENDOR_FIGURES,
    ),
    options=(
        Option("url", "Where it is: its Freshdesk domain", "https://example.freshdesk.com", required=True),
        Option("since", "Read nothing that was last touched before this day", "2024-01-01"),
        Option("category_field", "Ticket field that holds the category; without it the type does", "cf_topic"),
        Option("segment_field", "Name of the company field that holds the segment", "industry"),
        Option("statuses", "What statuses of your own mean, by number or name", {"8": "hold"}),
        Option("merge_note", "What the note on a merged ticket says", "closed and merged into ticket"),
        Option("bots", "Numbers of the agents that are programs", [43000012345]),
    ),
    secrets=(Secret("token", "an API key of an administrator"),),
    streams=streams.streams,
    check=checking.check,
)  # fmt: skip
