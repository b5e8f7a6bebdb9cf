"""Routing: how tickets find who can solve them, and who else knows how."""

from metrics.bases import CATEGORY_QUARTER, FIRST_SOLVED, FIRST_SOLVED_BY_INTAKE, HANDED_OVER
from metrics.kinds import ANY_TICKET, NO_HISTORY, NO_MESSAGES, UNSOLVED, Count, Exclusion, Rate, Ratio
from metrics.warehouse import fct_category_quarter, fct_handoff
from metrics.warehouse import fct_ticket as t

SOLVED = (*ANY_TICKET, UNSOLVED, NO_HISTORY)
NO_TEAM = Exclusion("never with a team", t.c.first_team_key.is_(None))
NO_TIERS = Exclusion("no escalations told", ~t.c.has_escalations)
NO_CATEGORY = Exclusion("without a category", t.c.solving_category.is_(None))
UNTOUCHED = Exclusion("no human touch", t.c.agent_actions == 0)

HANDOFFS_PER_TICKET = Ratio(
    name="handoffs_per_ticket",
    title="Handoffs per ticket",
    says="Changes of the responsible person after the first: none for a ticket one person solved alone.",
    numerator="handoffs",
    denominator="tickets first solved",
    amount=t.c.handoffs,
    measure="number",
    on=FIRST_SOLVED,
    excluding=SOLVED,
    better="down",
    material=0.05,
)

GROUP_STATIONS = Ratio(
    name="group_stations",
    title="Team stations",
    says="Teams a solved ticket passed through; one it came back to counts again.",
    numerator="stations",
    denominator="tickets first solved",
    amount=t.c.group_stations,
    measure="number",
    on=FIRST_SOLVED,
    excluding=(*SOLVED, NO_TEAM),
    better="down",
    material=0.05,
)

HANDOFFS_WITH_NOTE = Rate(
    name="handoffs_with_note",
    title="Handoffs with a note",
    says="Handoffs before which an agent, whoever it was, left an internal note since the handoff before: what was "
    "known was passed on. Credited to who handed over.",
    numerator="handoffs with an internal note before them",
    denominator="handoffs of tickets first solved",
    hits=fct_handoff.c.is_noted,
    on=HANDED_OVER,
    excluding=(*SOLVED, NO_MESSAGES),
    better="up",
    material=0.02,
)

MISROUTE_RATE = Rate(
    name="misroute_rate",
    title="Misroute rate",
    says="Solved tickets whose first team, triage teams apart, neither solved them nor answered in public.",
    numerator="tickets sent to a wrong team first",
    denominator="tickets first solved",
    hits=t.c.is_misrouted,
    on=FIRST_SOLVED_BY_INTAKE,
    excluding=(*SOLVED, NO_MESSAGES, NO_TEAM),
    better="down",
    material=0.01,
)

RECATEGORISED_RATE = Rate(
    name="recategorised_rate",
    title="Recategorised rate",
    says="Solved tickets that had been under another category before they were solved.",
    numerator="tickets whose category was changed",
    denominator="tickets first solved",
    hits=t.c.is_recategorised,
    on=FIRST_SOLVED_BY_INTAKE,
    excluding=(*SOLVED, NO_CATEGORY),
    better="down",
    material=0.01,
)

ESCALATION_RATE = Rate(
    name="escalation_rate",
    title="Escalation rate",
    says="Solved tickets a person touched that were ever moved to a team of a higher tier, or escalated.",
    numerator="tickets escalated",
    denominator="tickets first solved that a person touched",
    hits=t.c.is_escalated,
    on=FIRST_SOLVED,
    excluding=(*SOLVED, NO_TIERS, UNTOUCHED),
    better="down",
    material=0.01,
)

KNOWLEDGE_CONCENTRATION = Count(
    name="knowledge_concentration",
    title="Knowledge concentration",
    says="Categories of which one person solved more than half in a quarter (five solved tickets and more).",
    numerator="categories resting on one person",
    hits=fct_category_quarter.c.is_concentrated,
    on=CATEGORY_QUARTER,
    better="down",
    material=0.05,
)

METRICS = (
    HANDOFFS_PER_TICKET,
    GROUP_STATIONS,
    HANDOFFS_WITH_NOTE,
    MISROUTE_RATE,
    RECATEGORISED_RATE,
    ESCALATION_RATE,
    KNOWLEDGE_CONCENTRATION,
)
