"""Who works at the desk, when, and on what."""

from __future__ import annotations

from etl.import_format.kinds import Table, boolean, date, instant, integer, number, text

AGENTS = Table(
    "agents",
    "One row per agent and spell: a change of team or role is a new row with a later valid_from.",
    key=("agent_id", "valid_from"),
    columns=(
        text("agent_id", "The helpdesk's own id.", required=True),
        date("valid_from", "First day of this team and role (empty: from the beginning)."),
        text("name", "As the desk calls the person."),
        text("team_id", "Team in this spell."),
        text("role", "What the account is (default agent).", "agent", "lead", "bot"),
        date("joined_on", "First working day at the desk."),
        date("left_on", "Last working day, if the person has left."),
        number("hours_per_week", "Contracted hours."),
        text("time_zone", "IANA name, e.g. Europe/Berlin."),
        text("schedule_id", "Own working hours, where they differ from the team's."),
        boolean("is_deleted", "The account no longer exists; the history stays."),
    ),
)

TEAMS = Table(
    "teams",
    "One row per team.",
    key=("team_id",),
    columns=(
        text("team_id", "The helpdesk's own id.", required=True),
        text("name", "As the desk calls it."),
        integer("tier", "1 = first line, 2 = second …"),
        boolean("is_triage", "Triage teams route; they are not misrouted to."),
        text("schedule_id", "The business hours it keeps."),
        text("time_zone", "IANA name, for reading; a team's day is that of its schedule."),
    ),
)

SCHEDULES = Table(
    "schedules",
    "Business hours: one row per opening spell of a weekday, at most two a day.",
    key=("schedule_id", "weekday", "opens", "valid_from"),
    columns=(
        text("schedule_id", "Name of the schedule.", required=True),
        text("time_zone", "IANA name.", required=True),
        integer("weekday", "1 = Monday … 7 = Sunday.", required=True),
        text("opens", "Local time, HH:MM.", required=True),
        text("closes", "Local time, HH:MM; 24:00 is midnight.", required=True),
        date("valid_from", "First day these hours apply (empty: from the beginning)."),
        date("valid_to", "Last day these hours apply (empty: still)."),
    ),
)

ROSTERS = Table(
    "rosters",
    "One row per scheduled spell of an agent.",
    key=("agent_id", "starts_at"),
    columns=(
        text("agent_id", "Who.", required=True),
        instant("starts_at", "From.", required=True),
        instant("ends_at", "To.", required=True),
        text("activity", "What for.", "tickets", "training", "meeting", "documentation", "leave", required=True),
    ),
)

AGENT_STATUSES = Table(
    "agent_statuses",
    "Availability: one row per spell of an agent in a status of the telephone or chat desk.",
    key=("agent_id", "started_at"),
    columns=(
        text("agent_id", "Who.", required=True),
        instant("started_at", "From.", required=True),
        instant("ended_at", "To (empty: still)."),
        text(
            "status",
            "Serving somebody (wrap-up included), ready and waiting, or neither.",
            "handling",
            "available",
            "away",
            required=True,
        ),
    ),
)

CALENDAR_EVENTS = Table(
    "calendar_events",
    "Holidays, releases, campaigns, outages, interventions.",
    key=("calendar_event_id",),
    columns=(
        text("calendar_event_id", "Unique.", required=True),
        text("kind", "What it is.", "holiday", "release", "campaign", "outage", "intervention", "other", required=True),
        text("title", "As people call it."),
        date("starts_on", "First day.", required=True),
        date("ends_on", "Last day (empty: the same)."),
        text("schedule_id", "For a holiday: the schedule that is closed (empty: all)."),
        text("team_id", "The team concerned, if one."),
        text("category", "The category concerned, if one."),
    ),
)

CATEGORIES = Table(
    "categories",
    "What is known of a category.",
    key=("category",),
    columns=(
        text("category", "As in tickets.", required=True),
        text("product_area", "The part of the product it belongs to."),
        text("effort_tier", "How much work it usually is.", "simple", "medium", "complex"),
        boolean("is_automatable", "Whether the desk believes it could be automated."),
        boolean("is_multi_contact", "Needs several contacts by nature, so FCR leaves it out."),
    ),
)
