"""Cost: what a solved ticket costs in scheduled time."""

from metrics.agent_bases import AGENT_DAY
from metrics.kinds import Exclusion, Ratio
from metrics.warehouse import fct_agent_day as d

NO_ROSTER = Exclusion("agent without a roster", ~d.c.is_rostered)
NO_RATE = Exclusion("no rate in the settings", d.c.scheduled_cost.is_(None))

COST_PER_TICKET = Ratio(
    name="cost_per_ticket",
    title="Cost per ticket",
    says="Scheduled time at the loaded rate of the settings, divided by the tickets its agents solved for the first "
    "time. Without a rate there is no cost; agents without a roster are left out on both sides.",
    numerator="cost of scheduled time",
    denominator="tickets first solved",
    amount=d.c.scheduled_cost,
    per=d.c.tickets_solved,
    measure="money",
    on=AGENT_DAY,
    excluding=(NO_ROSTER, NO_RATE),
    better="down",
    material=0.03,
    needs="loaded_rate_per_hour",
)

METRICS = (COST_PER_TICKET,)
