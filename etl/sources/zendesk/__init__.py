"""Zendesk Support, by its incremental exports.

Tickets and users by cursor; ticket events, metric events and organizations by time; ratings, groups and schedules by
listing. The export tells of tickets that automations touched, of deleted and of archived ones, which ``updated_at``
and the plain listings do not. What it cannot tell: how an agent's group changed before the first run.
"""

from __future__ import annotations

from etl.sources.live.kinds import Connector, Option, Secret
from etl.sources.zendesk import checking, streams
from etl.sources.zendesk.tables import TABLES

CONNECTOR = Connector(
    kind="zendesk",
    title="Zendesk Support",
    tables=TABLES,
    options=(
        Option("url", "Where it is", "https://example.zendesk.com", required=True),
        Option("user", "The e-mail of the administrator whose API token it is; leave it out for an OAuth token", ""),
        Option("since", "Read nothing that was last touched before this day", "2024-01-01"),
        Option("category_field", "Number of the ticket field that holds the category", 360001234567),
        Option("segment_field", "Key of the organization field that holds the segment", "segment"),
        Option("plan_field", "Key of the organization field that holds the plan", "plan"),
        Option("bots", "Numbers of the users that are programs", [360001234567]),
    ),
    secrets=(Secret("token", "an API token, or an OAuth token with the scope read"),),
    streams=streams.streams,
    check=checking.check,
)
