"""Jira Service Management (cloud): issues of its service projects by when they were last touched, with their history.

What it cannot tell: when an issue was deleted (what is no longer listed was), and to whom agents belonged, for Jira's
groups are rights, not teams; projects are taken as teams.
"""

from __future__ import annotations

from etl.sources.jira import checking, streams
from etl.sources.live import shared
from etl.sources.live.kinds import Connector, Option, Secret

CONNECTOR = Connector(
    kind="jira",
    title="Jira Service Management",
    tables=(
        shared.TICKETS, shared.CHANGES, shared.AGENTS, shared.TEAMS, shared.ORGANIZATIONS, shared.SURVEYS,
        shared.TIME_ENTRIES, shared.SLA_TARGETS, shared.PRESENT,
    ),
    options=(
        Option("url", "Where it is", "https://example.atlassian.net", required=True),
        Option("user", "The e-mail of the account whose API token it is", "desk@example.com", required=True),
        Option("since", "Read nothing that was last touched before this day", "2024-01-01"),
        Option("projects", "Keys of the service projects to read; without it all", ["HELP"]),
        Option("category_field", "Field that holds the category; without it the request type", "customfield_10050"),
        Option("statuses", "What statuses mean, where their category does not say it", {"Waiting for vendor": "hold"}),
        Option("priorities", "What priorities of your own mean", {"Blocker": "urgent"}),
        Option("targets", "What service targets of your own promise", {"Time to answer": "first_reply"}),
        Option("duplicate_link", "The link that joins a duplicate to what it repeats", "Duplicate"),
        Option("bots", "Account ids of agents that are programs", ["557058:0000"]),
    ),
    secrets=(Secret("token", "an API token of an agent who may browse the projects and see their agents"),),
    streams=streams.streams,
    check=checking.check,
)  # fmt: skip
