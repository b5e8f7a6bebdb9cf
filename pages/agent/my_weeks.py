"""An agent's own weeks: the same figures their manager sees, what was agreed, and who looked."""

import streamlit as st

from ui import check_ins, strain
from ui.page import page

with page("My weeks") as p:
    told = strain.opened(p)
    me = strain.who_am_i(told, p)
    if me is None:
        st.info("This page is for agents: it shows each their own weeks, and nobody else's.")
        st.stop()
    strain.cannot_see()
    strain.one_person(told, p, me)
    check_ins.comments(told, p, me)
    check_ins.looks(p, me)
