"""Effort: how much work tickets ask for and take, in points from 1 (simple) to 8 (complex)."""

from metrics.bases import CREATED
from metrics.kinds import ANY_TICKET, Count, Exclusion, Ratio, as_number
from metrics.warehouse import fct_ticket as t

NO_TIER = Exclusion("no effort tiers known", t.c.effort_expected_points.is_(None))
WEIGHED = (*ANY_TICKET, NO_TIER)

EFFORT_EXPECTED = Ratio(
    name="effort_expected",
    title="Expected effort",
    says="Points a new ticket is expected to take, from what is known at creation: category, priority, customer.",
    numerator="effort points created",
    denominator="tickets created",
    amount=t.c.effort_expected_points,
    measure="number",
    on=CREATED,
    excluding=WEIGHED,
    better="neither",
    material=0.05,
)

EFFORT_CREATED = Count(
    name="effort_created",
    title="Effort created",
    says="The expected effort points of all tickets that came in: how much work, not how many tickets.",
    numerator="effort points created",
    amount=t.c.effort_expected_points,
    on=CREATED,
    excluding=WEIGHED,
    better="neither",
    material=0.05,
)

COMPLEXITY_MIX = Ratio(
    name="complexity_mix",
    title="Complexity mix",
    says="Complex tickets (6 points and more) for each simple one (1 or 2 points) that came in.",
    numerator="complex tickets created",
    denominator="simple tickets created",
    amount=as_number(t.c.complexity == "complex"),
    per=as_number(t.c.complexity == "simple"),
    measure="number",
    on=CREATED,
    excluding=WEIGHED,
    better="neither",
    material=0.1,
)

METRICS = (EFFORT_EXPECTED, EFFORT_CREATED, COMPLEXITY_MIX)
