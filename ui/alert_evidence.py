"""What speaks for an alert: its days beside what was expected, the parts that make it up, tickets behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from metrics import METRICS
from metrics.reading import Point, Style, number
from ui.alerts import Alert
from ui.drill import is_web
from ui.names import dimension_reads
from ui.page import Page
from ui.series import Series
from ui.tables import table, wrapped
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
    _moved(evidence[evidence["kind"] == "signal"], page.style)
    _shows(evidence[evidence["kind"] == "part"], page.style)
    _tickets(evidence[evidence["kind"] == "ticket"].sort_values("rank"))


def _chart(page: Page, alert: Alert, band: pd.DataFrame) -> None:
    metric = alert.metric
    assert metric is not None
    days = band.assign(day=pd.to_datetime(band["day"]).dt.date).sort_values("day").to_dict("records")
    observed = tuple(Point(row["day"], number(row["observed"])) for row in days)
    usual = [Point(row["day"], number(row["expected"]), number(row["low"]), number(row["high"])) for row in days]
    alerting = frozenset(row["day"] for row in days if row["is_alert"])
    lines = [
        Series(("observed",), observed, dots=alerting),
        Series(("expected",), tuple(usual), dots=frozenset()),
    ]
    trend(Trend(metric, "day", lines), page.style, f"band_{alert.key}", ticks=3)
    st.caption("Dots: days that alert. Shaded: 95 % of such days.")


def _moved(rows: pd.DataFrame, style: Style) -> None:
    """Show which metrics moved; where, if not in the same part of the desk."""
    if rows.empty:
        return
    told = rows.sort_values("rank").to_dict("records")
    lead = (told[0]["dimension"], told[0]["value"])
    shown = []
    for row in told:
        name = METRICS[row["metric"]].title if row["metric"] in METRICS else str(row["metric"])
        elsewhere = (row["dimension"], row["value"]) != lead
        shown.append({"what": f"{name}, {_where(row)}" if elsewhere else name, **_values(row, style)})
    heads = {"what": "What moved", "observed": "Observed", "expected": "Expected"}
    wrapped(pd.DataFrame(shown), heads, alt="Which metrics moved")


def _shows(rows: pd.DataFrame, style: Style) -> None:
    """Show the parts of the desk that make it up, with their share of the excess."""
    if rows.empty:
        return
    shown = [
        {"where": _where(row), **_values(row, style), "share": _share(row, style)}
        for row in rows.sort_values("rank").to_dict("records")
    ]
    heads = {"where": "Where it shows", "observed": "Observed", "expected": "Expected", "share": "Share"}
    wrapped(pd.DataFrame(shown), heads, alt="Which parts of the desk make it up")


def _tickets(rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    st.caption("Some of the tickets behind it")
    shown = {"value": "Ticket", "says": "Subject", "day": "Day"}
    table(rows.assign(link=rows["link"].where(rows["link"].map(is_web), None)), shown, "Tickets behind it", link="link")


def _where(row: Mapping[Any, Any]) -> str:
    if row["dimension"] == "all":
        return "the whole desk"
    return f"{row['value']} ({dimension_reads(row['dimension']).lower()})"


def _values(row: Mapping[Any, Any], style: Style) -> dict[str, str]:
    metric = METRICS.get(str(row["metric"]))
    return {name: style.value(metric, number(row[name])) if metric else "" for name in ("observed", "expected")}


def _share(row: Mapping[Any, Any], style: Style) -> str:
    share = number(row["share"])
    return "" if share is None or row["dimension"] == "all" else style.percent(share, 0)
