"""Handle time: what a solved ticket cost in hands-on time, never from open to close."""

from metrics.bases import FIRST_SOLVED
from metrics.kinds import ANY_TICKET, UNSOLVED, Exclusion, Ratio
from metrics.warehouse import fct_ticket as t

NO_HANDLING = Exclusion("source without handling", t.c.handling_seconds.is_(None))

AHT = Ratio(
    name="aht",
    title="Average handle time",
    says="All handling spent on tickets solved in the period, logged where the source logs it, otherwise estimated "
    "from the gaps between an agent's actions (at most 15 minutes each).",
    numerator="handling seconds",
    denominator="tickets first solved",
    amount=t.c.handling_seconds,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED, NO_HANDLING),
    better="down",
    material=0.03,
)

AHT_OPEN_TO_CLOSE = Ratio(
    name="aht_open_to_close",
    title="Average handle time (open to close)",
    says="Mean time from creation to first solve, for those who use the name so. It is not handling.",
    numerator="seconds from creation to first solve",
    denominator="tickets first solved",
    amount=t.c.first_resolution_calendar_seconds,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED),
    better="down",
    material=0.03,
    variant_of="aht",
)

METRICS = (AHT, AHT_OPEN_TO_CLOSE)
