"""How long people wait for a first answer and for a solution."""

from metrics.bases import CREATED, FIRST_SOLVED, LAST_SOLVED
from metrics.kinds import ANY_TICKET, SERVED_BY_PEOPLE, UNSOLVED, Duration, Exclusion, with_p90
from metrics.warehouse import fct_ticket as t

UNREPLIED = Exclusion("not replied", ~t.c.is_replied)

FIRST_REPLY_TIME = Duration(
    name="first_reply_time",
    title="First reply time",
    says="From creation to the first public reply by a person (Kaplan–Meier median: tickets still waiting count too).",
    numerator="none",
    denominator="tickets created",
    calendar=t.c.first_reply_calendar_seconds,
    business=t.c.first_reply_business_seconds,
    observed=t.c.is_replied,
    on=CREATED,
    excluding=SERVED_BY_PEOPLE,
    better="down",
    material=0.05,
)

FIRST_REPLY_TIME_REPLIED = Duration(
    name="first_reply_time_replied",
    title="First reply time, replied tickets only",
    says="From creation to the first public reply by a person, among tickets that have one (plain median).",
    numerator="none",
    denominator="tickets created and replied",
    calendar=t.c.first_reply_calendar_seconds,
    business=t.c.first_reply_business_seconds,
    on=CREATED,
    excluding=(*SERVED_BY_PEOPLE, UNREPLIED),
    better="down",
    material=0.05,
    variant_of="first_reply_time",
)

RESOLUTION_TIME_FIRST = Duration(
    name="resolution_time_first",
    title="Time to first resolution, by creation",
    says="From creation to the first solve (Kaplan–Meier median by created cohort: open tickets count too).",
    numerator="none",
    denominator="tickets created",
    calendar=t.c.first_resolution_calendar_seconds,
    business=t.c.first_resolution_business_seconds,
    observed=t.c.is_solved,
    on=CREATED,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

RESOLUTION_TIME_FIRST_SOLVED = Duration(
    name="resolution_time_first_solved",
    title="Time to first resolution, by solve",
    says="From creation to the first solve, of tickets first solved in the period (plain median).",
    numerator="none",
    denominator="tickets first solved",
    calendar=t.c.first_resolution_calendar_seconds,
    business=t.c.first_resolution_business_seconds,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED),
    better="down",
    material=0.05,
    variant_of="resolution_time_first",
)

RESOLUTION_TIME_FULL = Duration(
    name="resolution_time_full",
    title="Time to full resolution, by creation",
    says="From creation to the last solve (Kaplan–Meier median by created cohort: open and reopened ones count too).",
    numerator="none",
    denominator="tickets created",
    calendar=t.c.full_resolution_calendar_seconds,
    business=t.c.full_resolution_business_seconds,
    observed=t.c.is_solved_now,
    on=CREATED,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

RESOLUTION_TIME_FULL_SOLVED = Duration(
    name="resolution_time_full_solved",
    title="Time to full resolution, by solve",
    says="From creation to the last solve, of tickets last solved in the period and still solved (plain median).",
    numerator="none",
    denominator="tickets last solved",
    calendar=t.c.full_resolution_calendar_seconds,
    business=t.c.full_resolution_business_seconds,
    on=LAST_SOLVED,
    excluding=(*ANY_TICKET, Exclusion("not solved now", ~t.c.is_solved_now)),
    better="down",
    material=0.05,
    variant_of="resolution_time_full",
)

METRICS = tuple(
    metric
    for median in (
        FIRST_REPLY_TIME,
        FIRST_REPLY_TIME_REPLIED,
        RESOLUTION_TIME_FIRST,
        RESOLUTION_TIME_FIRST_SOLVED,
        RESOLUTION_TIME_FULL,
        RESOLUTION_TIME_FULL_SOLVED,
    )
    for metric in with_p90(median)
)
