"""Load: what agents hold and still have room for, now."""

from metrics.agent_bases import AGENT_NOW
from metrics.bases import NOW
from metrics.kinds import Exclusion, Listing
from metrics.warehouse import fct_agent_capacity as c
from metrics.warehouse import fct_open_ticket as o
from metrics.warehouse import fct_ticket as t

NOBODY = Exclusion("nobody holds it", o.c.agent_key.is_(None))
NO_POINTS = Exclusion("no effort tiers known", t.c.effort_expected_points.is_(None))

ACTIVE_LOAD = Listing(
    name="active_load",
    title="Active load, now",
    says="Expected effort points of the tickets agents hold and that wait on them: new or open, not paused.",
    numerator="effort points",
    hits=o.c.is_waiting_on_us,
    amount=t.c.effort_expected_points,
    shows={"age_seconds": o.c.age_seconds},
    on=NOW,
    excluding=(NOBODY, NO_POINTS),
    better="neither",
    material=0.1,
)

CAPACITY = Listing(
    name="capacity",
    title="Capacity, today",
    says="Effort points agents can finish today: their own median of points finished on a day rostered for tickets, "
    "over eight weeks, times the share of their usual ticket time they are rostered for today.",
    numerator="effort points",
    amount=c.c.capacity_points,
    measure="number",
    on=AGENT_NOW,
    better="neither",
    material=0.1,
)

BANDWIDTH = Listing(
    name="bandwidth",
    title="Bandwidth, now",
    says="Today's capacity less the active load: room for more, or, below zero, more than can be finished today. "
    "Without a roster nobody's capacity is known.",
    numerator="effort points",
    amount=c.c.bandwidth_points,
    measure="number",
    on=AGENT_NOW,
    better="neither",
    material=0.1,
)

METRICS = (ACTIVE_LOAD, CAPACITY, BANDWIDTH)
