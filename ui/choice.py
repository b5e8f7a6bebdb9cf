"""What a reader chooses: kept in the address, and taken along to a page that offers the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")
OPENED, JUST_OPENED = "page_opened", "page_just_opened"  # in the session: which page, and whether this run opened it


def opens(title: str) -> None:
    """Note which page this run shows, and whether the reader has just come to it from another."""
    before = st.session_state.get(OPENED)
    st.session_state[OPENED], st.session_state[JUST_OPENED] = title, before not in (None, title)


def take_along(key: str) -> None:
    """Take what was chosen on the page before into the widget about to be shown, and into its address.

    Navigation drops the address of a page left. Streamlit restores what was bound to it only after a second run on that
    page: whoever comes by a link and goes on at once would lose it, and find it again with the next touch.
    """
    chosen = st.session_state.get(key)
    if not chosen or not st.session_state.get(JUST_OPENED) or key in st.query_params:
        return
    st.session_state[key] = chosen
    st.query_params[key] = [str(one) for one in chosen] if isinstance(chosen, list | tuple) else str(chosen)


def one_of(label: str, options: Sequence[T], key: str, reads: Callable[[T], str] = str) -> T:
    """Show options under their names and return the chosen one; the first where the address names none of them."""
    picked = st.segmented_control(
        label, options, default=options[0], format_func=reads, key=key, bind="query-params", required=True
    )
    return options[0] if picked is None else picked
