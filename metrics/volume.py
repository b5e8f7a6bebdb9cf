"""How much came in and went out."""

from metrics.bases import CREATED, SOLVED_OR_REOPENED
from metrics.kinds import ANY_TICKET, Count
from metrics.warehouse import fct_solve_or_reopen

TICKETS_CREATED = Count(
    name="tickets_created",
    title="Tickets created",
    says="Tickets that came in, spam, tests, deleted and merged ones apart.",
    numerator="tickets created",
    on=CREATED,
    excluding=ANY_TICKET,
    better="neither",
    material=0.05,
)

TICKETS_SOLVED = Count(
    name="tickets_solved",
    title="Tickets solved",
    says="How often a ticket became solved (or closed without having been solved); a ticket solved twice counts twice.",
    numerator="solves",
    on=SOLVED_OR_REOPENED,
    hits=fct_solve_or_reopen.c.is_solve,
    excluding=ANY_TICKET,
    better="up",
    material=0.05,
)

METRICS = (TICKETS_CREATED, TICKETS_SOLVED)
