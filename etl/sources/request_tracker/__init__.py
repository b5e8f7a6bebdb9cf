"""Request Tracker 5, by REST 2: every transaction by number, and the tickets they touched.

What it cannot tell: to whom agents belonged, for RT's groups are rights, not teams; queues are taken as teams.
"""

from __future__ import annotations

from etl.sources.live.kinds import Connector, Option, Secret
from etl.sources.request_tracker import streams
from etl.sources.request_tracker.tables import TABLES

CONNECTOR = Connector(
    kind="request_tracker",
    title="Request Tracker 5",
    tables=TABLES,
    options=(
        Option("url", "Where it is, with its path if it has one", "https://rt.example.com", required=True),
        Option("since", "Read no transaction before this day", "2024-01-01"),
        Option("category_field", "Name of the custom field that holds the category", "Topic"),
        Option("statuses", "What statuses of your own lifecycles mean", {"answered": "pending"}),
        Option("bots", "Logins of privileged users that are programs", ["robot"]),
    ),
    secrets=(Secret("token", "an authentication token of a user who may see every queue, its comments, and users"),),
    streams=streams.streams,
    check=streams.check,
)
