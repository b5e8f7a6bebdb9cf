"""Promises kept."""

from metrics.bases import DUE
from metrics.kinds import ANY_TICKET, Exclusion, Rate
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

METRICS = (SLA_ATTAINMENT,)
