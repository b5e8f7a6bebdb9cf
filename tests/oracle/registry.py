"""Which metrics the second implementation can tell, and how; and which it cannot, and why."""

from __future__ import annotations

from tests.oracle import agent_days as d
from tests.oracle import as_vendors as a
from tests.oracle import calls as c
from tests.oracle import outcomes as o
from tests.oracle import queue as q
from tests.oracle import satisfaction as s
from tests.oracle import sessions as h
from tests.oracle import spans as n
from tests.oracle import volume as v
from tests.oracle import waits as w
from tests.oracle.evaluate import Measure

FCR, REOPEN, CSAT = "fcr_window_days", "reopen_window_days", "csat_window_days"
DEFLECTION = "deflection_window_hours"

MEASURES: dict[str, Measure] = {
    "tickets_created": Measure("count", v.created),
    "tickets_solved": Measure("count", v.solves),
    "reopens": Measure("count", v.reopenings),
    "tickets_reopened": Measure("distinct", v.reopenings),
    "backlog": Measure("stock", v.backlog),
    "backlog_waiting_on_us": Measure("stock", v.backlog, num="waits"),
    "first_reply_time": Measure("kaplan_meier", v.first_replies),
    "first_reply_time_replied": Measure("percentile", v.first_replies),
    "resolution_time_first": Measure("kaplan_meier", v.resolutions),
    "resolution_time_first_solved": Measure("percentile", v.resolutions_solved),
    "resolution_time_full": Measure("kaplan_meier", v.full_resolutions),
    "resolution_time_full_solved": Measure("percentile", v.full_resolutions_solved),
    "fcr": Measure("rate", o.first_contact, den="net", matures=FCR),
    "fcr_gross": Measure("rate", o.first_contact, den="gross", matures=FCR),
    "one_touch": Measure("rate", o.touches, num="one"),
    "two_touch": Measure("rate", o.touches, num="two"),
    "one_touch_zendesk": Measure("rate", o.touches, num="below_two"),
    "reopen_rate": Measure("rate", o.reopened, matures=REOPEN),
    "reopen_rate_worked": Measure("rate", o.reopened, num="worked", matures=REOPEN),
    "repeat_contact_rate": Measure("rate", o.repeats),
    "duplicate_rate": Measure("rate", o.repeats, num="duplicate"),
    "aht": Measure("ratio", o.handled),
    "aht_open_to_close": Measure("ratio", o.handled, num="open", den="one"),
    "effort_per_resolution": Measure("ratio", o.handled, num="points", den="pointed"),
    "effort_actual": Measure("ratio", o.handled, num="took", den="taken"),
    "touches_per_resolution": Measure("ratio", o.handled, num="actions", den="history"),
    "effort_expected": Measure("ratio", v.created, num="points", den="pointed"),
    "effort_created": Measure("count", v.created, num="points"),
    "complexity_mix": Measure("ratio", v.created, num="complex", den="simple"),
    "handoffs_per_ticket": Measure("ratio", o.routed, num="handoffs"),
    "group_stations": Measure("ratio", o.routed, num="stations", den="with_team"),
    "escalation_rate": Measure("rate", o.routed, num="escalated_touched", den="touched"),
    "misroute_rate": Measure("rate", o.misrouted),
    "recategorised_rate": Measure("rate", o.recategorised),
    "handoffs_with_note": Measure("rate", o.handed_over),
    "csat": Measure("rate", s.answers, matures=CSAT),
    "csat_first_answer": Measure("rate", s.answers, num="first", matures=CSAT),
    "csat_response_rate": Measure("rate", s.responses, matures=CSAT),
    "ces": Measure("score", s.efforts, num="seven", den="of_seven"),
    "ces_1_to_5": Measure("score", s.efforts, num="five", den="of_five"),
    "deflection_rate": Measure("rate", h.demand, num="kept", den="demand", matures=DEFLECTION),
    "deflection_rate_low": Measure("rate", h.demand, num="helped", den="demand", matures=DEFLECTION),
    "deflection_rate_identified": Measure("rate", h.demand, num="known_kept", den="known_demand", matures=DEFLECTION),
    "self_service_score": Measure("ratio", h.demand, num="session", den="scored"),
    "abandonment_rate": Measure("rate", c.offered, num="abandoned", den="offered"),
    "answer_time": Measure("percentile", c.offered),
    "asa_mean": Measure("ratio", c.offered, num="waited", den="answered"),
    "service_level": Measure("rate", c.offered, num="in_time", den="stayed"),
    "time_to_assignment": Measure("kaplan_meier", n.assignments),
    "resolution_rate": Measure("rate", n.solved_in_time, matures="resolution_window_days"),
    "nps": Measure("score", s.recommendations, factor=100),
    "after_hours_share": Measure("ratio", d.worked, num="outside", den="actions"),
    "weekend_share": Measure("ratio", d.worked, num="weekend", den="actions"),
    "unbroken_days": Measure("rate", d.worked, num="unbroken", den="one"),
    "training_share": Measure("ratio", d.rostered, num="training", den="all"),
    "documentation_share": Measure("ratio", d.rostered, num="documentation", den="all"),
    "meeting_share": Measure("ratio", d.rostered, num="meeting", den="all"),
    "requester_wait": Measure("percentile", w.for_the_desk),
    "agent_wait": Measure("percentile", w.for_the_requester),
    "on_hold_time": Measure("percentile", w.for_others),
    "time_in_status": Measure("percentile", w.in_status),
    "reply_time": Measure("kaplan_meier", w.replies),
    "backlog_age": Measure("stock_percentile", q.aged),
    "queue_wait_now": Measure("percentile", q.open_now),
    "open_now": Measure("count", q.open_now),
    "unassigned_now": Measure("count", q.open_now, num="unassigned"),
    "untouched_now": Measure("count", q.open_now, num="untouched"),
    "frustrated_now": Measure("count", q.open_now, num="impatient"),
    "first_reply_time_zendesk": Measure("percentile", a.first_comments),
    "reopens_zendesk": Measure("count", a.departures),
    "csat_zendesk": Measure("rate", a.ratings),
    "fcr_freshservice": Measure("rate", a.wrote_once),
}
NINETY = {
    f"{name}_p90": Measure(measure.kind, measure.facts, share=0.9)
    for name, measure in MEASURES.items()
    if measure.kind in ("kaplan_meier", "percentile", "stock_percentile")
}
OLDEST = {"queue_wait_now_oldest": Measure("percentile", q.open_now, share=1.0)}
MEASURES |= NINETY | OLDEST

# What it does not tell, and why. A metric that is new belongs above or here: a test asks for it.
BOTS = "rests on bot conversations and what became of each, which are not rebuilt"
SHARED = "shares a ticket's logged handling among its calls, which is not rebuilt"
TARGETS = "rests on service targets and their clocks, which are not rebuilt"
HOURS = "rests on logged time and availability set against rosters month by month, which is not rebuilt"
LOADS = "rests on rosters and points finished by the week, which are not rebuilt"
POINTS = "adds up points of a published table over many facts: judged by its golden stories"
SPANS = "rests on the silences within a ticket's life, which are not rebuilt"
ONE_CLOCK = "a vendor's single schedule for a ticket, told by its golden stories"

CANNOT: dict[str, str] = {
    name: reason
    for reason, names in {
        BOTS: """bot_resolution_rate bot_resolution_rate_assumed bot_resolution_rate_pending bot_handover_rate
            bot_resolution_rate_intercom tier_mix tier_mix_self_service tier_mix_automation tier_mix_people""",
        SHARED: "handling_per_contact",
        TARGETS: "sla_attainment sla_at_risk ticket_debt ticket_debt_rolled_over",
        HOURS: "utilization occupancy context_switches cost_per_ticket backlog_days",
        LOADS: """workload_balance workload_balance_below workload_gini workload_gini_by_chance complex_share
            outside_usual_share sustainable_throughput ramp_points_per_hour active_load capacity bandwidth""",
        POINTS: """customer_risk organizations_at_risk automation_potential automation_hours knowledge_gap
            knowledge_concentration contact_rate contact_rate_orders""",
        SPANS: "idle_share stuck",
        ONE_CLOCK: "first_reply_time_business_single_schedule first_reply_time_business_single_schedule_p90",
    }.items()
    for name in names.split()
}
