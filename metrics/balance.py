"""Workload balance: how evenly a team's work is spread, which pace it can keep up, and how newcomers grow into it."""

from dataclasses import replace

from sqlalchemy import func

from metrics.agent_bases import AGENT_DAY, AGENT_WEEK, LAST_26_WEEKS, TEAM_WEEK
from metrics.bases import FIRST_SOLVED
from metrics.effort import WEIGHED
from metrics.kinds import ANY_TICKET, UNSOLVED, Duration, Exclusion, Rate, Ratio
from metrics.warehouse import fct_agent_day as d
from metrics.warehouse import fct_agent_week as a
from metrics.warehouse import fct_team_week as w
from metrics.warehouse import fct_ticket as t
from metrics.working_time import BOT

NOT_JUDGED = Exclusion("under eight scheduled hours, nobody to compare with, or no effort points", ~a.c.is_judged)
NO_SPREAD = Exclusion("fewer than two agents to compare", w.c.spread_points_per_hour.is_(None))
NOBODY = Exclusion("solved by nobody in particular", t.c.solving_agent_key.is_(None))
UNUSUAL_UNKNOWN = Exclusion("fewer than twenty solved in the eight weeks before", t.c.is_outside_usual.is_(None))
NO_ROSTER = Exclusion("agent without a roster", ~d.c.is_rostered)
NO_POINTS = Exclusion("no effort tiers known", d.c.solved_points.is_(None))

WORKLOAD_BALANCE = Rate(
    name="workload_balance",
    title="Agents over 120 % of their team",
    says="Agent-weeks above 120 % of the team's median effort points solved per scheduled hour, among agents of eight "
    "scheduled hours or more in teams of at least two such.",
    numerator="agent-weeks above 120 % of the median",
    denominator="agent-weeks",
    hits=a.c.is_above,
    on=AGENT_WEEK,
    excluding=(NOT_JUDGED,),
    better="down",
    material=0.05,
)

WORKLOAD_BALANCE_BELOW = replace(
    WORKLOAD_BALANCE,
    name="workload_balance_below",
    title="Agents under 80 % of their team",
    says="Agent-weeks below 80 % of the team's median effort points solved per scheduled hour, among the same agents.",
    numerator="agent-weeks below 80 % of the median",
    hits=a.c.is_below,
    better="neither",
    variant_of="workload_balance",
)

WORKLOAD_GINI = Ratio(
    name="workload_gini",
    title="Inequality of workload",
    says="Gini coefficient of the effort points solved per scheduled hour by the agents of a team in a week: 0 is all "
    "alike. Read it beside what chance alone gives; several weeks or teams weigh by their points.",
    numerator="mean differences of points per hour",
    denominator="points per hour",
    amount=w.c.spread_points_per_hour,
    per=w.c.summed_points_per_hour,
    measure="number",
    on=TEAM_WEEK,
    excluding=(NO_SPREAD,),
    better="down",
    material=0.1,
)

WORKLOAD_GINI_BY_CHANCE = replace(
    WORKLOAD_GINI,
    name="workload_gini_by_chance",
    title="Inequality of workload by chance",
    says="The Gini coefficient to expect if every ticket had fallen to somebody of the team by chance, in proportion "
    "to scheduled hours.",
    numerator="mean differences of points per hour by chance",
    denominator="points per hour, evenly spread",
    amount=w.c.chance_points_per_hour,
    per=w.c.even_points_per_hour,
    better="neither",
    variant_of="workload_gini",
)

COMPLEX_SHARE = Rate(
    name="complex_share",
    title="Complex tickets among those solved",
    says="Tickets of six effort points or more among those an agent solved.",
    numerator="complex tickets first solved",
    denominator="tickets first solved",
    hits=t.c.complexity == "complex",
    on=FIRST_SOLVED,
    excluding=(*WEIGHED, UNSOLVED, NOBODY),
    better="neither",
    material=0.02,
)

OUTSIDE_USUAL_SHARE = Rate(
    name="outside_usual_share",
    title="Tickets outside the usual categories",
    says="Tickets of a category that made up less than a twentieth of what their agent solved in the eight weeks "
    "before, among those solved by agents who had solved twenty or more.",
    numerator="tickets first solved outside the usual categories",
    denominator="tickets first solved",
    hits=t.c.is_outside_usual,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED, NOBODY, UNUSUAL_UNKNOWN),
    better="neither",
    material=0.02,
)

SUSTAINABLE_THROUGHPUT = Duration(
    name="sustainable_throughput",
    title="Sustainable throughput",
    says="Median of a team's weekly effort points solved per scheduled hour, over those four-week spells of the last "
    "26 weeks in which reopens and satisfaction stayed inside their intervals and the backlog did not grow. A pace of "
    "the team, not of a person.",
    numerator="none",
    denominator="weeks of sustainable spells",
    calendar=w.c.points_per_hour,
    measure="number",
    on=LAST_26_WEEKS,
    excluding=(
        Exclusion("longer ago than 26 weeks, or not over", ~w.c.is_recent),
        Exclusion("immature", ~w.c.is_final),
        Exclusion("no scheduled hours or no effort points", w.c.points_per_hour.is_(None)),
        Exclusion("outside a sustainable spell", ~w.c.is_sustainable),
    ),
    better="up",
    material=0.05,
)

RAMP_POINTS_PER_HOUR = Ratio(
    name="ramp_points_per_hour",
    title="Effort solved per scheduled hour",
    says="Effort points an agent solved for each scheduled hour. By tenure (months since joining) it is the ramp of "
    "newcomers.",
    numerator="effort points first solved",
    denominator="scheduled hours",
    amount=d.c.solved_points,
    per=func.coalesce(d.c.scheduled_seconds, 0) / 3600.0,
    measure="number",
    on=AGENT_DAY,
    excluding=(BOT, NO_ROSTER, NO_POINTS),
    better="up",
    material=0.05,
)

METRICS = (
    WORKLOAD_BALANCE,
    WORKLOAD_BALANCE_BELOW,
    WORKLOAD_GINI,
    WORKLOAD_GINI_BY_CHANCE,
    COMPLEX_SHARE,
    OUTSIDE_USUAL_SHARE,
    SUSTAINABLE_THROUGHPUT,
    RAMP_POINTS_PER_HOUR,
)
