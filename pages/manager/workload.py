"""Now: what waits on us, who holds it, who has room, and what should not wait any longer."""

from metrics.live import Now
from ui import filters, workload
from ui.page import page

with page("Workload") as p:
    where = p.part_of_desk()
    now = Now(where, p.scope, p.answer)
    filters.told(where)
    workload.cards(now, p)
    workload.people(now, p)
    workload.lists(now, p)
    workload.balance(now, p)
    workload.refreshed(p)
