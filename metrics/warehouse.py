"""The published tables as SQLAlchemy sees them, and the instants that place a row in a period.

Column types follow from their names, as everywhere in the warehouse: ``is_``/``has_`` are booleans,
``_at`` instants (UTC) or local times (``_local_at``), ``_seconds`` whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, DateTime, String, TableClause, column, table
from sqlalchemy.types import TypeEngine

Column = ColumnElement[Any]

COUNTS = (
    "replies", "replies_before_solve", "human_contacts", "human_contacts_in_window", "solves", "reopens", "handoffs",
    "created", "solved", "reopened", "open_at_day_end", "waiting_on_us_at_day_end", "tier", "iso_weekday",
    "score", "first_score", "ticket_key",
)  # fmt: skip


def _type(name: str) -> TypeEngine[Any]:
    if name.startswith(("is_", "has_")):
        return Boolean()
    if name.endswith("_at"):
        return DateTime()
    if name == "day" or name.endswith(("_on", "_from", "_to")):
        return Date()
    if name.endswith("_seconds") or name in COUNTS:
        return BigInteger()
    return String()


def _table(name: str, columns: str) -> TableClause:
    return table(name, *(column(c, _type(c)) for c in columns.split()))


build = _table("build", "build_id built_at as_of local_as_of reporting_time_zone")
cfg_setting = _table(
    "cfg_setting",
    "fcr_window_days reopen_window_days repeat_window_days deflection_window_hours csat_window_days",
)
dim_date = _table(
    "dim_date", "day week_starts_on month_starts_on quarter_starts_on week_ends_on month_ends_on quarter_ends_on"
)
dim_team = _table("dim_team", "team_key source name tier is_triage schedule_key time_zone")
dim_agent = _table("dim_agent", "agent_key source name team_key role joined_on left_on valid_from valid_to is_current")
dim_category = _table("dim_category", "category product_area effort_tier is_automatable is_multi_contact")
dim_organization = _table("dim_organization", "organization_key source name segment plan created_on")

fct_ticket = _table(
    "fct_ticket",
    """
    ticket_key source ticket_id subject url brand tags channel category first_category solving_category priority status
    requester_key organization_key first_team_key solving_team_key final_team_key
    first_agent_key solving_agent_key final_agent_key
    is_spam is_test is_deleted is_merged is_bot_only is_bot_involved is_agent_initiated is_eligible is_human_eligible
    has_requester is_multi_contact
    created_at created_local_at created_team_local_at first_assigned_at first_reply_at
    first_solved_at first_solved_local_at first_solved_team_local_at last_solved_at last_solved_local_at
    first_reopened_at closed_at
    is_replied first_reply_calendar_seconds first_reply_business_seconds is_solved is_solved_now
    first_resolution_calendar_seconds first_resolution_business_seconds
    full_resolution_calendar_seconds full_resolution_business_seconds
    replies replies_before_solve human_contacts human_contacts_in_window solves reopens handoffs
    handling_seconds handling_kind
    is_reopened is_reopened_and_worked is_fcr_eligible is_first_contact_resolved is_repeat_contact is_duplicate
    """,
)
fct_status_interval = _table(
    "fct_status_interval",
    """
    ticket_key interval_number status previous_status team_key agent_key credited_agent_key started_at ended_at
    started_local_at started_team_local_at is_open is_waiting_on_us is_solve is_reopen
    """,
)
fct_backlog_day = _table(
    "fct_backlog_day",
    """
    day day_local_at source team_key channel category priority created solved reopened
    open_at_day_end waiting_on_us_at_day_end
    """,
)
fct_survey = _table(
    "fct_survey",
    """
    source survey_id ticket_key agent_key team_key survey_type scale sent_at sent_local_at answered_at answered_local_at
    served_team_local_at score first_score is_answered is_answered_in_window is_satisfied is_first_answer_satisfied
    is_human_eligible
    """,
)
fct_sla_target = _table(
    "fct_sla_target",
    """
    ticket_key target_type applied_at policy target_seconds is_business_clock team_key agent_key runs_from kept_at
    consumed_seconds due_at due_local_at due_team_local_at verdict is_met is_judged
    """,
)
fct_support_demand = _table(
    "fct_support_demand",
    """
    demand_type demand_id source started_at started_local_at channel category organization_key
    is_identified is_deflected is_confirmed_deflected is_demand
    """,
)


@dataclass(frozen=True)
class Basis:
    """The instant that places a row in a period, and who and what the row is credited to then.

    ``local`` is the instant in the reporting zone, ``instant`` the same in UTC, ``team_local`` in the team's zone
    (None where there is no team). ``via_ticket`` says that ticket attributes come through ``fct_ticket``.
    """

    label: str
    fact: TableClause
    local: Column
    instant: Column
    source: Column
    team: Column | None = None
    agent: Column | None = None
    category: Column | None = None
    channel: Column | None = None
    priority: Column | None = None
    organization: Column | None = None
    team_local: Column | None = None
    via_ticket: bool = False

    @property
    def has_ticket(self) -> bool:
        """Whether a row behind the figure is, or belongs to, a ticket."""
        return self.via_ticket or self.fact is fct_ticket


def _ticket_basis(label: str, instant: str, role: str, team_local: str | None, category: str) -> Basis:
    t = fct_ticket.c
    return Basis(
        label=label,
        fact=fct_ticket,
        local=t[instant.replace("_at", "_local_at")],
        instant=t[instant],
        source=t.source,
        team=t[f"{role}_team_key"],
        agent=t[f"{role}_agent_key"],
        category=t[category],
        channel=t.channel,
        priority=t.priority,
        organization=t.organization_key,
        team_local=t[team_local] if team_local else None,
    )


def _ticket_event_basis(
    label: str, fact: TableClause, local: str, instant: str, team_local: str, category: str = "solving_category"
) -> Basis:
    return Basis(
        label=label,
        fact=fact,
        local=fact.c[local],
        instant=fact.c[instant],
        source=fct_ticket.c.source,
        team=fact.c.team_key,
        agent=fact.c.credited_agent_key if fact is fct_status_interval else fact.c.agent_key,
        category=fct_ticket.c[category],
        channel=fct_ticket.c.channel,
        priority=fct_ticket.c.priority,
        organization=fct_ticket.c.organization_key,
        team_local=fact.c[team_local],
        via_ticket=True,
    )


CREATED = _ticket_basis("created", "created_at", "first", "created_team_local_at", "first_category")
FIRST_SOLVED = _ticket_basis(
    "first solved", "first_solved_at", "solving", "first_solved_team_local_at", "solving_category"
)
LAST_SOLVED = _ticket_basis("last solved", "last_solved_at", "final", None, "category")
STATUS_CHANGE = _ticket_event_basis(
    "the event itself", fct_status_interval, "started_local_at", "started_at", "started_team_local_at"
)
ANSWERED = _ticket_event_basis("answered", fct_survey, "answered_local_at", "answered_at", "served_team_local_at")
SENT = _ticket_event_basis("sent", fct_survey, "sent_local_at", "sent_at", "served_team_local_at")
DUE = _ticket_event_basis("due", fct_sla_target, "due_local_at", "due_at", "due_team_local_at", "category")
DAY = Basis(
    label="end of day",
    fact=fct_backlog_day,
    local=fct_backlog_day.c.day_local_at,
    instant=fct_backlog_day.c.day_local_at,
    source=fct_backlog_day.c.source,
    team=fct_backlog_day.c.team_key,
    category=fct_backlog_day.c.category,
    channel=fct_backlog_day.c.channel,
    priority=fct_backlog_day.c.priority,
)
SESSION = Basis(
    label="session or contact",
    fact=fct_support_demand,
    local=fct_support_demand.c.started_local_at,
    instant=fct_support_demand.c.started_at,
    source=fct_support_demand.c.source,
    category=fct_support_demand.c.category,
    channel=fct_support_demand.c.channel,
    organization=fct_support_demand.c.organization_key,
)
