"""Tables and what can be taken away from them. Text of the data is only ever a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from ui.text import csv, plain

OPEN = "Open"
GROUPED = st.column_config.NumberColumn(format="localized")
TWO_LINES = 72  # pixels of a row from which texts wrap
Shown = Mapping[str, str]  # column → heading, in the order to show; columns not named are left out


def table(
    frame: pd.DataFrame, shown: Shown, alt: str, empty: str = "Nothing here.", link: str = "", long: str = ""
) -> None:
    """Show some columns of a frame under readable headings; a sentence where it has no rows.

    ``link`` is a column of web addresses (None where there is none), shown first where there are any; ``long`` one of
    texts too long for a line, which wrap.
    """
    if frame.empty:
        st.caption(plain(empty))
        return
    picked = frame[list(shown)].rename(columns=dict(shown))
    columns: dict[str, Any] = {
        str(name): GROUPED for name in picked.columns if pd.api.types.is_numeric_dtype(picked[name])
    }
    if link and frame[link].notna().any():
        picked.insert(0, OPEN, frame[link])
        columns[OPEN] = st.column_config.LinkColumn(OPEN, display_text="open", width="small", help="In the helpdesk")
    if long:
        columns[shown[long]] = st.column_config.TextColumn(shown[long], width="large")
    st.dataframe(
        picked, hide_index=True, alt=alt, column_config=columns, row_height=TWO_LINES if long else None,
        height="auto" if len(picked) <= 10 else 385,
    )  # fmt: skip


def wrapped(frame: pd.DataFrame, shown: Shown, alt: str) -> None:
    """Show a few rows whose texts wrap, so that a phone cuts none off; columns after the first hold short figures."""
    picked = frame[list(shown)].map(lambda told: plain(str(told))).rename(columns=dict(shown))
    st.table(picked, border="horizontal", hide_index=True, alt=alt)


def download(frame: pd.DataFrame, name: str, label: str) -> None:
    """Offer a frame as CSV: what the viewer may see, harmless to open in a spreadsheet."""
    st.download_button(
        label,
        csv(frame),
        file_name=f"{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"save_{name}",
    )
