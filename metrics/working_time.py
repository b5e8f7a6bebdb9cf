"""Working time: how agents' scheduled hours are used, and what is worked outside them."""

from sqlalchemy import func

from metrics.agent_bases import AGENT_DAY
from metrics.kinds import Exclusion, Rate, Ratio
from metrics.warehouse import fct_agent_day as d

BOT = Exclusion("a bot", d.c.role == "bot")
NO_ROSTER = Exclusion("not scheduled that day", ~d.c.is_scheduled)
NOT_LOGGED = Exclusion("handling not logged that month", ~d.c.is_handling_logged)
NO_AVAILABILITY = Exclusion("source without availability", ~d.c.has_availability)
NO_HANDLING = Exclusion("nothing handled", d.c.handling_seconds.is_(None) | (d.c.handling_seconds == 0))
NO_CATEGORY = Exclusion("no category known", d.c.context_switches.is_(None))
IDLE = Exclusion("no action that day", d.c.actions == 0)

UTILIZATION = Ratio(
    name="utilization",
    title="Utilization",
    says="Logged handling among scheduled time, on days with a roster in months whose handling is logged (four fifths "
    "of it or more). Leave is not scheduled time; training, meetings and documentation are. Aim for 70–80 %.",
    numerator="seconds of logged handling",
    denominator="scheduled seconds",
    amount=func.coalesce(d.c.logged_seconds, 0),
    per=d.c.scheduled_seconds,
    measure="fraction",
    on=AGENT_DAY,
    excluding=(BOT, NO_ROSTER, NOT_LOGGED),
    better="neither",
    material=0.02,
)

OCCUPANCY = Ratio(
    name="occupancy",
    title="Occupancy",
    says="Time serving somebody among time serving or ready to, as the telephone or chat desk recorded it.",
    numerator="seconds serving",
    denominator="seconds serving or available",
    amount=d.c.serving_seconds,
    per=d.c.serving_seconds + d.c.available_seconds,
    measure="fraction",
    on=AGENT_DAY,
    excluding=(BOT, NO_AVAILABILITY),
    better="neither",
    material=0.02,
)


def _invisible(activity: str, reads: str) -> Ratio:
    return Ratio(
        name=f"{activity}_share",
        title=f"{reads} among scheduled time",
        says=f"Time rostered for {reads.lower()} among scheduled time: work that no ticket shows.",
        numerator=f"seconds rostered for {reads.lower()}",
        denominator="scheduled seconds",
        amount=d.c[f"{activity}_seconds"],
        per=d.c.scheduled_seconds,
        measure="fraction",
        on=AGENT_DAY,
        excluding=(BOT, NO_ROSTER),
        better="neither",
        material=0.01,
    )


AFTER_HOURS_SHARE = Ratio(
    name="after_hours_share",
    title="After-hours share",
    says="Actions of agents outside their roster, else outside their own hours, else the team's. A break of up to an "
    "hour is within hours; a day of leave is not.",
    numerator="actions outside hours",
    denominator="actions",
    amount=d.c.after_hours_actions,
    per=d.c.actions,
    measure="fraction",
    on=AGENT_DAY,
    excluding=(BOT, IDLE),
    better="down",
    material=0.01,
)

WEEKEND_SHARE = Ratio(
    name="weekend_share",
    title="Weekend share",
    says="Actions of agents on a Saturday or Sunday where they keep their hours, rostered or not.",
    numerator="actions at the weekend",
    denominator="actions",
    amount=d.c.weekend_actions,
    per=d.c.actions,
    measure="fraction",
    on=AGENT_DAY,
    excluding=(BOT, IDLE),
    better="down",
    material=0.01,
)

UNBROKEN_DAYS = Rate(
    name="unbroken_days",
    title="Days without a day off",
    says="Days worked that were the seventh in a row or later, among days worked. One action makes a day worked.",
    numerator="days worked after six in a row",
    denominator="days worked",
    hits=d.c.days_in_a_row >= 7,
    on=AGENT_DAY,
    excluding=(BOT, IDLE),
    better="down",
    material=0.01,
)

CONTEXT_SWITCHES = Ratio(
    name="context_switches",
    title="Context switches",
    says="How often, in an hour of handling, the next ticket an agent acts on is of another category. Every day starts "
    "afresh.",
    numerator="changes of category from one action to the next",
    denominator="hours of handling",
    amount=d.c.context_switches,
    per=d.c.handling_seconds / 3600.0,
    measure="number",
    on=AGENT_DAY,
    excluding=(BOT, NO_HANDLING, NO_CATEGORY),
    better="down",
    material=0.05,
)

METRICS = (
    UTILIZATION,
    OCCUPANCY,
    _invisible("training", "Training"),
    _invisible("documentation", "Documentation"),
    _invisible("meeting", "Meetings"),
    AFTER_HOURS_SHARE,
    WEEKEND_SHARE,
    UNBROKEN_DAYS,
    CONTEXT_SWITCHES,
)
