"""Work that came back."""

from datetime import timedelta

from sqlalchemy import case

from metrics.bases import CREATED, FIRST_SOLVED, SOLVED_OR_REOPENED
from metrics.kinds import ANY_TICKET, NO_REQUESTER, SERVED_BY_PEOPLE, UNSOLVED, Count, Rate
from metrics.warehouse import fct_solve_or_reopen
from metrics.warehouse import fct_ticket as t

WINDOW = timedelta(days=14)

REOPENS = Count(
    name="reopens",
    title="Reopens",
    says="How often a ticket left solved or closed. One that came back twice counts twice; merges are not reopens.",
    numerator="departures from solved or closed",
    on=SOLVED_OR_REOPENED,
    hits=fct_solve_or_reopen.c.is_reopen,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

TICKETS_REOPENED = Count(
    name="tickets_reopened",
    title="Tickets reopened",
    says="Distinct tickets that left solved or closed in the period.",
    numerator="tickets that came back",
    on=SOLVED_OR_REOPENED,
    hits=fct_solve_or_reopen.c.is_reopen,
    distinct=fct_solve_or_reopen.c.ticket_key,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

REOPEN_RATE = Rate(
    name="reopen_rate",
    title="Reopen rate",
    says="Tickets that left solved within {reopen_window_days} of their first solve, solved again or not. Each "
    "counts once.",
    numerator="tickets reopened within {reopen_window_days}",
    denominator="tickets first solved",
    hits=t.c.is_reopened,
    turned_at=case((t.c.is_reopened, t.c.first_reopened_at)),
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED),
    matures_after=WINDOW,
    window="reopen_window_days",
    better="down",
    material=0.005,
)

REOPEN_RATE_WORKED = Rate(
    name="reopen_rate_worked",
    title="Reopen rate (worked again)",
    says="Tickets that left solved within {reopen_window_days} and needed an agent's answer after it: a “thanks!” "
    "is not a failure.",
    numerator="tickets reopened within {reopen_window_days} and answered again",
    denominator="tickets first solved",
    hits=t.c.is_reopened_and_worked,
    turned_at=case((t.c.is_reopened_and_worked, t.c.worked_again_at)),
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED),
    matures_after=WINDOW,
    window="reopen_window_days",
    better="down",
    material=0.005,
)

REPEAT_CONTACT_RATE = Rate(
    name="repeat_contact_rate",
    title="Repeat contact rate",
    says="New tickets whose requester had one in the same category solved up to {repeat_window_days} before.",
    numerator="tickets following a solved one within {repeat_window_days}",
    denominator="tickets created",
    hits=t.c.is_repeat_contact,
    on=CREATED,
    excluding=(*SERVED_BY_PEOPLE, NO_REQUESTER),
    better="down",
    material=0.005,
)

DUPLICATE_RATE = Rate(
    name="duplicate_rate",
    title="Duplicate rate",
    says="New tickets whose requester still had one open in the same category.",
    numerator="tickets created beside an open one",
    denominator="tickets created",
    hits=t.c.is_duplicate,
    on=CREATED,
    excluding=(*SERVED_BY_PEOPLE, NO_REQUESTER),
    better="down",
    material=0.005,
)

METRICS = (REOPENS, TICKETS_REOPENED, REOPEN_RATE, REOPEN_RATE_WORKED, REPEAT_CONTACT_RATE, DUPLICATE_RATE)
