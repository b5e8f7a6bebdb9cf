"""The rows behind a figure: a table of tickets with a link each to the helpdesk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from metrics.kinds import Count, Listing, Metric, Rate, unit_of
from metrics.reading import NOTHING, Style
from ui.text import plain

SHOWN_ROWS = 300  # what travels to the page; the export has more
EXPORTED_ROWS = 50_000
HEADINGS = {"at": "When", "ticket_id": "Ticket", "subject": "Subject", "source": "Source"}
TARGETS = {"first_reply": "first reply due", "next_reply": "next reply due", "resolution": "resolution due"}
SAFE = ("http://", "https://")


def rows_table(metric: Metric, rows: pd.DataFrame, key: str, is_alike: bool = False) -> None:
    """Show the rows a metric counted. Text of the data is only ever a cell; only web addresses become links.

    Of rows that all count alike (``is_alike``) it is not told how each counts.
    """
    if rows.empty:
        st.caption("No rows here.")
        return
    shown = readable(metric, rows, is_alike)
    st.dataframe(
        shown,
        hide_index=True,
        key=key,
        height="auto" if len(shown) <= 10 else 385,
        alt=f"Rows behind {metric.title}",
        column_config=_columns(shown),
    )


def readable(metric: Metric, rows: pd.DataFrame, is_alike: bool = False) -> pd.DataFrame:
    """Return rows under readable headings: the link first, what each contributed in the metric's unit."""
    shown = pd.DataFrame(index=rows.index)
    if "url" in rows and rows["url"].map(is_web).any():
        shown["Open"] = rows["url"].where(rows["url"].map(is_web), None)
    for name, heading in HEADINGS.items():
        if name in rows and not (name == "source" and rows[name].nunique() < 2):
            shown[heading] = rows[name]
    if not is_alike and not (isinstance(metric, Listing) and (rows["amount"] == 1).all()):  # each row of a list is one
        shown[_counted(metric)] = _contribution(metric, rows)
    if "per" in rows:
        shown["Divided by"] = rows["per"]
    if "observed" in rows and not rows["observed"].all():
        shown["Over"] = rows["observed"].astype(bool)
    for name in rows.columns:
        if name in (*HEADINGS, "url", "amount", "per", "observed"):
            continue
        heading, told = _shown(str(name), rows[name])
        shown[heading] = told
    return shown


def _shown(name: str, told: pd.Series) -> tuple[str, pd.Series]:
    """Return what a metric shows beside its rows under its heading: seconds in hours, targets in words."""
    heading = name.replace("_", " ").capitalize()
    if name.endswith("_seconds"):
        return f"{heading.removesuffix(' seconds')}, hours", (told.astype(float) / 3600).round(1)
    if pd.api.types.is_numeric_dtype(told):
        return heading, told
    return heading, (told.replace(TARGETS) if name == "why" else told).where(told.notna(), NOTHING)


def is_web(url: object) -> bool:
    """Tell whether an address of the data may become a link: nothing but the web, so that no script hides in it."""
    return isinstance(url, str) and url.lower().startswith(SAFE)


def said(shown: int, counted: int, first: str, style: Style) -> str:
    """Return how many rows are shown, and of how many where that is more; ``first`` says which those are."""
    if counted > shown:
        return f"The {first} {style.number(shown)} of {style.number(counted)} rows."
    return f"{style.number(shown)} row{'' if shown == 1 else 's'}."


def _counted(metric: Metric) -> str:
    if isinstance(metric, Rate):
        return "Counts as a hit"
    if unit_of(metric) == "seconds":
        return "Minutes"
    return "Counts" if isinstance(metric, Count | Listing) else "Amount"


def _contribution(metric: Metric, rows: pd.DataFrame) -> Any:
    if isinstance(metric, Rate):
        return rows["amount"].astype(bool)
    return (rows["amount"] / 60).round(1) if unit_of(metric) == "seconds" else rows["amount"]


def _columns(shown: pd.DataFrame) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "Open": st.column_config.LinkColumn("Open", display_text="open", width="small", help="In the helpdesk"),
        "When": st.column_config.DatetimeColumn("When", format="YYYY-MM-DD HH:mm"),
        "Subject": st.column_config.TextColumn("Subject", width="medium"),
        "Ticket": st.column_config.TextColumn("Ticket"),
    }
    numbers = [name for name in shown.columns if pd.api.types.is_float_dtype(shown[name])]
    return columns | {
        str(name): st.column_config.NumberColumn(plain(str(name)), format="localized") for name in numbers
    }
