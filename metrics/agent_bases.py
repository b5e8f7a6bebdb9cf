"""The instants of what agents and teams did in a day or a week."""

from __future__ import annotations

from dataclasses import replace

from metrics.bases import basis_of
from metrics.warehouse import fct_agent_capacity, fct_agent_day, fct_agent_week, fct_team_week

AGENT_DAY = basis_of(fct_agent_day, "agent day", "day", finest="day")
AGENT_WEEK = basis_of(fct_agent_week, "week, by its Monday", "week", finest="week")
TEAM_WEEK = basis_of(fct_team_week, "week, by its Monday", "week", finest="week")
LAST_26_WEEKS = replace(TEAM_WEEK, label="26 weeks up to now", reads="now")
AGENT_NOW = basis_of(fct_agent_capacity, "now", "told", reads="now")
