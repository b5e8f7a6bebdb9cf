"""Every row of the specification of metrics has its definition, and a golden timeline."""

from __future__ import annotations

import re

import pytest

from config.settings import ROOT
from metrics.registry import METRICS
from tests.support.stories import stories

SPECIFICATION = ROOT.parent / "shared" / "METRICS.md"
# A row each; what is published under another name than the row's stands after it.
ROWS: tuple[tuple[str, ...], ...] = (
    ("tickets_created", "tickets_solved", "reopens", "tickets_reopened"),
    ("resolution_rate",),
    ("backlog", "backlog_waiting_on_us"),
    ("backlog_age", "backlog_age_p90"),
    ("backlog_days",),
    ("queue_wait_now", "queue_wait_now_p90", "queue_wait_now_oldest"),
    ("ticket_debt", "ticket_debt_rolled_over"),
    ("first_reply_time", "first_reply_time_p90", "first_reply_time_replied"),
    ("time_to_assignment",),
    ("abandonment_rate",),
    ("answer_time", "service_level"),
    ("reply_time",),
    ("resolution_time_first", "resolution_time_full", "resolution_time_first_solved", "resolution_time_full_solved"),
    ("requester_wait", "agent_wait", "on_hold_time"),
    ("idle_share",),
    ("aht", "aht_open_to_close", "handling_per_contact"),
    ("fcr",),
    ("fcr_gross",),
    ("one_touch", "two_touch", "one_touch_zendesk"),
    ("reopen_rate", "reopen_rate_worked"),
    ("repeat_contact_rate", "duplicate_rate"),
    ("csat", "csat_response_rate"),
    ("ces",),
    ("deflection_rate", "deflection_rate_low", "self_service_score"),
    ("bot_resolution_rate", "bot_resolution_rate_assumed", "bot_resolution_rate_pending"),
    ("tier_mix",),
    ("sla_attainment",),
    ("sla_at_risk",),
    ("escalation_rate",),
    ("handoffs_per_ticket", "group_stations"),
    ("misroute_rate", "recategorised_rate", "handoffs_with_note"),
    ("touches_per_resolution", "effort_per_resolution"),
    ("effort_expected",),
    ("effort_actual",),
    ("complexity_mix",),
    ("utilization",),
    ("occupancy",),
    ("active_load", "bandwidth"),
    ("workload_balance", "workload_balance_below", "workload_gini"),
    ("knowledge_concentration",),
    ("stuck",),
    ("sustainable_throughput",),
    ("context_switches",),
    ("after_hours_share",),
    ("cost_per_ticket",),
    ("contact_rate",),
    ("customer_risk",),
    ("automation_potential",),
    ("knowledge_gap",),
)


def test_every_row_is_defined() -> None:
    assert {name for row in ROWS for name in row} - set(METRICS) == set()


def test_every_row_has_a_golden_timeline() -> None:
    told = {expected.metric for story in stories(ROOT / "tests" / "golden") for expected in story.expected}
    without = [name for row in ROWS for name in row if name not in told]
    assert without == []


def test_there_are_as_many_rows_as_the_specification_has() -> None:
    if not SPECIFICATION.exists():
        pytest.skip("the specification is not beside this checkout")
    table = SPECIFICATION.read_text(encoding="utf-8").split("## Metrics")[1].split("Dimensions:")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [re.findall(r"`(\w+)`", cell)[0] for cell in rows]
    assert [row[0] for row in ROWS] == named
