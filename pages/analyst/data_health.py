"""Can I trust these numbers: how fresh, what was read, what was kept out, what was checked?"""

import streamlit as st

from metrics import Question
from metrics.outlook import outlook_states
from ui import tables, trust
from ui.notes import journal_of
from ui.page import page

with page("Data health") as p:
    health = p.health()
    trust.summary(health, p.style)
    st.subheader("Sources", anchor=False)
    trust.sources(health)
    st.subheader("Quarantine", anchor=False)
    trust.quarantine(health, p.style)
    st.subheader("Checks", anchor=False)
    trust.checks(health)
    st.subheader("Which tickets count", anchor=False)
    counted = p.ledger(Question(("tickets_created",)))
    tables.table(counted, {"step": "Step", "tickets": "Tickets", "left": "Left"}, alt="Ledger of the ticket base")
    st.subheader("Loads", anchor=False)
    trust.loads(health)
    st.subheader("After publication", anchor=False)
    trust.steps(outlook_states(p.house.settings), p.build.build_id, p.style)
    st.subheader("Delivery of alerts", anchor=False)
    trust.deliveries(journal_of(p).delivery_states())
    st.subheader("Builds", anchor=False)
    trust.builds(p.house.settings.builds, p.build.build_id)
