"""Whom the desk serves, what was promised, and how it went."""

from __future__ import annotations

from etl.import_format.kinds import Table, boolean, date, instant, integer, number, text

REQUESTERS = Table(
    "requesters",
    "One row per requester. No names: the key is pseudonymous in the warehouse.",
    key=("requester_id",),
    version="updated_at",
    columns=(
        text("requester_id", "The helpdesk's own id.", required=True),
        instant("updated_at", "When this row was last changed."),
        text("organization_id", "Where the requester belongs."),
        date("created_on", "Customer since."),
    ),
)

ORGANIZATIONS = Table(
    "organizations",
    "One row per customer organization.",
    key=("organization_id",),
    version="updated_at",
    columns=(
        text("organization_id", "The helpdesk's own id.", required=True),
        instant("updated_at", "When this row was last changed."),
        text("name", "As the desk calls it."),
        text("segment", "E.g. small, mid-market, enterprise."),
        text("plan", "What they pay for."),
        date("created_on", "Customer since."),
    ),
)

ACTIVITY = Table(
    "activity",
    "What the desk's customers did that day, whether they needed help or not: the denominator of the contact rate.",
    key=("day", "organization_id"),
    columns=(
        date("day", "The day, in the reporting time zone.", required=True),
        text("organization_id", "Whose; empty = everybody who has no row of their own that day."),
        integer("active_customers", "Customers active that day."),
        integer("orders", "Orders placed that day."),
    ),
)

SURVEYS = Table(
    "surveys",
    "One row per survey sent; answers change, so versions are kept.",
    key=("survey_id",),
    version="updated_at",
    columns=(
        text("survey_id", "Unique.", required=True),
        text("ticket_id", "The ticket asked about.", required=True),
        instant("updated_at", "When this row was last changed."),
        text("survey_type", "Satisfaction, effort or recommendation.", "csat", "ces", "nps", required=True),
        text("scale", "What the score means.", "good_bad", "1_to_5", "1_to_7", "0_to_10", required=True),
        instant("sent_at", "When it was sent."),
        instant("answered_at", "When it was answered; empty = not answered."),
        number("score", "good_bad: 1 or 0; otherwise the number given. Of effort, more is easier."),
        text("agent_id", "Who was rated, if the source says so; otherwise who served the ticket then."),
    ),
)

TIME_ENTRIES = Table(
    "time_entries",
    "Logged handling time: talk, hold, wrap-up or timer.",
    key=("time_entry_id",),
    columns=(
        text("time_entry_id", "Unique.", required=True),
        text("ticket_id", "The ticket worked on.", required=True),
        text("agent_id", "Who worked."),
        instant("started_at", "When the work began.", required=True),
        integer("seconds", "How long.", required=True),
        text("activity", "What kind of handling.", "talk", "hold", "wrap_up", "timer"),
    ),
)

VENDOR_FIGURES = Table(
    "vendor_figures",
    "The helpdesk's own figures of single tickets, to be held against ours: one row per ticket and figure.",
    key=("ticket_id", "figure"),
    columns=(
        text("ticket_id", "The ticket.", required=True),
        text(
            "figure",
            "Counts: `reopens`, `replies`, `group_stations`. Times: `first_reply_minutes_calendar`, "
            "`first_resolution_minutes_calendar`, `full_resolution_minutes_calendar`, "
            "`requester_wait_minutes_calendar`, `agent_wait_minutes_calendar`, `on_hold_minutes_calendar`, and the "
            "same with `_business`. Others are kept, but there is nothing to hold them against.",
            required=True,
        ),
        number("value", "The vendor's figure, times in minutes (empty: the vendor has none)."),
    ),
)

HELP_SESSIONS = Table(
    "help_sessions",
    "One row per visit to the help centre or conversation with the bot.",
    key=("help_session_id",),
    columns=(
        text("help_session_id", "Unique.", required=True),
        text("session_type", "Where.", "help_center", "bot", required=True),
        text("requester_id", "Who, if known."),
        instant("started_at", "When it began.", required=True),
        integer("duration_seconds", "How long it lasted."),
        integer("articles_read", "Articles opened."),
        integer("searches", "Searches made."),
        integer("bot_questions", "Questions put to the bot."),
        text("article_id", "The (last) article read."),
        text("category", "What it was about, if known."),
        boolean("was_helpful", "The person's own word: vote or confirmation; empty = none given."),
        text("ticket_id", "The ticket the session was handed over to, if it was."),
    ),
)

ARTICLES = Table(
    "articles",
    "One row per help article.",
    key=("article_id",),
    version="updated_at",
    columns=(
        text("article_id", "Unique.", required=True),
        instant("updated_at", "When this row was last changed."),
        text("title", "As readers see it."),
        text("category", "The category it answers."),
        text("owner_agent_id", "Who keeps it."),
        date("created_on", "Published."),
        date("reviewed_on", "Last reviewed."),
        integer("votes_up", "Helpful votes."),
        integer("votes_down", "Unhelpful votes."),
    ),
)

SLA_TARGETS = Table(
    "sla_targets",
    "One row per target applied to a ticket. A later one of the same type replaces it, unless it was due already.",
    key=("ticket_id", "target_type", "applied_at"),
    columns=(
        text("ticket_id", "The ticket.", required=True),
        text(
            "target_type",
            "What is promised.",
            "first_reply",
            "next_reply",
            "resolution",
            "requester_wait",
            required=True,
        ),
        instant(
            "applied_at",
            "When it came into force (the clock still starts with the ticket, or the message).",
            required=True,
        ),
        integer("target_seconds", "Time promised.", required=True),
        boolean("is_business_clock", "Counted in business time (default false)."),
        instant("cancelled_at", "When it was taken off the ticket."),
        text("policy", "Name of the policy."),
    ),
)
