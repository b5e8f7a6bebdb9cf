"""What is kept of Zendesk's records: no comment, no description, no address, no name of a requester."""

from __future__ import annotations

from etl.import_format import PRIORITIES, STATUSES, Table
from etl.import_format.kinds import boolean, date, instant, integer, text

TICKETS = Table(
    "tickets",
    "Versions of a ticket as exported; deleted ones come back as deleted.",
    key=("ticket_id",),
    version="generated_at",
    columns=(
        text("ticket_id", "id", required=True),
        instant("generated_at", "generated_timestamp: moves when updated_at does not", required=True),
        instant("created_at", "created_at", required=True),
        text("status", "status", *STATUSES, "deleted", required=True),
        text("requester_id", "requester_id"),
        text("submitter_id", "submitter_id"),
        text("organization_id", "organization_id"),
        text("group_id", "group_id"),
        text("assignee_id", "assignee_id"),
        text("brand_id", "brand_id"),
        text("channel", "via.channel"),
        text("category", "the configured custom field"),
        text("priority", "priority", *PRIORITIES),
        text("subject", "subject"),
        text("tags", "tags"),
        text("merged_into_ticket_id", "from the audits of tickets tagged closed_by_merge"),
        boolean("is_merged", "tagged closed_by_merge"),
        text("url", "link for people"),
    ),
)

EVENTS = Table(
    "events",
    "One row per child event that says something of a ticket's life.",
    key=("ticket_id", "event_id"),
    columns=(
        text("ticket_id", "ticket_id", required=True),
        text("event_id", "id of the child event, and what it changed", required=True),
        integer("child_id", "id of the child event: their order within an audit", required=True),
        instant("occurred_at", "created_at of the audit", required=True),
        text("updater_id", "updater_id; none: a rule"),
        text("what", "What happened", "comment", "status", "agent", "team", "priority", "category", required=True),
        boolean("is_public", "comment_public"),
        text("to_value", "the new value; empty: none any more"),
        boolean("is_creation", "part of the audit that made the ticket"),
    ),
)

USERS = Table(
    "users",
    "Versions of agents and requesters; names of agents only.",
    key=("user_id",),
    version="updated_at",
    columns=(
        text("user_id", "id", required=True),
        instant("updated_at", "updated_at", required=True),
        instant("created_at", "created_at", required=True),
        text("role", "role", "end-user", "agent", "admin", required=True),
        text("name", "name, of agents and administrators"),
        text("email_key", "keyed hash of email"),
        text("organization_id", "organization_id"),
        text("default_group_id", "default_group_id"),
        boolean("is_active", "active"),
        boolean("is_bot", "named as a program in the settings"),
    ),
)

COUNTS = ("reopens", "replies", "group_stations")
TIMES = {
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}

METRIC_SETS = Table(
    "metric_sets",
    "Zendesk's own figures of a ticket, one row a version of it; columns are called as vendor figures are.",
    key=("ticket_id",),
    version="generated_at",
    columns=(
        text("ticket_id", "id", required=True),
        instant("generated_at", "generated_timestamp of the ticket", required=True),
        *(integer(name, name) for name in COUNTS),
        *(
            integer(f"{name}_minutes_{clock}", f"{field}.{clock}; none: not yet")
            for name, field in TIMES.items()
            for clock in ("calendar", "business")
        ),
    ),
)

GROUPS = Table(
    "groups",
    "Teams.",
    key=("group_id",),
    columns=(
        text("group_id", "id", required=True),
        text("name", "name", required=True),
        boolean("is_deleted", "deleted"),
        integer("tier", "the line the settings say it is"),
        boolean("is_triage", "only routes, as the settings say"),
    ),
)

ORGANIZATIONS = Table(
    "organizations",
    "Versions of an organization.",
    key=("organization_id",),
    version="updated_at",
    columns=(
        text("organization_id", "id", required=True),
        instant("updated_at", "updated_at", required=True),
        instant("created_at", "created_at", required=True),
        text("name", "name"),
        text("segment", "the configured organization field"),
        text("plan", "the configured organization field"),
    ),
)

RATINGS = Table(
    "ratings",
    "Versions of a satisfaction rating; comments are not kept.",
    key=("rating_id",),
    version="updated_at",
    columns=(
        text("rating_id", "id", required=True),
        instant("updated_at", "updated_at", required=True),
        instant("created_at", "created_at", required=True),
        text("ticket_id", "ticket_id", required=True),
        text("assignee_id", "assignee_id"),
        text(
            "score",
            "score",
            "offered",
            "unoffered",
            "good",
            "bad",
            "good_with_comment",
            "bad_with_comment",
            required=True,
        ),
    ),
)

SLA_EVENTS = Table(
    "sla_events",
    "Targets applied to tickets.",
    key=("sla_event_id",),
    columns=(
        text("sla_event_id", "id", required=True),
        text("ticket_id", "ticket_id", required=True),
        text("metric", "metric", required=True),
        integer("instance_id", "instance_id: the how manieth", required=True),
        instant("occurred_at", "time", required=True),
        integer("target_seconds", "sla.target, which is in minutes", required=True),
        boolean("is_business_clock", "sla.business_hours"),
        text("policy", "sla.policy.title"),
    ),
)

SCHEDULES = Table(
    "schedules",
    "Opening spells of a weekday.",
    key=("schedule_id", "weekday", "opens"),
    columns=(
        text("schedule_id", "id", required=True),
        text("time_zone", "time_zone, as IANA calls it", required=True),
        integer("weekday", "1 = Monday", required=True),
        text("opens", "HH:MM", required=True),
        text("closes", "HH:MM", required=True),
        boolean("is_default", "the first of the list"),
    ),
)

HOLIDAYS = Table(
    "holidays",
    "Days a schedule is closed.",
    key=("holiday_id",),
    columns=(
        text("holiday_id", "id", required=True),
        text("schedule_id", "schedule", required=True),
        text("title", "name"),
        date("starts_on", "start_date", required=True),
        date("ends_on", "end_date", required=True),
    ),
)

TABLES = (TICKETS, METRIC_SETS, EVENTS, USERS, GROUPS, ORGANIZATIONS, RATINGS, SLA_EVENTS, SCHEDULES, HOLIDAYS)
