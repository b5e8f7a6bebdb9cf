"""What a new installation shows: how to get numbers in."""

from __future__ import annotations

import streamlit as st

from ui.text import plain


def show(home: str) -> None:
    """Show the ways to a first build, with the exact commands."""
    st.title("Welcome to Deskpulse", anchor=False)
    st.text("No build has been published yet. These are the ways to get one, from the repository root:")
    st.subheader("Look around with a simulated helpdesk", anchor=False)
    st.code("make demo", language="sh")
    st.subheader("Connect your own", anchor=False)
    st.text("A helpdesk, read live: the first command writes its settings, the second says what is missing.")
    st.code(
        ".venv/bin/python -m etl init zendesk\n.venv/bin/python -m etl check zendesk\n.venv/bin/python -m etl run",
        language="sh",
    )
    st.text("Or a folder in the Deskpulse import format, or any export with a mapping that names its columns:")
    st.code(
        ".venv/bin/python -m etl run --input FOLDER\n"
        ".venv/bin/python -m etl run --input EXPORT.csv --mapping config/mappings/uci_incident.toml",
        language="sh",
    )
    st.caption(plain(f"State is kept under {home}. Reload this page when the run is done."))
    st.button("Look again", icon=":material/refresh:")
