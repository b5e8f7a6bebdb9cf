"""Automation: what the bot settled, what it handed over, and who settles what.

By conversation: one that became a ticket is judged by what happened to the ticket.
"""

from datetime import timedelta

from metrics.bases import CONVERSATION, RESOLVED
from metrics.kinds import Count, Exclusion, Rate
from metrics.warehouse import fct_bot_conversation as b
from metrics.warehouse import fct_resolved_contact as r

WINDOW = timedelta(hours=48)
PENDING = Exclusion("pending", b.c.bot_outcome == "pending")

BOT_RESOLUTION_RATE = Rate(
    name="bot_resolution_rate",
    title="Bot resolution rate",
    says="Bot conversations in which the person said it had helped, with no person of ours and no contact for "
    "{deflection_window_hours} after. Silence is no resolution; undecided ones are left out.",
    numerator="conversations confirmed as resolved",
    denominator="conversations the bot had a part in",
    hits=b.c.bot_outcome == "confirmed",
    on=CONVERSATION,
    excluding=(PENDING,),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="up",
    material=0.01,
)

BOT_RESOLUTION_RATE_ASSUMED = Rate(
    name="bot_resolution_rate_assumed",
    title="Bot resolution rate, assumed",
    says="Bot conversations that ended in silence: solved, or left, without a confirmation and with no contact after.",
    numerator="conversations without a confirmation and without a contact after",
    denominator="conversations the bot had a part in",
    hits=b.c.bot_outcome == "assumed",
    on=CONVERSATION,
    excluding=(PENDING,),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="neither",
    material=0.01,
    variant_of="bot_resolution_rate",
)

BOT_RESOLUTION_RATE_PENDING = Rate(
    name="bot_resolution_rate_pending",
    title="Bot conversations pending",
    says="Bot conversations nothing can be said of yet: too young, or an open ticket that only the bot has touched.",
    numerator="conversations pending",
    denominator="conversations the bot had a part in",
    hits=b.c.bot_outcome == "pending",
    on=CONVERSATION,
    better="neither",
    material=0.01,
    variant_of="bot_resolution_rate",
)

BOT_HANDOVER_RATE = Rate(
    name="bot_handover_rate",
    title="Bot handover rate",
    says="Bot conversations that went to a person: the bot handed over, or a person took part.",
    numerator="conversations handed over",
    denominator="conversations the bot had a part in",
    hits=b.c.bot_outcome == "handed over",
    on=CONVERSATION,
    excluding=(PENDING,),
    matures_after=WINDOW,
    window="deflection_window_hours",
    better="neither",
    material=0.01,
)

TIER_MIX = Count(
    name="tier_mix",
    title="Resolved contacts",
    says="What was settled, by support tier: help sessions no contact followed (0), what automation settled alone (1), "
    "and tickets people solved (2 and above).",
    numerator="contacts resolved",
    on=RESOLVED,
    better="neither",
    material=0.05,
)


def _share(name: str, tier: str, title: str, says: str) -> Rate:
    return Rate(
        name=f"tier_mix_{name}",
        title=title,
        says=f"{says} among all resolved contacts: self-service, automation and people.",
        numerator=f"contacts resolved at tier {tier}",
        denominator="contacts resolved",
        hits=r.c.support_tier == tier,
        on=RESOLVED,
        matures_after=WINDOW,
        window="deflection_window_hours",
        better="neither",
        material=0.01,
        variant_of="tier_mix",
    )


TIER_MIX_SELF_SERVICE = _share(
    "self_service",
    "0 self-service",
    "Resolved by self-service",
    "Help sessions no contact followed for {deflection_window_hours}",
)
TIER_MIX_AUTOMATION = _share(
    "automation",
    "1 automation",
    "Resolved by automation",
    "Bot conversations that no contact followed, and tickets only the bot has touched,",
)
TIER_MIX_PEOPLE = _share("people", "2+ people", "Resolved by people", "Solved tickets that people worked on")

METRICS = (
    BOT_RESOLUTION_RATE,
    BOT_RESOLUTION_RATE_ASSUMED,
    BOT_RESOLUTION_RATE_PENDING,
    BOT_HANDOVER_RATE,
    TIER_MIX,
    TIER_MIX_SELF_SERVICE,
    TIER_MIX_AUTOMATION,
    TIER_MIX_PEOPLE,
)
