"""Speed: how long people wait for somebody, for an answer and for a solution."""

from dataclasses import replace
from datetime import timedelta

from metrics.bases import ASKED, CREATED, FIRST_SOLVED, LAST_SOLVED
from metrics.kinds import ANY_TICKET, SERVED_BY_PEOPLE, UNSOLVED, Duration, Exclusion, Rate, with_p90
from metrics.warehouse import fct_reply as r
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

FIRST_REPLY_TIME_SINGLE_SCHEDULE = replace(
    FIRST_REPLY_TIME,
    name="first_reply_time_business_single_schedule",
    title="First reply time, one schedule a ticket",
    says="As first reply time in business hours, on the schedule of the ticket's first team throughout, as Zendesk "
    "applies one schedule to a ticket (Kaplan–Meier median).",
    calendar=t.c.first_reply_single_schedule_seconds,
    business=None,
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

REPLY_TIME = Duration(
    name="reply_time",
    title="Reply time",
    says="From each requester message that waits for an answer to the next public reply by a person (Kaplan–Meier "
    "median: those still waiting count too). Messages in a row wait once.",
    numerator="none",
    denominator="requester messages",
    calendar=r.c.reply_calendar_seconds,
    observed=r.c.is_answered,
    on=ASKED,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

TIME_TO_ASSIGNMENT = Duration(
    name="time_to_assignment",
    title="Time to assignment",
    says="From creation to the first person who holds the ticket, or replies (Kaplan–Meier median: tickets nobody has "
    "taken count too). By effort tier, complex tickets left waiting show.",
    numerator="none",
    denominator="tickets created",
    calendar=t.c.assignment_calendar_seconds,
    observed=t.c.is_assigned,
    on=CREATED,
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
)

RESOLUTION_RATE = Rate(
    name="resolution_rate",
    title="Resolution rate",
    says="Tickets solved within {resolution_window_days} of their creation. Final after {resolution_window_days}.",
    numerator="tickets solved within {resolution_window_days}",
    denominator="tickets created",
    hits=t.c.is_resolved_in_window,
    on=CREATED,
    excluding=ANY_TICKET,
    matures_after=timedelta(days=7),
    window="resolution_window_days",
    better="up",
    material=0.01,
)

METRICS = (
    *(
        metric
        for median in (
            FIRST_REPLY_TIME,
            FIRST_REPLY_TIME_REPLIED,
            FIRST_REPLY_TIME_SINGLE_SCHEDULE,
            RESOLUTION_TIME_FIRST,
            RESOLUTION_TIME_FIRST_SOLVED,
            RESOLUTION_TIME_FULL,
            RESOLUTION_TIME_FULL_SOLVED,
            REPLY_TIME,
            TIME_TO_ASSIGNMENT,
        )
        for metric in with_p90(median)
    ),
    RESOLUTION_RATE,
)
