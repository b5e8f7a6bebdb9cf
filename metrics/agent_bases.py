"""The instants of what agents and teams did in a day or a week."""

from __future__ import annotations

from dataclasses import replace

from metrics.bases import Basis
from metrics.warehouse import fct_agent_capacity, fct_agent_day, fct_agent_week, fct_team_week

AGENT_DAY = Basis(
    label="agent day",
    finest="day",
    fact=fct_agent_day,
    local=fct_agent_day.c.day_local_at,
    instant=fct_agent_day.c.day_local_at,
    source=fct_agent_day.c.source,
    team=fct_agent_day.c.team_key,
    agent=fct_agent_day.c.agent_key,
)
AGENT_WEEK = Basis(
    label="week, by its Monday",
    finest="week",
    fact=fct_agent_week,
    local=fct_agent_week.c.week_local_at,
    instant=fct_agent_week.c.week_local_at,
    source=fct_agent_week.c.source,
    team=fct_agent_week.c.team_key,
    agent=fct_agent_week.c.agent_key,
)
TEAM_WEEK = Basis(
    label="week, by its Monday",
    finest="week",
    fact=fct_team_week,
    local=fct_team_week.c.week_local_at,
    instant=fct_team_week.c.week_local_at,
    source=fct_team_week.c.source,
    team=fct_team_week.c.team_key,
)
LAST_26_WEEKS = replace(TEAM_WEEK, label="26 weeks up to now", reads="now")
AGENT_NOW = Basis(
    label="now",
    reads="now",
    fact=fct_agent_capacity,
    local=fct_agent_capacity.c.told_local_at,
    instant=fct_agent_capacity.c.told_at,
    source=fct_agent_capacity.c.source,
    team=fct_agent_capacity.c.team_key,
    agent=fct_agent_capacity.c.agent_key,
)
