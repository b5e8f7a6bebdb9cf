"""Intercom, by its API 2.14: conversations by when they were last touched, each with its parts.

What it cannot tell: when conversations were deleted (they are gone without a word, and missed once a week), parts
before the last 500, and how long its service targets are.
"""

from __future__ import annotations

from etl.sources.intercom import streams
from etl.sources.live import shared
from etl.sources.live.kinds import Connector, Option, Secret

CONNECTOR = Connector(
    kind="intercom",
    title="Intercom",
    tables=(
        shared.TICKETS, shared.CHANGES, shared.AGENTS, shared.TEAMS, shared.REQUESTERS, shared.ORGANIZATIONS,
        shared.SURVEYS, shared.PRESENT, shared.VENDOR_FIGURES,
    ),
    options=(
        Option("url", "The API of your region, such as https://api.eu.intercom.io", streams.HOME, required=True),
        Option("since", "Read nothing that was last touched before this day", "2024-01-01"),
        Option("category_field", "Conversation attribute that holds the category", "Topic"),
        Option("segment_field", "Company attribute that holds the segment", "segment"),
        Option("deleted_days", "Days between lists of all conversations: what is gone was deleted; 0: none", 7),
        Option("bots", "Numbers of the admins that are programs", [991267645]),
    ),
    secrets=(Secret("token", "an access token that may read conversations, people and admins"),),
    streams=streams.streams,
    check=streams.check,
)  # fmt: skip
