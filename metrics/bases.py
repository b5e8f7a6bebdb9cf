"""The instants that place a row in a period, and who and what it is credited to then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import TableClause

from metrics.question import Grain
from metrics.warehouse import (
    Column,
    fct_backlog_day,
    fct_bot_conversation,
    fct_category_quarter,
    fct_category_window,
    fct_contact_day,
    fct_handoff,
    fct_open_ticket,
    fct_open_ticket_day,
    fct_organization_week,
    fct_reply,
    fct_resolved_contact,
    fct_sla_target,
    fct_solve_or_reopen,
    fct_support_demand,
    fct_survey,
    fct_ticket,
)

Reads = Literal["event", "day_end", "now"]


@dataclass(frozen=True)
class Basis:
    """The instant that places a row in a period, and who and what the row is credited to then.

    ``local`` is the instant in the reporting zone, ``instant`` the same in UTC, ``team_local`` in the team's zone
    (None where there is no team). ``via_ticket`` says that ticket attributes come through ``fct_ticket``.

    ``reads`` says when its rows are looked at: when they happened (``event``), on the last day of a period
    (``day_end``: one row a day and part of the desk, on ``fact.c.day``), or as of the build (``now``: no periods).
    ``finest`` is the shortest grain that makes sense: an agent's day has no hours, a week's balance no days.
    ``details`` are further columns its rows are listed with: the reasons and components of a score.
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
    reads: Reads = "event"
    finest: Grain = "hour"
    details: tuple[Column, ...] = ()

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


def _held_basis(label: str, fact: TableClause, local: Column, instant: Column, category: str) -> Basis:
    """Something that happened to a ticket, with the team and agent of its own row."""
    return Basis(
        label=label,
        fact=fact,
        local=local,
        instant=instant,
        source=fct_ticket.c.source,
        team=fact.c.team_key,
        agent=fact.c.agent_key,
        category=fct_ticket.c[category],
        channel=fct_ticket.c.channel,
        priority=fct_ticket.c.priority,
        organization=fct_ticket.c.organization_key,
        via_ticket=True,
    )


def _ticket_event_basis(
    label: str, fact: TableClause, local: str, instant: str, team_local: str, category: str = "solving_category"
) -> Basis:
    held = _held_basis(label, fact, fact.c[local], fact.c[instant], category)
    return replace(held, team_local=fact.c[team_local])


def basis_of(
    fact: TableClause, label: str, stem: str, *, reads: Reads = "event", finest: Grain = "hour", details: str = ""
) -> Basis:
    """Return the basis of a fact whose rows belong to no ticket: ``STEM_local_at`` places them, and ``STEM_at`` in UTC.

    A row is credited to whom and what the fact has a key of; ``details`` are names of columns. Days and weeks have no
    instant in UTC: there the local one stands for it.
    """
    local = fact.c[f"{stem}_local_at"]
    return Basis(
        label=label,
        fact=fact,
        local=local,
        instant=fact.c.get(f"{stem}_at", local),
        source=fact.c.source,
        team=fact.c.get("team_key"),
        agent=fact.c.get("agent_key"),
        category=fact.c.get("category"),
        channel=fact.c.get("channel"),
        priority=fact.c.get("priority"),
        organization=fact.c.get("organization_key"),
        reads=reads,
        finest=finest,
        details=tuple(fact.c[name] for name in details.split()),
    )


CREATED = _ticket_basis("created", "created_at", "first", "created_team_local_at", "first_category")
FIRST_SOLVED = _ticket_basis(
    "first solved", "first_solved_at", "solving", "first_solved_team_local_at", "solving_category"
)
FIRST_SOLVED_BY_INTAKE = _ticket_basis("first solved", "first_solved_at", "first", None, "first_category")
LAST_SOLVED = _ticket_basis("last solved", "last_solved_at", "final", None, "category")
SOLVED_OR_REOPENED = _ticket_event_basis(
    "the event itself", fct_solve_or_reopen, "happened_local_at", "happened_at", "happened_team_local_at"
)
ANSWERED = _ticket_event_basis("answered", fct_survey, "answered_local_at", "answered_at", "served_team_local_at")
SENT = _ticket_event_basis("sent", fct_survey, "sent_local_at", "sent_at", "served_team_local_at")
DUE = _ticket_event_basis("due", fct_sla_target, "due_local_at", "due_at", "due_team_local_at", "category")
HANDED_OVER = _held_basis(  # a handoff of a ticket solved in the period, by who handed it over
    "first solved",
    fct_handoff,
    fct_ticket.c.first_solved_local_at,
    fct_ticket.c.first_solved_at,
    "solving_category",
)
DUE_SOON = replace(DUE, label="now", reads="now")
ASKED = _ticket_event_basis(
    "requester message", fct_reply, "asked_local_at", "asked_at", "asked_team_local_at", "category"
)
NOW = replace(  # an open ticket, with who holds it now
    _held_basis("now", fct_open_ticket, fct_ticket.c.created_local_at, fct_ticket.c.created_at, "category"),
    reads="now",
)
CATEGORY_QUARTER = replace(
    basis_of(fct_category_quarter, "quarter", "quarter_starts", finest="quarter"),
    agent=fct_category_quarter.c.top_agent_key,
)
OPEN_AT_DAY_END = replace(  # a ticket open at the end of a day, with who held it and what it was then
    _held_basis(
        "end of day",
        fct_open_ticket_day,
        fct_open_ticket_day.c.day_local_at,
        fct_open_ticket_day.c.day_local_at,
        "category",
    ),
    category=fct_open_ticket_day.c.category,
    reads="day_end",
    finest="day",
)
DAY = basis_of(fct_backlog_day, "end of day", "day", reads="day_end", finest="day")
SESSION = basis_of(fct_support_demand, "session or contact", "started")
CONVERSATION = basis_of(fct_bot_conversation, "bot conversation", "started")
RESOLVED = basis_of(fct_resolved_contact, "resolved", "resolved")
ORGANIZATION_WEEK = basis_of(
    fct_organization_week,
    "week",
    "week",
    finest="week",
    details="risk_points is_at_risk usual_tickets tickets same_category_tickets reopens low_answers escalations "
    "breaches tickets_points same_category_points reopens_points low_answers_points escalations_points breaches_points",
)
CONTACT_DAY = basis_of(fct_contact_day, "created", "day", finest="day")
CATEGORY_WINDOW = basis_of(
    fct_category_window,
    "90 days up to now",
    "window_ends",
    reads="now",
    details="tickets predictability one_touch_share handling_evenness handling_median_seconds macro_share ease "
    "effort_points is_automatable is_path path_tickets path_seconds path_squares knowledge articles helpful_articles "
    "article_views votes_up votes_down",
)
