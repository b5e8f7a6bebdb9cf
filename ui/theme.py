"""What looks the same everywhere: the roles of colours, and how a page prints and fits a phone.

The colours themselves stand in ``.streamlit/config.toml``, per light and dark: charts name a role, the browser
paints it, so that switching the theme needs no rerun.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ROLES = ("value", "compare", "good", "other", "muted", "ink")  # the order of chartCategoricalColors
FAVICON = str(Path(__file__).with_name("favicon.svg"))
LOGO = str(Path(__file__).with_name("logo.svg"))
CSS = Path(__file__).with_name("page.css")


def apply() -> None:
    """Put the stylesheet and the logo in place."""
    st.html(CSS)
    st.logo(LOGO, icon_image=FAVICON, size="large")
