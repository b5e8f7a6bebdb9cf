"""As vendors count: the same names on the vendor's screen, by the vendor's own rule, so that figures can be reconciled.

Only what the vendor documents; each definition names the document. ``one_touch_zendesk`` stands beside one-touch.
"""

from sqlalchemy import or_

from metrics.bases import ANSWERED, CONVERSATION, CREATED, FIRST_SOLVED, SOLVED_OR_REOPENED
from metrics.kinds import ANY_TICKET, NO_MESSAGES, UNSOLVED, Count, Duration, Exclusion, Rate, with_p90
from metrics.satisfaction import NOT_CSAT, UNANSWERED
from metrics.warehouse import fct_bot_conversation as b
from metrics.warehouse import fct_solve_or_reopen as e
from metrics.warehouse import fct_survey as s
from metrics.warehouse import fct_ticket as t

NO_COMMENT = Exclusion("no public comment by an agent", t.c.first_comment_calendar_seconds.is_(None))

# Zendesk, "Calculating first reply time": the timer starts with the ticket on every channel, also where an agent opened
# it or a bot was first, and ends with the next public comment of an agent; a call without a comment ends nothing.
FIRST_REPLY_TIME_ZENDESK = Duration(
    name="first_reply_time_zendesk",
    title="First reply time (as Zendesk counts)",
    says="From creation to the first public comment of an agent, of tickets that have one, whoever opened them and "
    "however long a bot was with them (plain median).",
    numerator="none",
    denominator="tickets created and commented",
    calendar=t.c.first_comment_calendar_seconds,
    on=CREATED,
    excluding=(*ANY_TICKET, NO_COMMENT),
    better="down",
    material=0.05,
    variant_of="first_reply_time",
)

# Zendesk, "About the ticket lifecycle and ticket statuses": only a solved ticket can be reopened; to a closed one the
# requester's answer makes a follow-up ticket.
REOPENS_ZENDESK = Count(
    name="reopens_zendesk",
    title="Reopens (as Zendesk counts)",
    says="How often a ticket left solved. Tickets that come back from closed are not reopened there.",
    numerator="departures from solved",
    on=SOLVED_OR_REOPENED,
    hits=e.c.is_reopen & (e.c.previous_status == "solved"),
    excluding=ANY_TICKET,
    better="down",
    material=0.05,
    variant_of="reopens",
)

# Zendesk, "Metrics and attributes for Zendesk Support": good ratings among good and bad ones, of every rated ticket.
CSAT_ZENDESK = Rate(
    name="csat_zendesk",
    title="Customer satisfaction (as Zendesk counts)",
    says="Good ratings among ratings, as soon as they are given, on tickets of bots and agents too.",
    numerator="good ratings",
    denominator="ratings",
    hits=s.c.is_satisfied,
    on=ANSWERED,
    excluding=(*ANY_TICKET, NOT_CSAT, UNANSWERED),
    better="up",
    material=0.01,
    variant_of="csat",
)

# Freshservice, "How do you calculate FCR %?": resolved without another message of the customer after the first contact,
# however many answers the agent sent.
FCR_FRESHSERVICE = Rate(
    name="fcr_freshservice",
    title="First contact resolution (as Freshservice counts)",
    says="Solved tickets whose requester never wrote again after opening them, however often and by whomever answered.",
    numerator="solved without a further message of the requester",
    denominator="solved tickets",
    hits=t.c.requester_messages == 0,
    on=FIRST_SOLVED,
    excluding=(*ANY_TICKET, UNSOLVED, NO_MESSAGES),
    better="up",
    material=0.01,
    variant_of="fcr",
)

# Intercom, "Fin AI Agent resolutions": a resolution is confirmed, or assumed where the customer leaves without asking
# for more; both count, among all conversations the bot was involved in.
BOT_RESOLUTION_RATE_INTERCOM = Rate(
    name="bot_resolution_rate_intercom",
    title="Bot resolution rate (as Intercom counts)",
    says="Bot conversations confirmed or ended in silence, among all the bot had a part in.",
    numerator="conversations confirmed or assumed",
    denominator="conversations the bot had a part in",
    hits=or_(b.c.bot_outcome == "confirmed", b.c.bot_outcome == "assumed"),
    on=CONVERSATION,
    better="up",
    material=0.01,
    variant_of="bot_resolution_rate",
)

METRICS = (
    *with_p90(FIRST_REPLY_TIME_ZENDESK),
    REOPENS_ZENDESK,
    CSAT_ZENDESK,
    FCR_FRESHSERVICE,
    BOT_RESOLUTION_RATE_INTERCOM,
)
