"""Workload now: which open tickets wait, since when, and which of them somebody should look at."""

from dataclasses import replace

from sqlalchemy import case, literal

from metrics.bases import NOW
from metrics.kinds import Duration, Exclusion, Listing, with_p90
from metrics.warehouse import fct_open_ticket as o

NOT_QUEUED = Exclusion("held and replied to, or paused", ~o.c.is_in_queue)
STILL = "no progress for longer than nine in ten tickets of the category take"
UNANSWERED = "three messages or more since the last reply"

QUEUE_WAIT_NOW = Duration(
    name="queue_wait_now",
    title="Wait in the queue, now",
    says="Age of tickets new or open that nobody holds or no person has replied to (median).",
    numerator="none",
    denominator="tickets in the queue",
    calendar=o.c.age_seconds,
    on=NOW,
    excluding=(NOT_QUEUED,),
    better="down",
    material=0.05,
)

QUEUE_WAIT_NOW_OLDEST = replace(
    QUEUE_WAIT_NOW,
    name="queue_wait_now_oldest",
    title="Wait in the queue, now (oldest)",
    says="Age of the oldest ticket new or open that nobody holds or no person has replied to.",
    percentile=1.0,
    variant_of="queue_wait_now",
)

OPEN_NOW = Listing(
    name="open_now",
    title="Open tickets, now",
    says="Every ticket that is not solved or closed, with its age.",
    numerator="open tickets",
    shows={"age_seconds": o.c.age_seconds, "why": literal("open")},
    on=NOW,
    better="down",
    material=0.05,
)

UNASSIGNED_NOW = replace(
    OPEN_NOW,
    name="unassigned_now",
    title="Unassigned tickets, now",
    says="Tickets new or open that nobody holds.",
    numerator="tickets nobody holds",
    hits=o.c.is_unassigned,
    shows={"age_seconds": o.c.age_seconds, "why": literal("nobody holds it")},
)

UNTOUCHED_NOW = replace(
    OPEN_NOW,
    name="untouched_now",
    title="Untouched tickets, now",
    says="Tickets new or open on which no person of the desk has done anything yet.",
    numerator="tickets nobody has touched",
    hits=o.c.is_untouched,
    shows={"age_seconds": o.c.age_seconds, "why": literal("nobody has touched it")},
)

STUCK = Listing(
    name="stuck",
    title="Stuck tickets",
    says="Open tickets, not pending, on which nobody has made progress for longer than nine in ten tickets of their "
    "category take from assignment to solution, and those with three requester messages or more since the last reply.",
    numerator="stuck tickets",
    hits=o.c.is_stuck,
    shows={
        "age_seconds": o.c.age_seconds,
        "still_seconds": o.c.still_seconds,
        "messages_since_reply": o.c.messages_since_reply,
        "why": case(
            (o.c.is_still & o.c.is_frustrated, f"{STILL}; {UNANSWERED}"), (o.c.is_still, STILL), else_=UNANSWERED
        ),
    },
    on=NOW,
    better="down",
    material=0.05,
)

FRUSTRATED_NOW = replace(
    STUCK,
    name="frustrated_now",
    title="Frustrated customers, now",
    says="Open tickets with three requester messages or more since the last reply.",
    numerator="open tickets with three unanswered messages",
    hits=o.c.is_frustrated,
    shows={**STUCK.shows, "why": literal(UNANSWERED)},
    variant_of="stuck",
)

METRICS = (
    *with_p90(QUEUE_WAIT_NOW),
    QUEUE_WAIT_NOW_OLDEST,
    OPEN_NOW,
    UNASSIGNED_NOW,
    UNTOUCHED_NOW,
    STUCK,
    FRUSTRATED_NOW,
)
