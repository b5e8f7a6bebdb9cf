"""Customers: who is in danger of leaving, and how much help customers need."""

from metrics.bases import CONTACT_DAY, ORGANIZATION_WEEK
from metrics.kinds import Count, Exclusion, Ratio
from metrics.warehouse import fct_contact_day as a
from metrics.warehouse import fct_organization_week as o

CUSTOMER_RISK = Ratio(
    name="customer_risk",
    title="Customer risk",
    says="Mean risk points of the organizations in contact, week by week: for several tickets in 14 days, the same "
    "category again, reopens, low answers, escalations and breached promises, beyond what is usual for their size.",
    numerator="risk points",
    denominator="organizations in contact, each week",
    amount=o.c.risk_points,
    measure="number",
    on=ORGANIZATION_WEEK,
    better="down",
    material=0.2,
)

ORGANIZATIONS_AT_RISK = Count(
    name="organizations_at_risk",
    title="Organizations at risk",
    says="Organizations with enough risk points in a week of the period; each row tells its points and what for.",
    numerator="organizations at risk",
    hits=o.c.is_at_risk,
    distinct=o.c.organization_key,
    on=ORGANIZATION_WEEK,
    better="down",
    material=1,
)

CONTACT_RATE = Ratio(
    name="contact_rate",
    title="Contact rate",
    says="Tickets for each active customer and day, on days whose active customers are known.",
    numerator="tickets created",
    denominator="active customers, each day",
    amount=a.c.tickets,
    per=a.c.active_customers,
    measure="number",
    on=CONTACT_DAY,
    excluding=(Exclusion("active customers not told", a.c.active_customers.is_(None)),),
    better="down",
    material=0.03,
)

CONTACT_RATE_ORDERS = Ratio(
    name="contact_rate_orders",
    title="Contact rate of orders",
    says="Tickets for each order, on days whose orders are known.",
    numerator="tickets created",
    denominator="orders",
    amount=a.c.tickets,
    per=a.c.orders,
    measure="number",
    on=CONTACT_DAY,
    excluding=(Exclusion("orders not told", a.c.orders.is_(None)),),
    better="down",
    material=0.03,
    variant_of="contact_rate",
)

METRICS = (CUSTOMER_RISK, ORGANIZATIONS_AT_RISK, CONTACT_RATE, CONTACT_RATE_ORDERS)
