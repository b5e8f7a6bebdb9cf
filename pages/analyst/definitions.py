"""What does each number mean, and what would its variants say?"""

import streamlit as st

from ui import definitions
from ui.page import page
from ui.reconciliation import reconciliation

with page("Definitions") as p:
    sought = definitions.search()
    asked = definitions.choices(p)
    found = definitions.matching(sought, p.build)
    is_open = bool(sought) and definitions.hits(found) <= definitions.FEW
    for module, metrics in found:
        definitions.family(module, metrics, asked, p, is_open)
    if not found:
        st.info("No definition holds these words.")
    reconciliation(asked, p)
