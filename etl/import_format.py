"""The Deskpulse import format: every table and column a helpdesk can be handed over in.

This is the one description of the format. The file reader validates with it, the demo helpdesk
writes it, raw tables are created from it, the golden stories are told in it, and
``docs/import-format.md`` is generated from it.

A folder in the import format holds one file a table, named as the table (``tickets.parquet``,
``events.csv`` …). Every table but ``tickets`` may be missing. Instants are ISO 8601 with an offset
(``2026-03-02T09:00:00Z``) or Parquet timestamps; an instant without an offset is read as UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Kind = Literal["text", "instant", "date", "integer", "number", "boolean"]

ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "instant": pa.timestamp("us"),  # UTC, without a zone: what every engine stores alike
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """A column of the import format: its type, its meaning, and what it may hold."""

    name: str
    kind: Kind
    says: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table of the import format.

    ``key`` identifies a row; ``version`` names the column that orders versions of the same row
    (None where a row never changes or the newest load wins).
    """

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    version: str | None = None

    def arrow_schema(self) -> pa.Schema:
        """Return the table as an Arrow schema, columns in documented order."""
        return pa.schema([pa.field(c.name, ARROW[c.kind]) for c in self.columns])

    def column(self, name: str) -> Column:
        """Return the column called ``name``; raises ``KeyError`` if there is none."""
        return {c.name: c for c in self.columns}[name]


def _text(name: str, says: str, *values: str, required: bool = False) -> Column:
    return Column(name, "text", says, required, values)


def _instant(name: str, says: str, required: bool = False) -> Column:
    return Column(name, "instant", says, required)


def _date(name: str, says: str, required: bool = False) -> Column:
    return Column(name, "date", says, required)


def _integer(name: str, says: str, required: bool = False) -> Column:
    return Column(name, "integer", says, required)


def _number(name: str, says: str, required: bool = False) -> Column:
    return Column(name, "number", says, required)


def _boolean(name: str, says: str, required: bool = False) -> Column:
    return Column(name, "boolean", says, required)


STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
EVENT_TYPES = (
    "created",
    "message",  # public or, with is_public = false, an internal note
    "call",
    "chat",
    "status",
    "agent",
    "team",
    "category",
    "priority",
    "escalated",
    "merged",
    "other",
)
ACTOR_TYPES = ("requester", "agent", "bot", "system")

TICKETS = Table(
    "tickets",
    "One row per ticket (or per version of a ticket, when updated_at is given).",
    key=("ticket_id",),
    version="updated_at",
    columns=(
        _text("ticket_id", "The helpdesk's own number; kept as text, leading zeros included.", required=True),
        _instant("updated_at", "When this row was last changed: the newest version wins."),
        _instant("created_at", "When the ticket was created.", required=True),
        _text("requester_id", "Who asked. Without it a ticket takes no part in FCR and repeat contact."),
        _text("organization_id", "The requester's organization."),
        _text("channel", "email, chat, phone, web, self_service, … ; phone and chat are live."),
        _text("category", "What it is about, as it stands now."),
        _text("priority", "As it stands now.", *PRIORITIES),
        _text("subject", "Shown as data, never as markup."),
        _text("brand", "The brand or desk the ticket belongs to."),
        _text("tags", "Separated by commas."),
        _text("initiated_by", "Who opened the ticket (default requester).", "requester", "agent", "system"),
        _text("status", "Present status. Used where the ticket has no status events.", *STATUSES),
        _text("team_id", "Present team. Used where the ticket has no team events."),
        _text("agent_id", "Present agent. Used where the ticket has no agent events."),
        _instant("first_assigned_at", "Used where the ticket has no events."),
        _instant("first_replied_at", "First public human reply. Used where the ticket has no events."),
        _instant("solved_at", "Used where the ticket has no events."),
        _instant("closed_at", "Used where the ticket has no events."),
        _boolean("is_spam", "Spam is left out of every metric."),
        _boolean("is_test", "Test tickets are left out of every metric."),
        _boolean("is_deleted", "Deleted tickets are left out of every metric."),
        _text("merged_into_ticket_id", "The surviving ticket, whose history the events then join."),
        _text("url", "Link to the ticket in the helpdesk."),
    ),
)

EVENTS = Table(
    "events",
    "One row per thing that happened to a ticket.",
    key=("ticket_id", "event_id"),
    columns=(
        _text("ticket_id", "The ticket.", required=True),
        _text("event_id", "Unique within the ticket.", required=True),
        _integer("position", "Order within the ticket, decides between events of the same instant."),
        _instant("occurred_at", "When it happened.", required=True),
        _text("event_type", "What happened.", *EVENT_TYPES, required=True),
        _text("actor_type", "Who did it.", *ACTOR_TYPES, required=True),
        _text("actor_id", "The agent or requester who did it."),
        _boolean("is_public", "For messages: seen by the requester (default true)."),
        _text("to_value", "The new status, agent_id (empty = unassigned), team_id, category or priority."),
        _integer("duration_seconds", "For calls and chats: how long agent and requester were in contact."),
    ),
)

SNAPSHOTS = Table(
    "snapshots",
    "The event-log shape: one row per change, each repeating the state of the whole ticket.",
    key=("ticket_id", "position"),
    columns=(
        _text("ticket_id", "The ticket.", required=True),
        _integer("position", "Order within the ticket; the file's order where the mapping names no sequence.", required=True),
        _instant("occurred_at", "When the row was written.", required=True),
        _instant("created_at", "When the ticket was created, if the log says so; otherwise its first row."),
        _text("status", "Status after the change; empty = unchanged.", *STATUSES),
        _text("actor_id", "Who wrote the row."),
        _text("agent_id", "Agent the ticket is assigned to after the change."),
        _text("team_id", "Team the ticket is assigned to after the change."),
        _text("requester_id", "Who asked."),
        _text("organization_id", "The requester's organization."),
        _text("channel", "How the requester came."),
        _text("category", "Category after the change."),
        _text("priority", "Priority after the change.", *PRIORITIES),
        _text("subject", "What the row says happened, or the ticket's subject."),
        _text("url", "Link to the ticket in the helpdesk."),
    ),
)

CONTACTS = Table(
    "contacts",
    "One row per call or chat offered to the desk.",
    key=("contact_id",),
    columns=(
        _text("contact_id", "The call's or chat's own number.", required=True),
        _text("ticket_id", "The ticket it belongs to; without one the contact is its own ticket."),
        _text("channel", "phone or chat.", "phone", "chat", required=True),
        _instant("offered_at", "When it entered the queue.", required=True),
        _instant("answered_at", "When a person answered; empty = never."),
        _instant("ended_at", "When it ended, answered or not."),
        _text("team_id", "The queue it was offered to."),
        _text("agent_id", "Who answered."),
        _text("requester_id", "Who called."),
        _text("category", "What it was about."),
        _integer("talk_seconds", "Time in conversation."),
        _integer("hold_seconds", "Time the requester was put on hold."),
        _integer("wrap_up_seconds", "After-contact work."),
        _boolean("is_resolved", "Whether the contact settled the matter (default: answered contacts do)."),
    ),
)

AGENTS = Table(
    "agents",
    "One row per agent and spell: a change of team or role is a new row with a later valid_from.",
    key=("agent_id", "valid_from"),
    columns=(
        _text("agent_id", "The helpdesk's own id.", required=True),
        _date("valid_from", "First day of this team and role (empty: from the beginning)."),
        _text("name", "As the desk calls the person."),
        _text("team_id", "Team in this spell."),
        _text("role", "What the account is (default agent).", "agent", "lead", "bot"),
        _date("joined_on", "First working day at the desk."),
        _date("left_on", "Last working day, if the person has left."),
        _number("hours_per_week", "Contracted hours."),
        _text("time_zone", "IANA name, e.g. Europe/Berlin."),
        _boolean("is_deleted", "The account no longer exists; the history stays."),
    ),
)

TEAMS = Table(
    "teams",
    "One row per team.",
    key=("team_id",),
    columns=(
        _text("team_id", "The helpdesk's own id.", required=True),
        _text("name", "As the desk calls it."),
        _integer("tier", "1 = first line, 2 = second …"),
        _boolean("is_triage", "Triage teams route; they are not misrouted to."),
        _text("schedule_id", "The business hours it keeps."),
        _text("time_zone", "IANA name, for reading; a team's day is that of its schedule."),
    ),
)

SCHEDULES = Table(
    "schedules",
    "Business hours: one row per opening spell of a weekday, at most two a day.",
    key=("schedule_id", "weekday", "opens", "valid_from"),
    columns=(
        _text("schedule_id", "Name of the schedule.", required=True),
        _text("time_zone", "IANA name.", required=True),
        _integer("weekday", "1 = Monday … 7 = Sunday.", required=True),
        _text("opens", "Local time, HH:MM.", required=True),
        _text("closes", "Local time, HH:MM; 24:00 is midnight.", required=True),
        _date("valid_from", "First day these hours apply (empty: from the beginning)."),
        _date("valid_to", "Last day these hours apply (empty: still)."),
    ),
)

CALENDAR_EVENTS = Table(
    "calendar_events",
    "Holidays, releases, campaigns, outages, interventions.",
    key=("calendar_event_id",),
    columns=(
        _text("calendar_event_id", "Unique.", required=True),
        _text("kind", "What it is.", "holiday", "release", "campaign", "outage", "intervention", "other", required=True),
        _text("title", "As people call it."),
        _date("starts_on", "First day.", required=True),
        _date("ends_on", "Last day (empty: the same)."),
        _text("schedule_id", "For a holiday: the schedule that is closed (empty: all)."),
        _text("team_id", "The team concerned, if one."),
        _text("category", "The category concerned, if one."),
    ),
)

CATEGORIES = Table(
    "categories",
    "What is known of a category.",
    key=("category",),
    columns=(
        _text("category", "As in tickets.", required=True),
        _text("product_area", "The part of the product it belongs to."),
        _text("effort_tier", "How much work it usually is.", "simple", "medium", "complex"),
        _boolean("is_automatable", "Whether the desk believes it could be automated."),
        _boolean("is_multi_contact", "Needs several contacts by nature, so FCR leaves it out."),
    ),
)

REQUESTERS = Table(
    "requesters",
    "One row per requester. No names: the key is pseudonymous in the warehouse.",
    key=("requester_id",),
    version="updated_at",
    columns=(
        _text("requester_id", "The helpdesk's own id.", required=True),
        _instant("updated_at", "When this row was last changed."),
        _text("organization_id", "Where the requester belongs."),
        _date("created_on", "Customer since."),
    ),
)

ORGANIZATIONS = Table(
    "organizations",
    "One row per customer organization.",
    key=("organization_id",),
    version="updated_at",
    columns=(
        _text("organization_id", "The helpdesk's own id.", required=True),
        _instant("updated_at", "When this row was last changed."),
        _text("name", "As the desk calls it."),
        _text("segment", "E.g. small, mid-market, enterprise."),
        _text("plan", "What they pay for."),
        _date("created_on", "Customer since."),
    ),
)

SURVEYS = Table(
    "surveys",
    "One row per survey sent; answers change, so versions are kept.",
    key=("survey_id",),
    version="updated_at",
    columns=(
        _text("survey_id", "Unique.", required=True),
        _text("ticket_id", "The ticket asked about.", required=True),
        _instant("updated_at", "When this row was last changed."),
        _text("survey_type", "Satisfaction, effort or recommendation.", "csat", "ces", "nps", required=True),
        _text("scale", "What the score means.", "good_bad", "1_to_5", "1_to_7", "0_to_10", required=True),
        _instant("sent_at", "When it was sent."),
        _instant("answered_at", "When it was answered; empty = not answered."),
        _number("score", "good_bad: 1 or 0; otherwise the number given."),
        _text("agent_id", "Who was rated, if the source says so; otherwise who served the ticket then."),
    ),
)

TIME_ENTRIES = Table(
    "time_entries",
    "Logged handling time: talk, hold, wrap-up or timer.",
    key=("time_entry_id",),
    columns=(
        _text("time_entry_id", "Unique.", required=True),
        _text("ticket_id", "The ticket worked on.", required=True),
        _text("agent_id", "Who worked."),
        _instant("started_at", "When the work began.", required=True),
        _integer("seconds", "How long.", required=True),
        _text("activity", "What kind of handling.", "talk", "hold", "wrap_up", "timer"),
    ),
)

ROSTERS = Table(
    "rosters",
    "One row per scheduled spell of an agent.",
    key=("agent_id", "starts_at"),
    columns=(
        _text("agent_id", "Who.", required=True),
        _instant("starts_at", "From.", required=True),
        _instant("ends_at", "To.", required=True),
        _text("activity", "What for.", "tickets", "training", "meeting", "documentation", "leave", required=True),
    ),
)

HELP_SESSIONS = Table(
    "help_sessions",
    "One row per visit to the help centre or conversation with the bot.",
    key=("help_session_id",),
    columns=(
        _text("help_session_id", "Unique.", required=True),
        _text("session_type", "Where.", "help_center", "bot", required=True),
        _text("requester_id", "Who, if known."),
        _instant("started_at", "When it began.", required=True),
        _integer("duration_seconds", "How long it lasted."),
        _integer("articles_read", "Articles opened."),
        _integer("searches", "Searches made."),
        _integer("bot_questions", "Questions put to the bot."),
        _text("article_id", "The (last) article read."),
        _text("category", "What it was about, if known."),
        _boolean("was_helpful", "The person's own word: vote or confirmation; empty = none given."),
        _text("ticket_id", "The ticket the session was handed over to, if it was."),
    ),
)

ARTICLES = Table(
    "articles",
    "One row per help article.",
    key=("article_id",),
    version="updated_at",
    columns=(
        _text("article_id", "Unique.", required=True),
        _instant("updated_at", "When this row was last changed."),
        _text("title", "As readers see it."),
        _text("category", "The category it answers."),
        _text("owner_agent_id", "Who keeps it."),
        _date("created_on", "Published."),
        _date("reviewed_on", "Last reviewed."),
        _integer("votes_up", "Helpful votes."),
        _integer("votes_down", "Unhelpful votes."),
    ),
)

SLA_TARGETS = Table(
    "sla_targets",
    "One row per target applied to a ticket. A target of the same type applied later replaces it.",
    key=("ticket_id", "target_type", "applied_at"),
    columns=(
        _text("ticket_id", "The ticket.", required=True),
        _text("target_type", "What is promised.", "first_reply", "next_reply", "resolution", "requester_wait", required=True),
        _instant("applied_at", "When it came into force (the clock still starts with the ticket, or the message).", required=True),
        _integer("target_seconds", "Time promised.", required=True),
        _boolean("is_business_clock", "Counted in business time (default false)."),
        _instant("cancelled_at", "When it was taken off the ticket."),
        _text("policy", "Name of the policy."),
    ),
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        TICKETS, EVENTS, SNAPSHOTS, CONTACTS, AGENTS, TEAMS, SCHEDULES, CALENDAR_EVENTS, CATEGORIES,
        REQUESTERS, ORGANIZATIONS, SURVEYS, TIME_ENTRIES, ROSTERS, HELP_SESSIONS, ARTICLES, SLA_TARGETS,
    )
}  # fmt: skip

# Every raw table also carries these, written by the loader.
LOAD_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("source", pa.string()),  # the name of the source that was run
    ("_row_hash", pa.int64()),  # hash of the whole row: the same row read twice is the same row
    ("_loaded_at", pa.timestamp("us")),
)


def raw_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of ``raw.files_<table>``: documented columns, then the loader's."""
    return pa.schema([*table.arrow_schema(), *(pa.field(n, t) for n, t in LOAD_COLUMNS)])
