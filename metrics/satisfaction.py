"""What people said of us when asked."""

from datetime import timedelta

from metrics.bases import ANSWERED, SENT
from metrics.kinds import AGENT_INITIATED, ANY_TICKET, BOT_ONLY, Exclusion, Rate
from metrics.warehouse import fct_survey as s

NOT_CSAT = Exclusion("not a satisfaction survey", s.c.survey_type != "csat")
UNANSWERED = Exclusion("not answered", ~s.c.is_answered)
ASKED = (*ANY_TICKET, BOT_ONLY, AGENT_INITIATED, NOT_CSAT)
WINDOW = timedelta(days=7)

CSAT = Rate(
    name="csat",
    title="Customer satisfaction",
    says="Satisfied answers (good, or 4–5 of 5) among answers; the last answer counts. Final after 7 days.",
    numerator="satisfied answers",
    denominator="answers",
    hits=s.c.is_satisfied,
    on=ANSWERED,
    excluding=(*ASKED, UNANSWERED),
    matures_after=WINDOW,
    window="csat_window_days",
    better="up",
    material=0.01,
)

CSAT_FIRST_ANSWER = Rate(
    name="csat_first_answer",
    title="Customer satisfaction, first answer",
    says="As customer satisfaction, with the answer given first where somebody changed it.",
    numerator="satisfied first answers",
    denominator="answers",
    hits=s.c.is_first_answer_satisfied,
    on=ANSWERED,
    excluding=(*ASKED, UNANSWERED),
    matures_after=WINDOW,
    window="csat_window_days",
    better="up",
    material=0.01,
    variant_of="csat",
)

CSAT_RESPONSE_RATE = Rate(
    name="csat_response_rate",
    title="Survey response rate",
    says="Satisfaction surveys answered among those sent, 7 days after sending.",
    numerator="surveys answered",
    denominator="surveys sent",
    hits=s.c.is_answered_in_window,
    on=SENT,
    excluding=ASKED,
    matures_after=WINDOW,
    window="csat_window_days",
    better="up",
    material=0.01,
)

METRICS = (CSAT, CSAT_FIRST_ANSWER, CSAT_RESPONSE_RATE)
