"""Which customers need somebody now, why, what they ask about again, and what releases cost."""

from ui import customers, expansion, filters
from ui.page import page
from ui.weekly_parts import folded

PARTS = (
    ("one_customer", "One customer: risk over time and tickets", customers.one_customer),
    ("repeated", "What customers ask about again", customers.topics),
    ("expansion", "Expansion hints: who asks about what their plan lacks", expansion.expansion),
    ("segments", "By segment", customers.segments),
    ("signals", "Product signals: what releases cost in tickets and hours", customers.signals),
)

with page("Customers") as p:
    where = p.part_of_desk()
    filters.told(where)
    shown = customers.Customers(p, where)
    customers.danger(shown)
    for key, title, part in PARTS:
        with folded(title, key) as is_open:
            if is_open:
                part(shown)
