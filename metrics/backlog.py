"""Work in hand: what is open at the end of the day, in the team's own zone."""

from metrics.bases import DAY
from metrics.kinds import Stock
from metrics.warehouse import fct_backlog_day as b

BACKLOG = Stock(
    name="backlog",
    title="Backlog",
    says="Tickets not solved or closed at the end of the day; reopened ones are back in it.",
    numerator="open tickets",
    amount=b.c.open_at_day_end,
    on=DAY,
    better="down",
    material=0.05,
)

BACKLOG_WAITING_ON_US = Stock(
    name="backlog_waiting_on_us",
    title="Backlog waiting on us",
    says="Tickets new or open at the end of the day: neither pending on the requester nor on hold.",
    numerator="tickets new or open",
    amount=b.c.waiting_on_us_at_day_end,
    on=DAY,
    better="down",
    material=0.05,
)

METRICS = (BACKLOG_WAITING_ON_US, BACKLOG)
