"""Ways to another page, where the viewer's navigation has it: an address nobody may open is not offered."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError


def to_page(file: str, label: str, icon: str = "arrow_forward", asked: Mapping[str, str] | None = None) -> None:
    """Show a link to a page file under ``pages/``, filters in its address; nothing where it is not the viewer's."""
    try:
        st.page_link(f"pages/{file}.py", label=label, icon=f":material/{icon}:", query_params=asked)
    except StreamlitPageNotFoundError:
        return
