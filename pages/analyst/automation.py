"""What need no person do: topics on a path, help without us, what the bot settles, and where tickets stand."""

from ui import automation, filters, knowledge, routing, self_service
from ui.page import page
from ui.weekly_parts import folded

PARTS = (
    ("closer", "One category: when it comes, how it is handled, its tickets", automation.closer),
    ("deflection", "Deflection: tickets that help made unnecessary", self_service.deflection),
    ("knowledge", "Knowledge gaps", knowledge.knowledge),
    ("tiers", "Who settles what: self-service, automation, people", self_service.tiers),
    ("bot", "What the bot did", self_service.bot),
    ("misroutes", "Tickets sent to the wrong team", routing.misroutes),
    ("stations", "Where tickets stand: the process map", routing.stations),
)

with page("Automation & self-service") as p:
    where = p.part_of_desk()
    filters.told(where)
    desk = automation.Desk(p, where)
    automation.topics(desk)
    for key, title, part in PARTS:
        with folded(title, key) as is_open:
            if is_open:
                part(desk)
