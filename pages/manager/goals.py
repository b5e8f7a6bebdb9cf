"""What do we aim for, who decided it, are we getting there, and what became of what we decided?"""

import streamlit as st

from ui import filters, goal_forms, goal_view, reviews
from ui.page import page
from ui.weekly_parts import folded

with page("Goals & reviews") as p:
    chosen = p.filters()
    aims = goal_view.Aims(p, chosen)
    filters.shown(chosen)
    goal_view.standing(aims)
    goal_forms.decide(aims)
    goal_view.trends(aims)
    with folded("Who decided what, and when", "goal_history") as is_open:
        if is_open:
            goal_view.history(aims)
    st.subheader("Reviews", anchor=False)
    reviews.reviews(p, chosen)
    st.caption("Notes and decisions are written on Weekly review.")
