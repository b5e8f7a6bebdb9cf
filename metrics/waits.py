"""Waits within a ticket: whom it waited for while it was open, over its whole life."""

from dataclasses import replace

from metrics.bases import FIRST_SOLVED
from metrics.kinds import ANY_TICKET, UNSOLVED, Duration, Exclusion, Ratio, with_p90
from metrics.warehouse import fct_ticket as t
from metrics.warehouse import fct_ticket_status as s

IN_STATUS = replace(FIRST_SOLVED, fact=s, via_ticket=True)  # a ticket in one status, credited as its solve is

REQUESTER_WAIT = Duration(
    name="requester_wait",
    title="Requester wait",
    says="Time new, open or on hold, of tickets first solved in the period (median): the requester waits for the desk.",
    numerator="none",
    denominator="tickets first solved",
    calendar=t.c.requester_wait_calendar_seconds,
    business=t.c.requester_wait_business_seconds,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED),
    better="down",
    material=0.05,
)

AGENT_WAIT = replace(
    REQUESTER_WAIT,
    name="agent_wait",
    title="Agent wait",
    says="Time pending, of tickets first solved in the period (median): the desk waits for the requester.",
    calendar=t.c.agent_wait_calendar_seconds,
    business=t.c.agent_wait_business_seconds,
    excluding=(*ANY_TICKET, UNSOLVED, Exclusion("source without pending", t.c.agent_wait_calendar_seconds.is_(None))),
    better="neither",
)

ON_HOLD_TIME = replace(
    REQUESTER_WAIT,
    name="on_hold_time",
    title="Time on hold",
    says="Time on hold, of tickets first solved in the period (median): both wait for somebody else.",
    calendar=t.c.on_hold_calendar_seconds,
    business=t.c.on_hold_business_seconds,
    excluding=(*ANY_TICKET, UNSOLVED, Exclusion("source without hold", t.c.on_hold_calendar_seconds.is_(None))),
)

TIME_IN_STATUS = replace(
    REQUESTER_WAIT,
    name="time_in_status",
    title="Time in a status",
    says="Time a ticket stood in a status over its whole life, of tickets first solved in the period and ever in it "
    "(median). Split it by status.",
    denominator="tickets and statuses they stood in",
    calendar=s.c.calendar_seconds,
    business=s.c.business_seconds,
    on=IN_STATUS,
)

IDLE_SHARE = Ratio(
    name="idle_share",
    title="Idle share",
    says="Share of the business hours from creation to first solve in which nobody held the ticket, or nothing had "
    "happened to it for more than a business day.",
    numerator="business seconds idle",
    denominator="business seconds until solved",
    amount=t.c.idle_business_seconds,
    per=t.c.life_business_seconds,
    measure="fraction",
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED, Exclusion("source without holders", t.c.life_business_seconds.is_(None))),
    better="down",
    material=0.01,
)

METRICS = (
    *(metric for median in (REQUESTER_WAIT, AGENT_WAIT, ON_HOLD_TIME, TIME_IN_STATUS) for metric in with_p90(median)),
    IDLE_SHARE,
)
