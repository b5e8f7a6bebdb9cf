"""Our figures of single tickets beside the helpdesk's own: how many agree, how far apart the others are, and why.

Counts agree exactly, times within a minute: vendors tell whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Subquery, case, func, select

from metrics.bases import CREATED
from metrics.kinds import ANY_TICKET, Count
from metrics.published import Build
from metrics.query import counting_from
from metrics.question import Question
from metrics.scope import OutOfScope, Scope
from metrics.warehouse import fct_ticket, fct_vendor_figure

MINUTE = 1.0  # how far apart two times may be told and yet be the same


@dataclass(frozen=True)
class Figure:
    """A figure vendors tell of a ticket: what it is called, and why ours may differ by definition (empty: it may not).

    ``as_vendor`` names our metric that counts as a vendor does, where there is one.
    """

    title: str
    why: str = ""
    as_vendor: str = ""


_REPLY = "Ours begins when a bot hands over, and a call taken is a reply; Zendesk's runs from creation to a comment. "
_HOURS = "Ours takes the business hours of the team that holds the ticket, vendors one schedule a ticket."
FIGURES = {
    "reopens": Figure(
        "Reopens",
        "Ours counts returns from solved and from closed; at Zendesk what is closed comes back as another ticket.",
        "reopens_zendesk",
    ),
    "replies": Figure("Replies", "Ours counts people's answers on every channel, calls too; vendors public comments."),
    "group_stations": Figure("Group stations"),
    "first_reply_minutes_calendar": Figure("First reply, minutes", _REPLY.strip(), "first_reply_time_zendesk"),
    "first_reply_minutes_business": Figure("First reply, business minutes", _REPLY + _HOURS),
    "first_resolution_minutes_calendar": Figure("First resolution, minutes"),
    "first_resolution_minutes_business": Figure("First resolution, business minutes", _HOURS),
    "full_resolution_minutes_calendar": Figure("Full resolution, minutes"),
    "full_resolution_minutes_business": Figure("Full resolution, business minutes", _HOURS),
    "requester_wait_minutes_calendar": Figure("Requester wait, minutes"),
    "requester_wait_minutes_business": Figure("Requester wait, business minutes", _HOURS),
    "agent_wait_minutes_calendar": Figure("Agent wait, minutes"),
    "agent_wait_minutes_business": Figure("Agent wait, business minutes", _HOURS),
    "on_hold_minutes_calendar": Figure("On hold, minutes"),
    "on_hold_minutes_business": Figure("On hold, business minutes", _HOURS),
}
TIMES = tuple(name for name in FIGURES if "_minutes_" in name)

# A figure is placed and credited as its ticket is when created; what no figure of ours counts is not compared.
VENDOR_FIGURES = Count(
    name="vendor_figures",
    title="The helpdesk's own figures",
    says="Figures the helpdesk itself tells of its tickets.",
    numerator="figures told",
    on=replace(CREATED, fact=fct_vendor_figure, via_ticket=True),
    excluding=ANY_TICKET,
    better="neither",
)


def reconcile(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return a row per figure the helpdesk tells of tickets created in the question's span and part of the desk.

    ``told`` tickets have the vendor's figure, ``compared`` ours too; of those ``equal`` and ``differing``. Sums and
    means (``vendor_sum``, ``our_sum``, ``vendor_mean``, ``our_mean``) are over the compared; ``apart`` is how far those
    that differ are apart in the mean, and ``as_vendor`` how many of them agree with our figure that counts as a vendor
    does. Counts, and minutes; no value where nothing was compared. Raises ``OutOfScope``.
    """
    f = _figures(question, scope, build)
    both = f.c.our_value.is_not(None)
    differs = both & ~_same(f, f.c.our_value)

    def count(condition: ColumnElement[bool]) -> Any:
        return func.sum(case((condition, 1), else_=0))

    statement = (
        select(
            f.c.figure,
            func.count().label("told"),
            count(both).label("compared"),
            count(both & _same(f, f.c.our_value)).label("equal"),
            count(differs).label("differing"),
            count(differs & f.c.variant_value.is_not(None) & _same(f, f.c.variant_value)).label("as_vendor"),
            func.sum(case((both, f.c.vendor_value))).label("vendor_sum"),
            func.sum(f.c.our_value).label("our_sum"),
            func.avg(case((both, f.c.vendor_value))).label("vendor_mean"),
            func.avg(f.c.our_value).label("our_mean"),
            func.avg(case((differs, _apart(f, f.c.our_value)))).label("apart"),
        )
        .group_by(f.c.figure)
        .order_by(f.c.figure)
    )
    return build.read(statement)


def differing(question: Question, figure: str, scope: Scope, build: Build, limit: int = 300) -> pd.DataFrame:
    """Return the tickets of which a figure differs from ours, those furthest apart first, at most ``limit``.

    Columns: ``source``, ``ticket_id``, ``subject``, ``url``, ``vendor_value``, ``our_value``, ``variant_value`` and
    ``apart``. Raises ``OutOfScope`` for who reads no tickets.
    """
    if not isinstance(scope, Scope) or not scope.reads_tickets:
        raise OutOfScope("tickets one by one are not for this role: ask for figures")
    f = _figures(question, scope, build)
    apart = _apart(f, f.c.our_value).label("apart")
    shown = [f.c[n] for n in ("source", "ticket_id", "subject", "url", "vendor_value", "our_value", "variant_value")]
    picked = select(*shown, apart).where(f.c.figure == figure, f.c.our_value.is_not(None), ~_same(f, f.c.our_value))
    return build.read(picked.order_by(apart.desc(), f.c.source, f.c.ticket_id).limit(limit))


def _figures(question: Question, scope: Scope, build: Build) -> Subquery:
    """Return what the helpdesk tells of tickets that count, each with what is ours."""
    t, v = fct_ticket.c, fct_vendor_figure.c
    columns = [v.figure, v.vendor_value, v.our_value, v.variant_value, t.source, t.ticket_id, t.subject, t.url]
    told = VENDOR_FIGURES.among & v.vendor_value.is_not(None)
    return counting_from(VENDOR_FIGURES, replace(question, grain=None), scope, columns, where=told)


def _apart(f: Subquery, ours: Any) -> Any:
    return func.abs(f.c.vendor_value - ours)


def _same(f: Subquery, ours: Any) -> ColumnElement[bool]:
    within: ColumnElement[bool] = _apart(f, ours) <= case((f.c.figure.in_(TIMES), MINUTE), else_=0.0)
    return within
