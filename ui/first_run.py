"""What a new installation shows: how to get numbers in."""

from __future__ import annotations

import streamlit as st

from ui.text import plain


def show(home: str) -> None:
    """Show the two ways to a first build, with the exact commands."""
    st.title("Welcome to Deskpulse", anchor=False)
    st.text("No build has been published yet. There are two ways to get one, both from the repository root:")
    st.subheader("Look around with a simulated helpdesk", anchor=False)
    st.code("make demo", language="sh")
    st.subheader("Connect your own", anchor=False)
    st.text("A folder in the Deskpulse import format, or any export with a mapping that names its columns:")
    st.code(
        ".venv/bin/python -m etl run --input FOLDER\n"
        ".venv/bin/python -m etl run --input EXPORT.csv --mapping config/mappings/uci_incident.toml",
        language="sh",
    )
    st.caption(plain(f"State is kept under {home}. Reload this page when the run is done."))
    st.button("Look again", icon=":material/refresh:")
