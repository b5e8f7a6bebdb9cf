"""What can be taken away: figures and rows as CSV or XLSX, a chart as PNG. Made when asked for, in scope."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pandas as pd
import streamlit as st

from ui.pictures import Drawn, png
from ui.text import cell, csv

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Frame = Callable[[], pd.DataFrame]


def buttons(name: str, what: str, frame: Frame, picture: Callable[[], Drawn] | None = None) -> None:
    """Offer a frame as CSV and XLSX, and a picture as PNG; each is made when its button is pressed."""
    with st.container(horizontal=True, gap="small", key=f"exports_{name}"):
        _button(f"{what} as CSV", f"{name}.csv", "text/csv", lambda: csv(frame()))
        _button(f"{what} as XLSX", f"{name}.xlsx", XLSX, lambda: xlsx(frame()))
        if picture is not None:
            _button("Chart as PNG", f"{name}.png", "image/png", lambda: png(picture()))


def _button(label: str, file: str, mime: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label, make, file_name=file, mime=mime, icon=":material/download:", on_click="ignore", key=f"save_{file}",
        type="tertiary",
    )  # fmt: skip


def xlsx(frame: pd.DataFrame) -> bytes:
    """Return a frame as a workbook of one sheet: no cell is a formula, no character Excel refuses."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    def safe(value: object) -> object:
        if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
            return None
        value = value.item() if hasattr(value, "item") else value
        return ILLEGAL_CHARACTERS_RE.sub("", str(cell(value))) if isinstance(value, str) else value

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Deskpulse")
    sheet.append([safe(str(name)) for name in frame.columns])
    for row in frame.itertuples(index=False):
        sheet.append([safe(value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()
