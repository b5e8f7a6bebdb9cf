"""What speaks for an alert: its days beside what was expected, the parts that make it up, tickets behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from metrics import METRICS
from metrics.reading import Point, Style, number
from ui.alerts import Alert
from ui.names import dimension_reads
from ui.page import Page
from ui.series import Series
from ui.tables import table
from ui.text import plain
from ui.trends import Trend, trend


def what_speaks(page: Page, alert: Alert, evidence: pd.DataFrame, band: pd.DataFrame) -> None:
    """Show the days around an alert, what coincides, what moved, where it shows, and some of the tickets."""
    metric = alert.metric
    if metric is not None and len(band):
        _chart(page, alert, band)
    for kind in ("spread", "cause"):
        for says in evidence.loc[evidence["kind"] == kind, "says"]:
            st.caption(plain(f"Coincides: {says}" if kind == "cause" else str(says)))
    _figures(evidence[evidence["kind"] == "signal"], page.style, "What moved", "Which metrics moved")
    _figures(evidence[evidence["kind"] == "part"], page.style, "Where it shows", "Which parts of the desk make it up")
    tickets = evidence[evidence["kind"] == "ticket"].sort_values("rank")
    if len(tickets):
        shown = {"value": "Ticket", "day": "Day", "says": "Subject"}
        st.caption("Some of the tickets behind it")
        table(tickets, shown, alt="Tickets behind the alert")


def _chart(page: Page, alert: Alert, band: pd.DataFrame) -> None:
    metric = alert.metric
    assert metric is not None
    days = band.assign(day=pd.to_datetime(band["day"]).dt.date).sort_values("day").to_dict("records")
    observed = tuple(Point(row["day"], number(row["observed"])) for row in days)
    usual = [Point(row["day"], number(row["expected"]), number(row["low"]), number(row["high"])) for row in days]
    lines = [Series(("observed",), observed), Series(("expected",), tuple(usual))]
    trend(Trend(metric, "day", lines), page.style, f"band_{alert.key}", ticks=3)
    st.caption("Shaded: 95 % of such days.")


def _figures(rows: pd.DataFrame, style: Style, title: str, alt: str) -> None:
    if rows.empty:
        return
    shown = []
    for row in rows.sort_values("rank").to_dict("records"):
        metric = METRICS.get(str(row["metric"]))
        where = (
            "the whole desk" if row["dimension"] == "all" else f"{dimension_reads(row['dimension'])}: {row['value']}"
        )
        values = {name: style.value(metric, number(row[name])) if metric else "" for name in ("observed", "expected")}
        share = number(row["share"])
        told = "" if share is None or row["dimension"] == "all" else style.percent(share, 0)
        shown.append({"metric": metric.title if metric else row["metric"], "where": where, **values, "share": told})
    heads = {"metric": title, "where": "Where", "observed": "Observed", "expected": "Expected", "share": "Share of it"}
    table(pd.DataFrame(shown), heads, alt=alt)
