"""Monday: what changed, why, what to decide, and did what we decided work?"""

from ui import cards, filters, goals, weekly
from ui.choice import one_of
from ui.page import page
from ui.weekly_parts import PARTS, folded

with page("Weekly review") as p:
    by = one_of("Period", ["Week", "Month"], "review_by")
    chosen = p.filters("month" if by == "Month" else "week")
    review = weekly.Review(p, chosen)
    weekly.data_strip(review)
    filters.shown(chosen)
    p.sentence(chosen.period, review.kpis)
    cards.row(review.kpis, p.style, p.build)
    goals.link()
    weekly.decided_before(review)
    weekly.to_decide(review)
    for key, title, part in PARTS:
        with folded(title, key) as is_open:
            if is_open:
                part(review)
