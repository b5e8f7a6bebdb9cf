"""Backlog: what is open at the end of the day, in the team's own zone, how old it is, how much work."""

from dataclasses import replace

from sqlalchemy import literal

from metrics.bases import DAY, OPEN_AT_DAY_END
from metrics.kinds import Duration, Exclusion, Stock, with_p90
from metrics.warehouse import fct_backlog_day as b
from metrics.warehouse import fct_open_ticket_day as o

PAUSED = Exclusion("pending or on hold", ~o.c.is_waiting_on_us)

BACKLOG = Stock(
    name="backlog",
    title="Backlog",
    says="Tickets not solved or closed at the end of the day; reopened ones are back in it.",
    numerator="open tickets",
    amount=literal(1),
    on=OPEN_AT_DAY_END,
    better="down",
    material=0.05,
)

BACKLOG_WAITING_ON_US = replace(
    BACKLOG,
    name="backlog_waiting_on_us",
    title="Backlog waiting on us",
    says="Tickets new or open at the end of the day: neither pending on the requester nor on hold.",
    numerator="tickets new or open",
    excluding=(PAUSED,),
)

BACKLOG_AGE = Duration(
    name="backlog_age",
    title="Age of the backlog",
    says="How long ago the tickets open at the end of the day were created (median). It rises before other figures do.",
    numerator="none",
    denominator="open tickets",
    calendar=o.c.age_seconds,
    on=OPEN_AT_DAY_END,
    better="down",
    material=0.05,
)

BACKLOG_DAYS = Stock(
    name="backlog_days",
    title="Days of work in hand",
    says="The backlog divided by the tickets solved a working day over the 28 days before: how long clearing it would "
    "take if nothing came in.",
    numerator="open tickets",
    denominator="tickets solved a working day",
    amount=b.c.open_at_day_end,
    per=b.c.solved_a_working_day,
    measure="number",
    on=DAY,
    better="down",
    material=0.05,
)

TICKET_DEBT = replace(
    BACKLOG,
    name="ticket_debt",
    title="Ticket debt",
    says="Tickets open at the end of the day that had been new or open for longer than their resolution target, or "
    "than {debt_days} where they have none. Pending and hold do not age.",
    numerator="open tickets past their target",
    excluding=(Exclusion("within its target", ~o.c.is_in_debt),),
)

TICKET_DEBT_ROLLED_OVER = replace(
    TICKET_DEBT,
    name="ticket_debt_rolled_over",
    title="Ticket debt rolled over",
    says="Tickets in debt at the end of the day that were so the evening before: unsolved work that compounds.",
    numerator="open tickets past their target two evenings in a row",
    excluding=(Exclusion("not in debt the evening before", ~o.c.is_rolled_over),),
    variant_of="ticket_debt",
)

METRICS = (
    BACKLOG_WAITING_ON_US,
    BACKLOG,
    *with_p90(BACKLOG_AGE),
    BACKLOG_DAYS,
    TICKET_DEBT,
    TICKET_DEBT_ROLLED_OVER,
)
