"""A team's people, each against their own history and what their mix of work lets expect. No league table."""

import streamlit as st

from ui import agents, filters
from ui.choice import one_of
from ui.page import page
from ui.spans import span_named

with page("Agents") as p:
    where = p.part_of_desk()
    filters.told(where)
    weekly = one_of("By", ["Months", "Weeks"], "by") == "Weeks"
    span = span_named("Last 26 weeks" if weekly else "Last 12 months", p.build.local_as_of.date(), p.build.local_as_of)
    team = agents.Team(p, where, span, "week" if weekly else "month")
    measures = team.measures()
    if not measures:
        st.info("People cannot be told apart in this part of the desk: clear a filter.")
        st.stop()
    names = team.names(measures)
    person = st.selectbox("Person", ["Everybody", *names], key="person", bind="query-params")
    if person in names:  # all figures of theirs
        agents.one_person(team, person)
    else:
        figures = {one.name: one for one in measures}
        metric = figures[one_of("Figure", list(figures), "figure", lambda name: figures[name].title)]
        agents.everybody(team, metric)
        agents.summary(team, metric)
    agents.reading_aid()
