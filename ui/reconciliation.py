"""Our figures held against the helpdesk's own, ticket by ticket."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from metrics.dimensions import dimensions_of
from metrics.reading import NOTHING, Style, number
from metrics.reconcile import FIGURES, TIMES, VENDOR_FIGURES, Figure, differing, reconcile
from ui.drill import SHOWN_ROWS, is_web
from ui.page import Page
from ui.readings import Asked
from ui.tables import table
from ui.text import plain

BESIDE = {  # what agrees first: a telephone shows little more than two columns
    "equal": "Equal",
    "title": "Figure",
    "compared": "Tickets compared",
    "differing": "Differ",
    "apart": "Differ by (mean)",
    "vendor_mean": "Mean, theirs",
    "our_mean": "Mean, ours",
    "vendor_sum": "Sum, theirs",
    "our_sum": "Sum, ours",
    "as_vendor": "Differ by definition",
    "why": "Why readings differ",
}


def reconciliation(asked: Asked, page: Page) -> None:
    """Show how figures the helpdesk tells of single tickets compare with ours. Asks only when somebody opens it."""
    st.subheader("Reconciliation with the vendor's own figures", anchor=False)
    folded = st.expander("Ticket by ticket", key="reconciled", on_change="rerun", icon=":material/rule:")
    if folded.open:
        with folded:
            _ticket_by_ticket(asked, page)
    st.caption(
        "To reconcile with a vendor's screen, open Values beside each other: variants named after a vendor count as "
        "that vendor does, for the span and the part of the desk chosen in the sidebar."
    )


def _ticket_by_ticket(asked: Asked, page: Page) -> None:
    kept = tuple((name, values) for name, values in asked.where if name in dimensions_of(VENDOR_FIGURES))
    question = replace(asked, where=kept).question((VENDOR_FIGURES.name,))
    found = page.made(("reconcile", question), lambda: reconcile(question, page.scope, page.build))
    if found.empty:
        st.caption(
            "No source brings figures of its own for these tickets, so there is nothing to hold ours against. "
            "They come with Zendesk, Freshdesk and Intercom, or as the table vendor_figures of the import format."
        )
        return
    st.caption(plain(f"Tickets created, {asked.span.reads}. Times agree to the minute, counts exactly."))
    shown = pd.DataFrame([_line(row, page.style) for row in found.to_dict("records")])
    table(shown, BESIDE, alt="The helpdesk's own figures beside ours")
    differ = [str(figure) for figure in found.loc[found["differing"] > 0, "figure"]]
    if not page.scope.reads_tickets:
        st.caption("Tickets one by one are not for your role.")
    elif differ:
        figure = st.selectbox("Tickets that differ in", differ, format_func=_title, key="differing")
        rows = page.made(
            ("differing", figure, question),
            lambda: differing(question, figure, page.scope, page.build, SHOWN_ROWS),
        )
        _tickets(rows, figure)


def _title(figure: str) -> str:
    return FIGURES.get(figure, Figure(figure)).title


def _line(row: Mapping[Hashable, Any], style: Style) -> dict[str, str]:
    figure = FIGURES.get(str(row["figure"]), Figure(str(row["figure"]), "We have no such figure."))
    compared = number(row["compared"]) or 0.0

    def reads(name: str, places: int) -> str:
        value = number(row[name])
        return NOTHING if value is None or not compared else style.number(value, places)

    whole = {name: reads(name, 0) for name in ("equal", "differing")}
    sums = {name: reads(name, 1 if row["figure"] in TIMES else 0) for name in ("vendor_sum", "our_sum")}
    means = {name: reads(name, 2) for name in ("vendor_mean", "our_mean", "apart")}
    by_definition = {"as_vendor": reads("as_vendor", 0) if figure.as_vendor else ""}
    told = {"title": figure.title, "why": figure.why, "compared": style.number(compared)}
    return {**whole, **sums, **means, **by_definition, **told}


def _tickets(rows: pd.DataFrame, figure: str) -> None:
    """Show tickets, those furthest apart first. Text of the data is only ever a cell; only the web becomes a link."""
    if figure in FIGURES and FIGURES[figure].why:
        st.caption(plain(FIGURES[figure].why))
    shown = pd.DataFrame({"Ticket": rows["ticket_id"]})
    if rows["url"].map(is_web).any():
        shown.insert(0, "Open", rows["url"].where(rows["url"].map(is_web), None))
    if rows["source"].nunique() > 1:
        shown["Source"] = rows["source"]
    named = {"vendor_value": "Theirs", "our_value": "Ours", "variant_value": "Ours, as vendors count", "apart": "Apart"}
    for name, heading in named.items():
        if rows[name].notna().any():
            shown[heading] = rows[name].astype(float).round(1)
    shown["Subject"] = rows["subject"]
    st.dataframe(
        shown,
        hide_index=True,
        height="auto" if len(shown) <= 10 else 385,
        alt=plain(f"Tickets that differ in {_title(figure)}"),
        column_config={"Open": st.column_config.LinkColumn("Open", display_text="open", help="In the helpdesk")},
    )
