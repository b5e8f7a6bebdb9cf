"""What people said of us when asked. Satisfaction, effort and recommendation are three questions, never one figure."""

from datetime import timedelta

from sqlalchemy import case

from metrics.bases import ANSWERED, SENT
from metrics.kinds import AGENT_INITIATED, ANY_TICKET, BOT_ONLY, Exclusion, Rate, Score
from metrics.warehouse import fct_survey as s

NOT_CSAT = Exclusion("not a satisfaction survey", s.c.survey_type != "csat")
NOT_CES = Exclusion("not an effort survey", s.c.survey_type != "ces")
NOT_NPS = Exclusion("not a recommendation survey from 0 to 10", (s.c.survey_type != "nps") | (s.c.scale != "0_to_10"))
UNANSWERED = Exclusion("not answered", ~s.c.is_answered)
ASKED = (*ANY_TICKET, BOT_ONLY, AGENT_INITIATED, NOT_CSAT)
WINDOW = timedelta(days=7)

CSAT = Rate(
    name="csat",
    title="Customer satisfaction",
    says="Satisfied answers (good, or 4–5 of 5) among answers; the last answer counts. Final after {csat_window_days}.",
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
    says="Satisfaction surveys answered among those sent, {csat_window_days} after sending.",
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

CES = Score(
    name="ces",
    title="Customer effort score (1–7)",
    says="Mean answer to the effort question on the scale from 1 to 7, where 7 is the easiest. Other scales apart.",
    numerator="sum of effort scores",
    denominator="answers from 1 to 7",
    amount=s.c.score,
    scale=(1, 7),
    on=ANSWERED,
    excluding=(*ANY_TICKET, NOT_CES, Exclusion("another scale", s.c.scale != "1_to_7"), UNANSWERED),
    better="up",
    material=0.1,
)

CES_1_TO_5 = Score(
    name="ces_1_to_5",
    title="Customer effort score (1–5)",
    says="Mean answer to the effort question on the scale from 1 to 5, where 5 is the easiest. Other scales apart.",
    numerator="sum of effort scores",
    denominator="answers from 1 to 5",
    amount=s.c.score,
    scale=(1, 5),
    on=ANSWERED,
    excluding=(*ANY_TICKET, NOT_CES, Exclusion("another scale", s.c.scale != "1_to_5"), UNANSWERED),
    better="up",
    material=0.1,
    variant_of="ces",
)

NPS = Score(
    name="nps",
    title="Net promoter score",
    says="Promoters (9 or 10 of 10) less detractors (0 to 6), in points per 100 answers: from −100 to 100.",
    numerator="promoters less detractors, times 100",
    denominator="answers from 0 to 10",
    amount=case((s.c.score >= 9, 100), (s.c.score <= 6, -100), else_=0),
    scale=(-100, 100),
    on=ANSWERED,
    excluding=(*ANY_TICKET, NOT_NPS, UNANSWERED),
    better="up",
    material=2,
)

METRICS = (CSAT, CSAT_FIRST_ANSWER, CSAT_RESPONSE_RATE, CES, CES_1_TO_5, NPS)
