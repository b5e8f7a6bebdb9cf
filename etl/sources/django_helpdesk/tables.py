"""What is kept of django-helpdesk's rows: no description, no comment, no address."""

from __future__ import annotations

from etl.import_format import STATUSES, Table
from etl.import_format.kinds import boolean, instant, integer, text

TICKETS = Table(
    "tickets",
    "Versions of a ticket.",
    key=("ticket_id",),
    version="modified_at",
    columns=(
        text("ticket_id", "id", required=True),
        instant("modified_at", "modified", required=True),
        instant("created_at", "created", required=True),
        text("status", "status, as the settings call it", *STATUSES, required=True),
        integer("priority", "1 = critical … 5 = very low"),
        text("queue_id", "queue_id"),
        text("assigned_to_id", "assigned_to_id"),
        text("requester_key", "keyed hash of submitter_email"),
        text("subject", "title"),
        text("category", "the configured custom field"),
        text("merged_to_id", "merged_to_id"),
        text("url", "link for people"),
    ),
)

FOLLOWUPS = Table(
    "followups",
    "One row per follow-up, under the ticket it was written on, whatever was merged since.",
    key=("followup_id",),
    columns=(
        text("followup_id", "id", required=True),
        text("ticket_id", "ticket_id, or the one its title says it was merged from", required=True),
        instant("occurred_at", "date", required=True),
        text("user_id", "user_id; none: the requester, or a program"),
        boolean("is_public", "public"),
        boolean("has_comment", "whether somebody wrote something"),
        text("status", "new_status, as the settings call it", *STATUSES),
        integer("seconds", "time_spent"),
    ),
)

CHANGES = Table(
    "changes",
    "Changes of owner, queue, priority and hold.",
    key=("change_id",),
    columns=(
        text("change_id", "id", required=True),
        text("followup_id", "followup_id", required=True),
        text("what", "field", "agent", "team", "priority", "hold", required=True),
        text("old_value", "old_value"),
        text("new_value", "new_value"),
    ),
)

USERS = Table(
    "users",
    "Accounts; names of staff only.",
    key=("user_id",),
    columns=(
        text("user_id", "id", required=True),
        text("username", "username, of staff"),
        text("name", "first and last name, of staff"),
        text("email_key", "keyed hash of email"),
        boolean("is_staff", "is_staff"),
        boolean("is_active", "is_active"),
        instant("joined_at", "date_joined"),
    ),
)

QUEUES = Table(
    "queues",
    "Teams.",
    key=("queue_id",),
    columns=(
        text("queue_id", "id", required=True),
        text("title", "title", required=True),
        integer("tier", "the line the settings say it is"),
        boolean("is_triage", "only routes, as the settings say"),
    ),
)

PRESENT = Table(
    "present",
    "The tickets and follow-ups there are: what is not among them was deleted.",
    key=("what", "id"),
    columns=(text("what", "Of what", "ticket", "followup", required=True), text("id", "id", required=True)),
)

TABLES = (TICKETS, FOLLOWUPS, CHANGES, USERS, QUEUES, PRESENT)
