"""Expansion hints on the Customers page: who asks about what their plan lacks, with the tickets."""

from __future__ import annotations

import streamlit as st

from config.plan_features import load_plan_features
from metrics import METRICS
from metrics.expansion import DAYS, expansion_hints
from metrics.reading import day_reads
from ui import drill, exports
from ui.customers import Customers
from ui.tables import table
from ui.text import plain


def expansion(customers: Customers) -> None:
    """Show which organizations asked in 90 days about a feature their plan does not hold."""
    metric, page = METRICS["tickets_created"], customers.page
    if not load_plan_features():
        st.caption("No feature is named in config/plan_features.toml, so nobody is known to ask for what a plan lacks.")
        return
    if why_not := customers.why_not(metric, "organization", "plan", "category"):
        st.caption(plain(why_not))
        return
    if page.answer(customers.question("tickets_created", "plan", days=DAYS)).dropna(subset="plan").empty:
        st.caption("No plans are known: the source tells none of its organizations.")
        return
    tickets = customers.beyond_plan()
    hints = expansion_hints(tickets)
    told = hints.assign(last_read=[day_reads(day) for day in hints["last_asked_on"]])
    shown = {"organization": "Organization", "feature": "Asks about", "tickets": "Tickets in 90 days", "plan": "Plan",
             "segment": "Segment", "last_read": "Last asked"}  # fmt: skip
    table(told, shown, alt="Organizations that ask about what their plan lacks",
          empty="Nobody asked in these days about what their plan lacks.")  # fmt: skip
    st.caption("A question is a hint, no more. Which plans lack what is published in config/plan_features.toml.")
    if hints.empty:
        return
    st.markdown("**Their tickets**, newest first")
    drill.rows_table(metric, tickets.head(drill.SHOWN_ROWS), key="expansion_rows")
    exports.buttons("expansion-hints", "Expansion hints", lambda: hints)
    exports.buttons("expansion-tickets", "Their tickets", lambda: tickets)
