"""Tables and what can be taken away from them. Text of the data is only ever a cell."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from ui.text import csv, plain

GROUPED = st.column_config.NumberColumn(format="localized")
Shown = Mapping[str, str]  # column → heading, in the order to show; columns not named are left out


def table(frame: pd.DataFrame, shown: Shown, alt: str, empty: str = "Nothing here.") -> None:
    """Show some columns of a frame under readable headings; a sentence where it has no rows."""
    if frame.empty:
        st.caption(plain(empty))
        return
    picked = frame[list(shown)].rename(columns=dict(shown))
    numbers = {str(name): GROUPED for name in picked.columns if pd.api.types.is_numeric_dtype(picked[name])}
    st.dataframe(picked, hide_index=True, alt=alt, column_config=numbers, height="auto" if len(picked) <= 10 else 385)


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
