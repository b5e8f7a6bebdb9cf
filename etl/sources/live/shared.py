"""Raw tables helpdesks share: what is alike in all of them, so that a new one needs no SQL for it.

Most have the shape of the import format and are handed over as files are. ``changes`` and ``agents`` become events and
spells in ``sql/staging/live``. A vendor whose history needs rules of its own has tables of its own beside these.
"""

from __future__ import annotations

from etl.import_format import EVENT_TYPES, TABLES, TICKETS, Table
from etl.import_format.kinds import boolean, date, instant, integer, text

PREFIX = "live"

CHANGES = Table(
    "changes",
    "What happened to tickets, as the helpdesk tells it.",
    key=("ticket_id", "change_id"),
    columns=(
        text("ticket_id", "The ticket", required=True),
        text("change_id", "Unique within the ticket", required=True),
        integer("position", "Order among changes of the same instant"),
        instant("occurred_at", "When it happened", required=True),
        text("what", "What happened", *EVENT_TYPES, required=True),
        text("actor_id", "Who did it; none: a rule"),
        text("actor_is", "What the helpdesk says that is; none: see the agents", "requester", "agent", "bot", "system"),
        boolean("is_public", "seen by the requester"),
        text("from_value", "The former value; empty: none; missing: not told"),
        text("to_value", "The new value; empty: none any more"),
    ),
)

AGENTS = Table(
    "agents",
    "Who answers; the newest load counts, former ones tell when somebody changed teams.",
    key=("agent_id",),
    columns=(
        text("agent_id", "The helpdesk's own id", required=True),
        text("name", "As the desk calls the person"),
        text("team_id", "The (first) team"),
        boolean("is_bot", "A program"),
        date("joined_on", "When the account was made"),
        boolean("is_deleted", "The account no longer exists"),
    ),
)

PRESENT = Table(
    "present",
    "The tickets there are, of a helpdesk that does not tell which were deleted: what is not among them was.",
    key=("ticket_id",),
    columns=(text("ticket_id", "The ticket; - says only that the list was read", required=True),),
)

LIST_WAS_READ = {"ticket_id": "-"}
TEAMS, REQUESTERS, ORGANIZATIONS = TABLES["teams"], TABLES["requesters"], TABLES["organizations"]
SURVEYS, TIME_ENTRIES, SLA_TARGETS = TABLES["surveys"], TABLES["time_entries"], TABLES["sla_targets"]
SCHEDULES, CALENDAR_EVENTS = TABLES["schedules"], TABLES["calendar_events"]
VENDOR_FIGURES = TABLES["vendor_figures"]
SHARED: tuple[Table, ...] = (
    TICKETS, CHANGES, AGENTS, PRESENT, TEAMS, REQUESTERS, ORGANIZATIONS, SURVEYS, TIME_ENTRIES, SLA_TARGETS, SCHEDULES,
    CALENDAR_EVENTS, VENDOR_FIGURES,
)  # fmt: skip
__all__ = [
    "AGENTS", "CALENDAR_EVENTS", "CHANGES", "LIST_WAS_READ", "ORGANIZATIONS", "PREFIX", "PRESENT", "REQUESTERS",
    "SCHEDULES", "SHARED", "SLA_TARGETS", "SURVEYS", "TEAMS", "TICKETS", "TIME_ENTRIES", "VENDOR_FIGURES",
]  # fmt: skip
