"""Are we all right? The last full month (or a week) against target and against before."""

from ui import alerts, cards, coming, filters, goals, strain, tables
from ui.figures import exported
from ui.page import page

with page("Headline") as p:
    chosen = p.filters(filters.grain_chosen("headline_by"))
    kpis = p.kpis(chosen, p.headline(chosen))
    filters.shown(chosen)
    p.sentence(chosen.period, kpis)
    cards.row(kpis, p.style, p.build)
    cards.legend(kpis)
    goals.link()
    alerts.open_lines(p, severities=("critical",))
    strain.groups(strain.opened(p))
    coming.four_weeks(p, chosen.where)
    tables.download(
        exported(kpis, chosen), f"headline-{chosen.period.code}", f"Figures of {chosen.period.reads} as CSV"
    )
