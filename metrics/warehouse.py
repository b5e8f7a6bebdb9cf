"""The published tables as SQLAlchemy sees them.

Column types follow from their names, as everywhere in the warehouse: ``is_``/``has_`` are booleans,
``_at`` instants (UTC) or local times (``_local_at``), ``_seconds`` whole seconds.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, DateTime, Double, String, TableClause, column, table
from sqlalchemy.types import TypeEngine

Column = ColumnElement[Any]

COUNTS = (
    "replies", "replies_before_solve", "human_contacts", "human_contacts_in_window", "solves", "reopens", "handoffs",
    "created", "solved", "reopened", "open_at_day_end", "waiting_on_us_at_day_end", "tier", "iso_weekday",
    "score", "first_score", "ticket_key", "effort_expected_points", "actions", "after_hours_actions", "weekend_actions",
    "context_switches", "days_in_a_row", "tickets_solved", "solved_points",
    "effort_actual_points", "agent_actions", "group_stations", "solved_tickets",
    "requester_messages", "tickets", "same_category_tickets", "low_answers", "escalations", "breaches",
    "active_customers", "orders", "articles", "article_views", "votes_up", "votes_down", "helpful_articles",
    "messages_since_reply", "path_tickets",
)  # fmt: skip
NUMBERS = (
    "usual_tickets",
    "automation_tickets",
    "handling_evenness",
    "effort_points",
    "predictability",
    "ease",
    "solved_a_working_day",
    "path_squares",
)


def _type(name: str) -> TypeEngine[Any]:
    if name.startswith(("is_", "has_", "was_")):
        return Boolean()
    if name.endswith("_at"):
        return DateTime()
    if name == "day" or name.endswith(("_on", "_from", "_to")):
        return Date()
    if name.endswith("_seconds") or name in COUNTS:
        return BigInteger()
    if name in NUMBERS or name.endswith(("_value", "_share", "_cost", "_points", "points_per_hour")):
        return Double()
    return String()


def _table(name: str, columns: str) -> TableClause:
    return table(name, *(column(c, _type(c)) for c in columns.split()))


build = _table("build", "build_id built_at as_of local_as_of reporting_time_zone")
cfg_setting = _table(
    "cfg_setting",
    "fcr_window_days reopen_window_days repeat_window_days deflection_window_hours csat_window_days "
    "resolution_window_days debt_days sla_risk_hours service_level_seconds short_abandon_seconds",
)
dim_date = _table(
    "dim_date", "day week_starts_on month_starts_on quarter_starts_on week_ends_on month_ends_on quarter_ends_on"
)
dim_team = _table("dim_team", "team_key source name tier is_triage schedule_key time_zone")
dim_agent = _table("dim_agent", "agent_key source name team_key role joined_on left_on valid_from valid_to is_current")
dim_category = _table("dim_category", "category product_area effort_tier is_automatable is_multi_contact")
dim_organization = _table("dim_organization", "organization_key source name segment plan created_on")
dim_article = _table(
    "dim_article", "article_key source title category owner_agent_key created_on reviewed_on votes_up votes_down"
)
dim_calendar_event = _table(
    "dim_calendar_event", "source calendar_event_id kind title starts_on ends_on schedule_key team_key category"
)
fct_help_session = _table(
    "fct_help_session",
    "source help_session_id session_type started_at started_local_at category article_id was_helpful",
)

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
    is_reopened is_reopened_and_worked worked_again_at fcr_lost_at is_fcr_eligible is_first_contact_resolved
    is_repeat_contact is_duplicate
    effort_expected_points complexity effort_actual_points agent_actions group_stations
    is_escalated is_misrouted is_recategorised has_history has_messages has_escalations
    first_comment_calendar_seconds requester_messages
    is_resolved_in_window is_assigned assignment_calendar_seconds
    requester_wait_calendar_seconds requester_wait_business_seconds
    agent_wait_calendar_seconds agent_wait_business_seconds on_hold_calendar_seconds on_hold_business_seconds
    life_business_seconds idle_business_seconds first_reply_single_schedule_seconds
    is_outside_usual
    """,
)
fct_status_interval = _table(
    "fct_status_interval",
    """
    ticket_key interval_number status previous_status team_key agent_key started_at ended_at started_local_at
    is_open is_waiting_on_us
    """,
)
fct_solve_or_reopen = _table(
    "fct_solve_or_reopen",
    """
    ticket_key previous_status team_key agent_key happened_at happened_local_at happened_team_local_at
    is_solve is_reopen
    """,
)
fct_backlog_day = _table(
    "fct_backlog_day",
    """
    day day_local_at source team_key channel category priority created solved reopened
    open_at_day_end waiting_on_us_at_day_end solved_a_working_day
    """,
)
fct_ticket_status = _table("fct_ticket_status", "ticket_key status calendar_seconds business_seconds")
fct_open_ticket_day = _table(
    "fct_open_ticket_day",
    """
    ticket_key day day_local_at team_key agent_key category status is_waiting_on_us age_seconds age_band
    is_in_debt is_rolled_over
    """,
)
fct_open_ticket = _table(
    "fct_open_ticket",
    """
    ticket_key team_key agent_key status age_seconds still_seconds slow_seconds messages_since_reply
    is_waiting_on_us is_unassigned is_unreplied is_in_queue is_untouched is_still is_frustrated is_stuck
    """,
)
fct_reply = _table(
    "fct_reply",
    """
    ticket_key asked_event_number asked_at asked_local_at asked_team_local_at answered_at team_key agent_key
    is_answered reply_calendar_seconds
    """,
)
fct_contact = _table(
    "fct_contact",
    """
    source contact_id ticket_key channel category organization_key team_key agent_key
    offered_at offered_local_at offered_team_local_at answered_at queue_seconds handling_seconds
    is_answered is_waiting is_abandoned is_short_abandon is_answered_in_target is_void has_requester
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
    consumed_seconds due_at due_local_at due_team_local_at verdict age_seconds due_in_seconds is_at_risk
    is_met is_judged
    """,
)
fct_bot_conversation = _table(
    "fct_bot_conversation",
    """
    source conversation_type conversation_id channel category requester_key organization_key ticket_key
    started_at started_local_at bot_outcome
    """,
)
fct_resolved_contact = _table(
    "fct_resolved_contact",
    """
    source contact_type contact_id channel category organization_key resolved_at resolved_local_at support_tier
    """,
)
fct_support_demand = _table(
    "fct_support_demand",
    """
    demand_type demand_id source started_at started_local_at channel category organization_key
    is_identified is_deflected is_confirmed_deflected is_demand has_sessions
    """,
)
fct_agent_day = _table(
    "fct_agent_day",
    """
    agent_key day day_local_at source team_key role actions after_hours_actions weekend_actions context_switches
    days_in_a_row tickets_solved solved_points logged_seconds estimated_seconds handling_seconds scheduled_seconds
    scheduled_ticket_seconds training_seconds meeting_seconds documentation_seconds serving_seconds available_seconds
    scheduled_cost is_rostered is_scheduled has_availability is_handling_logged
    """,
)
fct_handoff = _table("fct_handoff", "ticket_key event_number handed_over_at team_key agent_key is_noted")
fct_ticket_tag = _table("fct_ticket_tag", "ticket_key tag")
fct_vendor_figure = _table("fct_vendor_figure", "ticket_key figure vendor_value our_value variant_value")
fct_category_quarter = _table(
    "fct_category_quarter",
    """
    source category quarter_starts_local_at solved_tickets top_agent_key top_agent_solved_tickets
    is_concentrated
    """,
)
fct_organization_week = _table(
    "fct_organization_week",
    """
    source organization_key week_starts_on week_local_at usual_tickets
    tickets same_category_tickets reopens low_answers escalations breaches
    tickets_points same_category_points reopens_points low_answers_points escalations_points breaches_points
    risk_points is_at_risk
    """,
)
fct_contact_day = _table("fct_contact_day", "source day day_local_at organization_key tickets active_customers orders")
fct_category_window = _table(
    "fct_category_window",
    """
    source category window_ends_at window_ends_local_at tickets one_touch_share handling_median_seconds
    handling_evenness macro_share effort_points predictability ease automation_tickets is_automatable
    is_path path_tickets path_seconds path_squares
    articles article_views votes_up votes_down helpful_articles knowledge is_knowledge_gap
    """,
)
fct_agent_week = _table(
    "fct_agent_week",
    """
    agent_key team_key week_starts_on week_local_at source tickets_solved solved_points scheduled_seconds
    points_per_hour team_points_per_hour is_judged is_above is_below
    """,
)
fct_team_week = _table(
    "fct_team_week",
    """
    team_key week_starts_on week_local_at source tickets_solved solved_points scheduled_seconds points_per_hour
    spread_points_per_hour summed_points_per_hour chance_points_per_hour even_points_per_hour
    is_recent is_final is_steady is_sustainable
    """,
)
fct_agent_capacity = _table(
    "fct_agent_capacity",
    "agent_key source team_key told_at told_local_at active_load_points capacity_points bandwidth_points",
)
