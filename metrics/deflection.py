"""Help that made a ticket unnecessary: never known exactly, so it has a low and a high reading."""

from datetime import timedelta

from metrics.bases import SESSION
from metrics.kinds import Exclusion, Rate, Ratio, as_number
from metrics.warehouse import fct_support_demand as d

WINDOW = timedelta(hours=48)
FOLLOWED = Exclusion("session followed by a contact (counted as that contact)", ~d.c.is_demand)
NO_SESSIONS = Exclusion("source without help sessions", ~d.c.has_sessions)
ANONYMOUS = Exclusion("nobody known", ~d.c.is_identified)

DEFLECTION_RATE = Rate(
    name="deflection_rate",
    title="Deflection rate",
    says="Help sessions with intent after which the same person opened no ticket, call or chat for "
    "{deflection_window_hours}, among those sessions and all contacts: tickets, and calls and chats no ticket came of. "
    "The high reading: silence is taken for help.",
    numerator="help sessions no contact followed",
    denominator="those sessions and all contacts",
    hits=d.c.is_deflected,
    on=SESSION,
    excluding=(FOLLOWED,),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="up",
    material=0.01,
)

DEFLECTION_RATE_LOW = Rate(
    name="deflection_rate_low",
    title="Deflection rate, confirmed",
    says="Help sessions the person confirmed had helped (a vote, a confirmation to the bot), among the same demand.",
    numerator="help sessions confirmed helpful and not followed by a contact",
    denominator="sessions no contact followed, and all contacts",
    hits=d.c.is_confirmed_deflected,
    on=SESSION,
    excluding=(FOLLOWED,),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="up",
    material=0.01,
    variant_of="deflection_rate",
)

DEFLECTION_RATE_IDENTIFIED = Rate(
    name="deflection_rate_identified",
    title="Deflection rate, identified people",
    says="As the deflection rate, of people we know only: a contact after an anonymous session cannot be seen.",
    numerator="identified help sessions no contact followed",
    denominator="those sessions and identified contacts",
    hits=d.c.is_deflected,
    on=SESSION,
    excluding=(FOLLOWED, ANONYMOUS),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="up",
    material=0.01,
    variant_of="deflection_rate",
)

SELF_SERVICE_SCORE = Ratio(
    name="self_service_score",
    title="Self-service score",
    says="Help sessions with intent for each ticket, whatever came of them: how much help is sought without us. "
    "A ratio, not a share.",
    numerator="help sessions",
    denominator="tickets",
    amount=as_number(d.c.demand_type == "session"),
    per=as_number(d.c.demand_type == "ticket"),
    measure="number",
    on=SESSION,
    excluding=(NO_SESSIONS,),
    better="up",
    material=0.05,
)

METRICS = (DEFLECTION_RATE, DEFLECTION_RATE_LOW, DEFLECTION_RATE_IDENTIFIED, SELF_SERVICE_SCORE)
