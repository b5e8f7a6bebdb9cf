"""Service targets: promises kept, and those about to be broken."""

from metrics.bases import DUE, DUE_SOON
from metrics.kinds import ANY_TICKET, Exclusion, Listing, Rate
from metrics.warehouse import fct_sla_target as s

UNDECIDED = Exclusion("still running, cancelled or replaced", ~s.c.is_judged)

SLA_ATTAINMENT = Rate(
    name="sla_attainment",
    title="SLA attainment",
    says="Targets met among targets met or breached, each in the period it was due. Met to the second is met; running "
    "past due is breached; paused clocks do not run.",
    numerator="targets met",
    denominator="targets met or breached",
    hits=s.c.is_met,
    on=DUE,
    excluding=(*ANY_TICKET, UNDECIDED),
    better="up",
    material=0.01,
)

SLA_AT_RISK = Listing(
    name="sla_at_risk",
    title="Targets at risk",
    says="Targets whose clock runs and that are due within {sla_risk_hours}.",
    numerator="targets due soon",
    hits=s.c.is_at_risk,
    shows={
        "age_seconds": s.c.age_seconds,
        "due_in_seconds": s.c.due_in_seconds,
        "why": s.c.target_type,
    },
    on=DUE_SOON,
    better="down",
    material=0.05,
)

METRICS = (SLA_ATTAINMENT, SLA_AT_RISK)
