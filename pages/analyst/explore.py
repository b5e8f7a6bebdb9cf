"""Where exactly, since when, show me the tickets: any metric by anything, down to its rows."""

import streamlit as st

from ui import explore, explore_views, filters, looks, notes, views
from ui.explore_choices import choices
from ui.page import page

with page("Explore") as p:
    with st.container(horizontal=True, vertical_alignment="bottom", key="asked"):
        asked = choices(p)
        kept = st.container(horizontal=True, width="content")
    if asked is None:
        st.info("Choose a metric.")
        st.stop()
    filters.told(asked.where)
    charts = st.container()
    part = explore.part(asked, p)
    looks.where_one(p, "explored", (*asked.where, *part.of))
    able = [metric for metric in asked.metrics if not asked.why_not(metric)]
    with charts:
        for metric in asked.metrics:
            explore.figure(asked, metric, p)
            explore.trends(asked, metric, p, part)
            explore_views.figures(asked, metric, p, part)
    with kept:
        views.saved(p, "explore")
        notes.note(p, asked.metrics[0], part.days, asked.where)
    if able:
        explore_views.opened(asked, explore_views.in_detail(able), p, part)
