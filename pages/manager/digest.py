"""What would the weekly digest tell, and whom?"""

import streamlit as st

from reports import preview
from ui import filters
from ui.page import page

with page("Digest preview") as p:
    chosen = p.filters("week")
    filters.shown(chosen)
    preview.show(p, chosen)
    st.caption("Sent by python -m reports weekly, to those the settings name, each in their own scope.")
