"""Tickets and what happened to them, in the four shapes files come in."""

from __future__ import annotations

from etl.import_format.kinds import Table, boolean, instant, integer, text

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
        text("ticket_id", "The helpdesk's own number; kept as text, leading zeros included.", required=True),
        instant("updated_at", "When this row was last changed: the newest version wins."),
        instant("created_at", "When the ticket was created.", required=True),
        text("requester_id", "Who asked. Without it a ticket takes no part in FCR and repeat contact."),
        text("organization_id", "The requester's organization."),
        text("channel", "email, chat, phone, web, self_service, … ; phone and chat are live."),
        text("category", "What it is about, as it stands now."),
        text("priority", "As it stands now.", *PRIORITIES),
        text("subject", "Shown as data, never as markup."),
        text("brand", "The brand or desk the ticket belongs to."),
        text("tags", "Separated by commas."),
        text("initiated_by", "Who opened the ticket (default requester).", "requester", "agent", "system"),
        text("status", "Present status. Used where the ticket has no status events.", *STATUSES),
        text("team_id", "Present team. Used where the ticket has no team events."),
        text("agent_id", "Present agent. Used where the ticket has no agent events."),
        instant("first_assigned_at", "Used where the ticket has no events."),
        instant("first_replied_at", "First public human reply. Used where the ticket has no events."),
        instant("solved_at", "Used where the ticket has no events."),
        instant("closed_at", "Used where the ticket has no events."),
        boolean("is_spam", "Spam is left out of every metric."),
        boolean("is_test", "Test tickets are left out of every metric."),
        boolean("is_deleted", "Deleted tickets are left out of every metric."),
        text("merged_into_ticket_id", "The surviving ticket, whose history the events then join."),
        text("url", "Link to the ticket in the helpdesk."),
    ),
)

EVENTS = Table(
    "events",
    "One row per thing that happened to a ticket.",
    key=("ticket_id", "event_id"),
    columns=(
        text("ticket_id", "The ticket.", required=True),
        text("event_id", "Unique within the ticket.", required=True),
        integer("position", "Order within the ticket, decides between events of the same instant."),
        instant("occurred_at", "When it happened.", required=True),
        text("event_type", "What happened.", *EVENT_TYPES, required=True),
        text("actor_type", "Who did it.", *ACTOR_TYPES, required=True),
        text("actor_id", "The agent or requester who did it."),
        boolean("is_public", "For messages: seen by the requester (default true)."),
        text("to_value", "The new status, agent_id (empty = unassigned), team_id, category or priority."),
        integer("duration_seconds", "For calls and chats: how long agent and requester were in contact."),
    ),
)

SNAPSHOTS = Table(
    "snapshots",
    "The event-log shape: one row per change, each repeating the state of the whole ticket.",
    key=("ticket_id", "position"),
    columns=(
        text("ticket_id", "The ticket.", required=True),
        integer(
            "position", "Order within the ticket; the file's order where the mapping names no sequence.", required=True
        ),
        instant("occurred_at", "When the row was written.", required=True),
        instant("created_at", "When the ticket was created, if the log says so; otherwise its first row."),
        text("status", "Status after the change; empty = unchanged.", *STATUSES),
        text("actor_id", "Who wrote the row."),
        text("agent_id", "Agent the ticket is assigned to after the change; empty = nobody."),
        text("team_id", "Team the ticket is assigned to after the change; empty = no known team."),
        text("requester_id", "Who asked."),
        text("organization_id", "The requester's organization."),
        text("channel", "How the requester came."),
        text("category", "Category after the change."),
        text("priority", "Priority after the change.", *PRIORITIES),
        text("subject", "What the row says happened, or the ticket's subject."),
        text("url", "Link to the ticket in the helpdesk."),
    ),
)

CONTACTS = Table(
    "contacts",
    "One row per call or chat offered to the desk.",
    key=("contact_id",),
    columns=(
        text("contact_id", "The call's or chat's own number.", required=True),
        text("ticket_id", "The ticket it belongs to; without one the contact is its own ticket."),
        text("channel", "phone or chat.", "phone", "chat", required=True),
        instant("offered_at", "When it entered the queue.", required=True),
        instant("answered_at", "When a person answered; empty = never."),
        instant("ended_at", "When it ended, answered or not; empty = it has not, for a day at most."),
        text("team_id", "The queue it was offered to."),
        text("agent_id", "Who answered."),
        text("requester_id", "Who called."),
        text("category", "What it was about."),
        integer("talk_seconds", "Time in conversation."),
        integer("hold_seconds", "Time the requester was put on hold."),
        integer("wrap_up_seconds", "After-contact work."),
        boolean("is_resolved", "Whether the contact settled the matter (default: answered contacts do)."),
    ),
)
