"""Topics: what could be automated, and where no article helps; over the 90 days up to now."""

from metrics.bases import CATEGORY_WINDOW
from metrics.kinds import Exclusion, Listing
from metrics.warehouse import fct_category_window as c

AUTOMATION_POTENTIAL = Listing(
    name="automation_potential",
    title="Automation potential",
    says="Of the tickets of 90 days, how many could go without a person: tickets × predictability (solved in one "
    "reply, even handling, answered with a macro) × ease (few effort points), category by category.",
    numerator="tickets that lend themselves to automation",
    amount=c.c.automation_tickets,
    measure="number",
    on=CATEGORY_WINDOW,
    excluding=(Exclusion("predictability or effort not known", c.c.automation_tickets.is_(None)),),
    better="neither",
    material=0.1,
)

AUTOMATION_HOURS = Listing(
    name="automation_hours",
    title="Hours automation would free",
    says="Hours of work in 90 days that went into tickets of predictable, simple categories which followed the path: "
    "solved with one reply, by one person, and not reopened. What did not is left to people.",
    numerator="hours of handling on the path",
    hits=c.c.is_path,
    amount=c.c.path_seconds / 3600.0,
    measure="hours",
    on=CATEGORY_WINDOW,
    excluding=(Exclusion("handling not known", c.c.handling_median_seconds.is_(None)),),
    better="neither",
    material=0.1,
    variant_of="automation_potential",
)

KNOWLEDGE_GAP = Listing(
    name="knowledge_gap",
    title="Knowledge gaps",
    says="Categories with many tickets in 90 days and no article that helps: none at all, voted down, or read without "
    "a vote. Only where the helpdesk hands over its articles.",
    numerator="categories without a helpful article",
    hits=c.c.is_knowledge_gap,
    on=CATEGORY_WINDOW,
    excluding=(Exclusion("articles not known", c.c.knowledge == "unknown"),),
    better="down",
    material=1,
)

METRICS = (AUTOMATION_POTENTIAL, AUTOMATION_HOURS, KNOWLEDGE_GAP)
