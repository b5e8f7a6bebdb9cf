"""Calls and chats: who was answered, how soon, and who gave up waiting."""

from metrics.bases import Basis
from metrics.kinds import Duration, Exclusion, Rate, Ratio, with_p90
from metrics.warehouse import fct_contact as c

OFFERED = Basis(
    label="offered",
    fact=c,
    local=c.c.offered_local_at,
    instant=c.c.offered_at,
    source=c.c.source,
    team=c.c.team_key,
    agent=c.c.agent_key,
    category=c.c.category,
    channel=c.c.channel,
    organization=c.c.organization_key,
    team_local=c.c.offered_team_local_at,
    via_ticket=True,
)

VOID = Exclusion("its ticket is spam, a test or deleted", c.c.is_void)
WAITING = Exclusion("still waiting", c.c.is_waiting)
UNANSWERED = Exclusion("not answered", ~c.c.is_answered)
SHORT = Exclusion("left the queue at once", c.c.is_short_abandon)
NO_HANDLING = Exclusion("handling not logged", c.c.handling_seconds.is_(None))

ABANDONMENT_RATE = Rate(
    name="abandonment_rate",
    title="Abandonment rate",
    says="Calls and chats whose requester left the queue after {short_abandon_seconds} or more, among all offered.",
    numerator="calls and chats abandoned",
    denominator="calls and chats offered, less those still waiting",
    hits=c.c.is_abandoned,
    on=OFFERED,
    excluding=(VOID, WAITING),
    better="down",
    material=0.005,
)

ANSWER_TIME = Duration(
    name="answer_time",
    title="Answer time",
    says="From entering the queue to a person's answer, of calls and chats that were answered (median).",
    numerator="none",
    denominator="calls and chats answered",
    calendar=c.c.queue_seconds,
    on=OFFERED,
    excluding=(VOID, UNANSWERED),
    better="down",
    material=0.05,
)

ASA_MEAN = Ratio(
    name="asa_mean",
    title="Average speed of answer",
    says="Mean time from entering the queue to a person's answer, for those who use the name so: a few long waits move "
    "it far.",
    numerator="seconds in the queue",
    denominator="calls and chats answered",
    amount=c.c.queue_seconds,
    on=OFFERED,
    excluding=(VOID, UNANSWERED),
    better="down",
    material=0.05,
    variant_of="answer_time",
)

SERVICE_LEVEL = Rate(
    name="service_level",
    title="Service level",
    says="Calls and chats answered within {service_level_seconds}, among those offered whose requester did not "
    "leave at once (in under {short_abandon_seconds}).",
    numerator="answered within the target",
    denominator="offered, less short abandons and those still waiting",
    hits=c.c.is_answered_in_target,
    on=OFFERED,
    excluding=(VOID, WAITING, SHORT),
    better="up",
    material=0.01,
)

HANDLING_PER_CONTACT = Ratio(
    name="handling_per_contact",
    title="Handling per call or chat",
    says="Talk, hold and wrap-up of answered calls and chats whose handling is logged, by when they were offered.",
    numerator="handling seconds",
    denominator="calls and chats answered",
    amount=c.c.handling_seconds,
    on=OFFERED,
    excluding=(VOID, UNANSWERED, NO_HANDLING),
    better="down",
    material=0.03,
)

METRICS = (ABANDONMENT_RATE, *with_p90(ANSWER_TIME), ASA_MEAN, SERVICE_LEVEL, HANDLING_PER_CONTACT)
