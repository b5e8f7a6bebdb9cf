"""What the published build tells of people's weeks: outcomes by category, hours and load, rest between days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, and_, case, column, func, select, table

from metrics.published import Build
from metrics.warehouse import (
    dim_agent,
    dim_category,
    dim_team,
    fct_agent_day,
    fct_open_ticket_day,
    fct_survey,
    fct_ticket,
)

DRIFT_WEEKS: Final = 104
LOAD_WEEKS: Final = 62  # half a year before the thirteen months that teams are told
RECENT_WEEKS: Final = 30  # of what takes single events to tell
KEY: Final = ["agent_key", "week"]
SPLIT: Final = timedelta(hours=6)  # a shorter pause is one working day
REST: Final = timedelta(hours=11)
EVENTS: Final = table("fct_ticket_event", *(column(name) for name in ("agent_key", "actor_type", "occurred_at")))


def last_week(build: Build) -> date:
    """Return the Monday of the newest week that is over."""
    today = build.local_as_of.date()
    return today - timedelta(days=today.weekday() + 7)


def weekly_facts(build: Build) -> pd.DataFrame:
    """Return the table drift is told from: columns as of ``forecasting strain``, agents and teams by key.

    A ticket counts for who solved it, in the week of its first solve; what is not final yet counts on neither side.
    """
    t, clock = fct_ticket, build.clock
    final = {
        name: t.c.first_solved_at <= clock.as_of - clock.windows[name]
        for name in ("fcr_window_days", "reopen_window_days")
    }
    fcr = and_(t.c.is_fcr_eligible, final["fcr_window_days"])
    reopen = and_(t.c.is_human_eligible, final["reopen_window_days"])
    handled = and_(t.c.handling_seconds > 0, t.c.handling_kind.in_(_handling_kinds(build)))
    log = case((handled, func.ln(t.c.handling_seconds)), else_=0.0)
    week = func.date_trunc("week", t.c.first_solved_local_at)
    by = (t.c.solving_agent_key, t.c.solving_team_key, week, t.c.solving_category)
    solved = build.read(
        select(
            by[0].label("agent"), by[1].label("team"), week.label("week"), by[3].label("category"),
            func.count().label("tickets"),
            _count(fcr, "fcr_n"), _count(and_(fcr, t.c.is_first_contact_resolved), "fcr_good"),
            _count(reopen, "reopen_n"), _count(and_(reopen, t.c.is_reopened), "reopened"),
            _count(handled, "log_aht_n"),
            func.sum(log).label("log_aht_sum"), func.sum(log * log).label("log_aht_sumsq"),
            func.sum(t.c.effort_expected_points).label("effort_points"),
            _count(t.c.is_escalated, "escalated"), _count(t.c.complexity == "complex", "complex"),
            _count(and_(t.c.complexity == "complex", fcr, t.c.is_first_contact_resolved), "complex_well"),
        )
        .where(t.c.is_eligible, t.c.is_solved, by[0].is_not(None), week >= _since(build, DRIFT_WEEKS))
        .group_by(*by)
    )  # fmt: skip
    facts = pd.concat([solved, _answers(build)], ignore_index=True)
    facts["category"] = facts["category"].fillna("(none)").astype(str)
    facts["team"] = facts["team"].fillna("").astype(str)
    facts["week"] = pd.to_datetime(facts["week"]).astype("datetime64[s]")
    numbers = [name for name in facts if name not in ("agent", "team", "week", "category")]
    known = facts[facts["agent"].isin(_persons(build)) & (facts["week"] <= pd.Timestamp(last_week(build)))]
    return known.groupby(["agent", "team", "week", "category"], as_index=False)[numbers].sum()


def _handling_kinds(build: Build) -> list[str]:
    """Return which handling is looked at: logged, where anybody logs; an estimate hides how fast somebody works."""
    kind = fct_ticket.c.handling_kind
    known = set(build.read(select(kind).where(kind.is_not(None)).distinct())["handling_kind"])
    return ["logged"] if "logged" in known else sorted(known)


def _answers(build: Build) -> pd.DataFrame:
    s, t = fct_survey, fct_ticket
    week = func.date_trunc("week", s.c.answered_local_at)
    by = (s.c.agent_key, s.c.team_key, week, t.c.solving_category)
    return build.read(
        select(
            by[0].label("agent"), by[1].label("team"), week.label("week"), by[3].label("category"),
            func.count().label("csat_n"), _count(s.c.is_satisfied, "csat_good"),
        )
        .join_from(s, t, t.c.ticket_key == s.c.ticket_key)
        .where(
            s.c.survey_type == "csat", s.c.is_answered, s.c.is_human_eligible, by[0].is_not(None),
            week >= _since(build, DRIFT_WEEKS),
        )
        .group_by(*by)
    )  # fmt: skip


def day_facts(build: Build) -> pd.DataFrame:
    """Return people's days added up by week: columns ``agent_key, week`` and sums; ``days_in_a_row`` is the most."""
    d = fct_agent_day
    week = func.date_trunc("week", d.c.day_local_at)
    summed = (
        "actions", "after_hours_actions", "weekend_actions", "context_switches", "tickets_solved", "solved_points",
        "handling_seconds", "scheduled_seconds",
    )  # fmt: skip
    return _weeks(
        build,
        select(
            d.c.agent_key, week.label("week"), *(func.sum(d.c[name]).label(name) for name in summed),
            func.sum(case((d.c.has_availability, d.c.serving_seconds), else_=None)).label("serving_seconds"),
            func.sum(case((d.c.has_availability, d.c.available_seconds), else_=None)).label("available_seconds"),
            func.sum(case((d.c.is_handling_logged, d.c.logged_seconds), else_=None)).label("logged_seconds"),
            func.max(d.c.days_in_a_row).label("days_in_a_row"),
        )
        .where(d.c.role != "bot", week >= _since(build, LOAD_WEEKS))
        .group_by(d.c.agent_key, week),
    )  # fmt: skip


def short_rests(build: Build) -> pd.DataFrame:
    """Return how often under eleven hours lay between two working days: columns ``agent_key, week, short_rests``."""
    hour = func.date_trunc("hour", EVENTS.c.occurred_at)
    said = build.read(
        select(
            EVENTS.c.agent_key,
            func.min(EVENTS.c.occurred_at).label("first"), func.max(EVENTS.c.occurred_at).label("last"),
        )
        .where(EVENTS.c.actor_type == "agent", EVENTS.c.agent_key.is_not(None), hour >= _since(build, RECENT_WEEKS))
        .group_by(EVENTS.c.agent_key, hour)
    )  # fmt: skip
    said = said.sort_values(["agent_key", "first"], ignore_index=True)
    pause = said["first"] - said.groupby("agent_key")["last"].shift()
    short = said[(pause >= SPLIT) & (pause < REST)]
    week = (short["first"] - pd.to_timedelta(short["first"].dt.day_of_week, unit="D")).dt.normalize()
    return short.assign(week=week.astype("datetime64[s]")).groupby(KEY).size().rename("short_rests").reset_index()


def waiting_ages(build: Build) -> pd.DataFrame:
    """Return the median age of what waited on each agent on Sunday evenings: ``agent_key, week, queue_age_days``."""
    o = fct_open_ticket_day
    sundays = [last_week(build) - timedelta(days=7 * back - 6) for back in range(RECENT_WEEKS)]
    rows = build.read(
        select(o.c.agent_key, o.c.day, o.c.age_seconds).where(
            o.c.day.in_(sundays), o.c.is_waiting_on_us, o.c.agent_key.is_not(None)
        )
    )
    week = (pd.to_datetime(rows["day"]) - pd.Timedelta(days=6)).astype("datetime64[s]")
    ages = rows.assign(week=week, queue_age_days=rows["age_seconds"] / 86_400)
    return ages.groupby(KEY)["queue_age_days"].median().reset_index()


def people(build: Build) -> pd.DataFrame:
    """Return who works there now: columns ``agent_key, agent, team_key, team, joined_on``; no bots, nobody who left."""
    a = dim_agent
    rows = build.read(
        select(a.c.agent_key, a.c.name.label("agent"), a.c.team_key, dim_team.c.name.label("team"), a.c.joined_on)
        .join_from(a, dim_team, dim_team.c.team_key == a.c.team_key)
        .where(a.c.is_current, a.c.role != "bot", func.coalesce(a.c.left_on >= build.local_as_of.date(), True))
    )
    return rows.drop_duplicates("agent_key").sort_values("agent_key", ignore_index=True)


def repetitive_categories(build: Build) -> set[str]:
    """Return the categories a machine could answer."""
    rows = build.read(select(dim_category.c.category).where(dim_category.c.is_automatable))
    return set(rows["category"])


def _persons(build: Build) -> set[str]:
    return set(build.read(select(dim_agent.c.agent_key).where(dim_agent.c.role != "bot"))["agent_key"])


def _weeks(build: Build, asked: Any) -> pd.DataFrame:
    rows = build.read(asked)
    rows["week"] = pd.to_datetime(rows["week"]).astype("datetime64[s]")
    sums = [str(name) for name in rows if name not in KEY]
    rows[sums] = rows[sums].astype(np.float64)
    return rows[rows["week"] <= pd.Timestamp(last_week(build))].reset_index(drop=True)


def _since(build: Build, weeks: int) -> pd.Timestamp:
    return pd.Timestamp(last_week(build) - timedelta(weeks=weeks - 1))


def _count(condition: ColumnElement[bool], name: str) -> Any:
    return func.sum(case((condition, 1), else_=0)).label(name)
