"""What is kept of RT's records: no content, no address."""

from __future__ import annotations

from etl.import_format import ACTOR_TYPES, STATUSES, Table
from etl.import_format.kinds import boolean, instant, integer, text

TRANSACTIONS = Table(
    "transactions",
    "What happened to tickets, by number.",
    key=("transaction_id",),
    columns=(
        integer("transaction_id", "id", required=True),
        text("ticket_id", "ObjectId", required=True),
        instant("occurred_at", "Created", required=True),
        text(
            "what",
            "Type and Field",
            "created",
            "message",
            "status",
            "agent",
            "team",
            "priority",
            "category",
            "merged",
            "other",
            required=True,
        ),
        boolean("is_public", "correspondence, not a comment"),
        text("actor_type", "Who did it", *ACTOR_TYPES, required=True),
        text("actor_id", "login of an agent, keyed hash of anybody else's"),
        text("old_value", "OldValue"),
        text("new_value", "NewValue"),
        integer("seconds", "TimeTaken, which is in minutes"),
    ),
)

TICKETS = Table(
    "tickets",
    "Versions of a ticket; merged ones are known by their transactions alone.",
    key=("ticket_id",),
    version="updated_at",
    columns=(
        text("ticket_id", "id", required=True),
        instant("updated_at", "LastUpdated", required=True),
        instant("created_at", "Created", required=True),
        text("status", "Status, as the settings call it", *STATUSES, "deleted", required=True),
        text("queue_id", "Queue", required=True),
        text("owner", "Owner; none: Nobody"),
        text("requester_key", "keyed hash of the first requestor"),
        text("subject", "Subject"),
        text("category", "the configured custom field"),
        text("priority", "Priority"),
        text("url", "link for people"),
    ),
)

AGENTS = Table(
    "agents",
    "Privileged users.",
    key=("login",),
    columns=(
        text("login", "Name", required=True),
        text("name", "RealName"),
        boolean("is_disabled", "Disabled"),
        boolean("is_bot", "named as a program in the settings"),
    ),
)

QUEUES = Table(
    "queues",
    "Teams.",
    key=("queue_id",),
    columns=(
        text("queue_id", "id", required=True),
        text("name", "Name", required=True),
        integer("tier", "the line the settings say it is"),
        boolean("is_triage", "only routes, as the settings say"),
    ),
)

TABLES = (TRANSACTIONS, TICKETS, AGENTS, QUEUES)
