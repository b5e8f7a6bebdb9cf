"""Effort: how much work tickets ask for and take, in points from 1 (simple) to 8 (complex)."""

from dataclasses import replace

from metrics.bases import CREATED, FIRST_SOLVED
from metrics.kinds import ANY_TICKET, NO_HISTORY, NO_MESSAGES, UNSOLVED, Count, Exclusion, Ratio, as_number
from metrics.warehouse import fct_ticket as t

NO_TIER = Exclusion("no effort tiers known", t.c.effort_expected_points.is_(None))
WEIGHED = (*ANY_TICKET, NO_TIER)
SOLVED_WITH_HISTORY = (*ANY_TICKET, UNSOLVED, NO_HISTORY)

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

EFFORT_ACTUAL = Ratio(
    name="effort_actual",
    title="Actual effort",
    says="Points a solved ticket took, from teams, escalation, replies and handling. Not for a person's load.",
    numerator="effort points taken",
    denominator="tickets first solved",
    amount=t.c.effort_actual_points,
    measure="number",
    on=replace(FIRST_SOLVED, agent=None),  # never by person: whoever is slow would look loaded
    excluding=(*SOLVED_WITH_HISTORY, NO_MESSAGES),
    better="down",
    material=0.05,
)

EFFORT_PER_RESOLUTION = Ratio(
    name="effort_per_resolution",
    title="Effort per resolution",
    says="Expected effort points of a solved ticket: how hard what was solved is, whoever took how long over it.",
    numerator="effort points solved",
    denominator="tickets first solved",
    amount=t.c.effort_expected_points,
    measure="number",
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED, NO_TIER),
    better="neither",
    material=0.05,
)

TOUCHES_PER_RESOLUTION = Ratio(
    name="touches_per_resolution",
    title="Touches per resolution",
    says="Agent actions a solved ticket took; what is done to it at one instant is one action.",
    numerator="agent actions",
    denominator="tickets first solved",
    amount=t.c.agent_actions,
    measure="number",
    on=FIRST_SOLVED,
    excluding=SOLVED_WITH_HISTORY,
    better="down",
    material=0.05,
)

METRICS = (
    EFFORT_EXPECTED,
    EFFORT_CREATED,
    COMPLEXITY_MIX,
    EFFORT_ACTUAL,
    EFFORT_PER_RESOLUTION,
    TOUCHES_PER_RESOLUTION,
)
