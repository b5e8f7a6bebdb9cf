"""What does each number mean, and what would its variants say?"""

import streamlit as st

from ui import definitions
from ui.page import page

with page("Definitions") as p:
    found = definitions.matching(definitions.search())
    for module, metrics in found:
        definitions.family(module, metrics, p)
    if not found:
        st.info("No definition holds these words.")
