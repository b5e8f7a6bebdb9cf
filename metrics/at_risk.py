"""Which customers are in danger of leaving: the organizations of a week by risk points, with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from config.weights import RISK_REASONS
from metrics.asking import ask
from metrics.published import Build
from metrics.question import Question, period_start
from metrics.reading import Style
from metrics.rows import rows
from metrics.scope import Scope

COLUMNS = ("organization", "segment", "plan", "points", "week", "points_now", "is_at_risk", *RISK_REASONS)
WEEKS = 4  # a bad fortnight is not forgotten the week after
POINTS = tuple(f"{reason}_points" for reason in RISK_REASONS)
SAYS = {  # one, several
    "tickets": ("a ticket", "tickets in 14 days, where about {usual} are usual"),
    "same_category": ("asked again about the same", "asked again about the same, {n} times"),
    "reopens": ("what was solved came back", "what was solved came back {n} times"),
    "low_answers": ("a low answer", "low answers"),
    "escalations": ("an escalation", "escalations"),
    "breaches": ("a promise not kept", "promises not kept"),
}


def last_full_week(build: Build) -> date:
    """Return the Monday of the last week that is over."""
    return period_start(build.local_as_of.date(), "week") - timedelta(weeks=1)


def at_risk(question: Question, week: date, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the organizations in contact in the four weeks that end with ``week``, the most points first.

    Each stands with the worst of its weeks (``week``, which speaks of the 14 days that end with it; the newest of
    several) and with its points of the last one, ``points_now``. Columns: ``COLUMNS``, the points for each reason
    (``POINTS``), ``usual_tickets``. ``question`` says which part of the customers. Raises ``UnknownDimension`` and
    ``OutOfScope``: organizations belong to no team.
    """
    since, until = week - timedelta(weeks=WEEKS - 1), week + timedelta(days=6)
    asked = Question(("customer_risk",), ("segment", "plan"), None, since, until, question.where)
    found = rows(asked, scope, build, None)
    told = found.rename(columns={"risk_points": "points", "same_category_tickets": "same_category"})
    told = told.assign(week=pd.to_datetime(told["at"]).dt.date, is_at_risk=told["is_at_risk"] > 0)
    now = told[told["week"] == week].groupby("organization")["points"].max()
    worst = told.sort_values(["points", "week"], ascending=False).drop_duplicates("organization")
    worst = worst.assign(points_now=worst["organization"].map(now).fillna(0.0))
    order = ["points", "points_now", "tickets", "organization"]
    ordered = worst.sort_values(order, ascending=[False, False, False, True], ignore_index=True)
    return ordered[[*COLUMNS, *POINTS, "usual_tickets"]]


def reasons_read(row: Mapping[Any, Any], style: Style) -> str:
    """Return what an organization got its points for, the weightiest reason first; empty without points."""
    given = sorted((reason for reason in RISK_REASONS if row[f"{reason}_points"] > 0), key=lambda r: _weight(row, r))
    return "; ".join(_reason(reason, int(row[reason]), float(row["usual_tickets"]), style) for reason in given)


def _weight(row: Mapping[Any, Any], reason: str) -> tuple[float, int]:
    return -float(row[f"{reason}_points"]), RISK_REASONS.index(reason)


def _reason(reason: str, count: int, usual: float, style: Style) -> str:
    one, several = SAYS[reason]
    if count == 1:
        return one
    n = style.number(count)
    said = several.format(n=n, usual=style.number(usual, 1))
    return said if "{n}" in several else f"{n} {said}"


def repeated_topics(question: Question, scope: Scope, build: Build, least: int = 3) -> pd.DataFrame:
    """Return what organizations ask about again: ``organization, category, tickets, usual_share``, most tickets first.

    ``usual_share`` is the category's share of all tickets of the span; a topic counts from ``least`` tickets and from
    twice that share of the organization's.
    """
    asked = ask(Question(("tickets_created",), ("organization", "category"), None, question.since, question.until,
                         question.where), scope, build).dropna(subset=["organization", "category"])  # fmt: skip
    asked = asked.assign(tickets=asked["value"].fillna(0))
    share = asked.groupby("category")["tickets"].sum() / max(float(asked["tickets"].sum()), 1.0)
    own = asked["tickets"] / asked.groupby("organization")["tickets"].transform("sum")
    usual = asked["category"].map(share).astype(float)
    often = asked[(asked["tickets"] >= least) & (own >= 2 * usual)].assign(usual_share=usual)
    order = ["tickets", "organization", "category"]
    ordered = often.sort_values(order, ascending=[False, True, True], ignore_index=True)
    return ordered[["organization", "category", "tickets", "usual_share"]]
