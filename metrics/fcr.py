"""First contact resolution: solved the first time, and stayed solved."""

from datetime import timedelta

from sqlalchemy import case

from metrics.bases import FIRST_SOLVED
from metrics.kinds import NO_REQUESTER, SERVED_BY_PEOPLE, UNSOLVED, Exclusion, Rate
from metrics.warehouse import fct_ticket as t

NO_CONTACT = Exclusion("no human contact", t.c.human_contacts_in_window == 0)
MULTI_CONTACT = Exclusion("multi-contact category", t.c.is_multi_contact)
LOST_AT = case((t.c.is_fcr_eligible, t.c.fcr_lost_at))
SOLVED_BY_PEOPLE = (*SERVED_BY_PEOPLE, UNSOLVED)

FCR = Rate(
    name="fcr",
    title="First contact resolution",
    says="Solved in one human contact, with no reopen, handoff, answered follow-up or repeat ticket for "
    "{fcr_window_days}.",
    numerator="solved in one contact, and it held for {fcr_window_days}",
    denominator="solved tickets with a human contact",
    hits=t.c.is_first_contact_resolved,
    turned_at=LOST_AT,
    on=FIRST_SOLVED,
    excluding=(*SOLVED_BY_PEOPLE, NO_CONTACT, NO_REQUESTER, MULTI_CONTACT),
    matures_after=timedelta(days=7),
    window="fcr_window_days",
    better="up",
    material=0.01,
)

FCR_GROSS = Rate(
    name="fcr_gross",
    title="First contact resolution, gross",
    says="The same successes among all solved tickets, those without any human contact included.",
    numerator="solved in one contact, and it held for {fcr_window_days}",
    denominator="all solved tickets",
    hits=t.c.is_first_contact_resolved,
    turned_at=LOST_AT,
    on=FIRST_SOLVED,
    excluding=SOLVED_BY_PEOPLE,
    matures_after=timedelta(days=7),
    window="fcr_window_days",
    better="up",
    material=0.01,
    variant_of="fcr",
)

ONE_TOUCH = Rate(
    name="one_touch",
    title="One-touch resolution",
    says="Solved with exactly one public agent reply.",
    numerator="solved with exactly one reply",
    denominator="solved tickets",
    hits=t.c.replies_before_solve == 1,
    on=FIRST_SOLVED,
    excluding=SOLVED_BY_PEOPLE,
    better="up",
    material=0.01,
)

TWO_TOUCH = Rate(
    name="two_touch",
    title="Two-touch resolution",
    says="Solved with exactly two public agent replies.",
    numerator="solved with exactly two replies",
    denominator="solved tickets",
    hits=t.c.replies_before_solve == 2,
    on=FIRST_SOLVED,
    excluding=SOLVED_BY_PEOPLE,
    better="neither",
    material=0.01,
)

ONE_TOUCH_ZENDESK = Rate(
    name="one_touch_zendesk",
    title="One-touch resolution (as Zendesk counts)",
    says="Solved with fewer than two public agent replies, so that no reply at all counts too.",
    numerator="solved with no or one reply",
    denominator="solved tickets",
    hits=t.c.replies_before_solve < 2,
    on=FIRST_SOLVED,
    excluding=SOLVED_BY_PEOPLE,
    better="up",
    material=0.01,
    variant_of="one_touch",
)

METRICS = (FCR, FCR_GROSS, ONE_TOUCH, TWO_TOUCH, ONE_TOUCH_ZENDESK)
