"""One of a few: a row of buttons of which one is always chosen, kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def one_of(label: str, options: Sequence[T], key: str, reads: Callable[[T], str] = str) -> T:
    """Show options under their names and return the chosen one; the first where the address names none of them."""
    picked = st.segmented_control(
        label, options, default=options[0], format_func=reads, key=key, bind="query-params", required=True
    )
    return options[0] if picked is None else picked
