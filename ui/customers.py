"""The Customers page's parts: who is in danger of leaving and why, what they ask about again, what releases cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from config.plan_features import load_plan_features
from metrics import METRICS, Question
from metrics.at_risk import WEEKS, at_risk, last_full_week, reasons_read, repeated_topics
from metrics.expansion import DAYS, asks_for, expansion_hints, expansion_tickets
from metrics.kinds import Metric
from metrics.product_signals import events_in_all, product_signals
from metrics.reading import day_reads, number
from metrics.rows import rows
from ui import bars, drill, exports
from ui.choice import one_of
from ui.filters import Where
from ui.page import Page
from ui.series import series_of, value_reads
from ui.spans import span_named, starts
from ui.tables import table
from ui.text import plain
from ui.trends import Trend, trend

QUARTER_DAYS = 91
SEGMENT_METRICS = ("customer_risk", "csat", "tickets_created", "escalation_rate", "reopen_rate_worked")
TREND_WEEKS = "Last 26 weeks"


@dataclass(frozen=True)
class Customers:
    """The customers of a part of the desk, as one viewer may see them."""

    page: Page
    where: Where

    @property
    def week(self) -> date:
        """The last week that is over."""
        return last_full_week(self.page.build)

    def question(self, name: str, *by: str, days: int = QUARTER_DAYS) -> Question:
        """Return the question about a metric over the days up to the end of that week."""
        until = self.week + timedelta(days=6)
        return Question((name,), by, None, until - timedelta(days=days - 1), until, self.where)

    def why_not(self, metric: Metric, *by: str) -> str:
        """Say why a metric cannot be told for this part of the desk and viewer; empty where it can."""
        return self.page.why_not(metric, self.where, by)

    def listed(self) -> pd.DataFrame:
        """Return the customers by risk."""
        asked, scope, build = self.question("customer_risk"), self.page.scope, self.page.build
        return self.page.made(("at risk", asked), lambda: at_risk(asked, self.week, scope, build))

    def beyond_plan(self) -> pd.DataFrame:
        """Return the tickets of 90 days in which organizations asked about what their plan lacks."""
        asked, scope, build = self.question("tickets_created", days=DAYS), self.page.scope, self.page.build
        features = load_plan_features()
        return self.page.made(
            ("beyond plan", asked, features), lambda: expansion_tickets(asked, features, scope, build)
        )


def danger(customers: Customers) -> None:
    """Show which organizations' pattern predicts trouble, with the reasons; the list for customer success."""
    if why_not := customers.why_not(METRICS["customer_risk"], "organization"):
        st.caption(plain(why_not))
        return
    found, style = customers.listed(), customers.page.style
    if found.empty:
        st.info("No organizations are known in these weeks: the source names none with its tickets or requesters.")
        return
    pressed = found[found["is_at_risk"]]
    until = day_reads(customers.week + timedelta(days=6))
    st.text(
        f"{style.number(len(pressed))} of {style.number(len(found))} organizations in contact were at risk in the "
        f"{WEEKS} weeks up to {until}."
    )
    only = one_of("Show", ["At risk", "Everybody in contact"], "who")
    shown = _readable(pressed if only == "At risk" else found, customers)
    headings = {"organization": "Organization", "points": "Points", "now": "Now", "segment": "Segment",
                "plan": "Plan", "week_read": "Worst fortnight up to", "why": "Why"}  # fmt: skip
    empty = "Nobody has points enough to be at risk."
    table(shown, headings, alt="Organizations by risk", empty=empty, long="why")
    st.caption("Points and their reasons are published in config/customer_risk.toml; what is usual for a size is free.")
    exports.buttons("customers-at-risk", "List for customer success", lambda: _with_hints(shown, customers))


def _with_hints(shown: pd.DataFrame, customers: Customers) -> pd.DataFrame:
    if customers.why_not(METRICS["tickets_created"], "organization", "plan", "category"):
        return shown
    asked = asks_for(expansion_hints(customers.beyond_plan()))
    return shown.assign(asks_beyond_plan=shown["organization"].map(asked).fillna(""))


def _readable(found: pd.DataFrame, customers: Customers) -> pd.DataFrame:
    style = customers.page.style
    records = found.to_dict("records")
    return found.assign(
        why=[reasons_read(row, style) for row in records],
        now=found["points_now"].astype(int),
        points=found["points"].astype(int),
        week_read=[day_reads(row["week"] + timedelta(days=6)) for row in records],
    )


def one_customer(customers: Customers) -> None:
    """Show one organization: its risk week by week, what it asks about, its tickets."""
    if customers.why_not(METRICS["customer_risk"], "organization") or customers.listed().empty:
        st.caption("No organizations are known.")
        return
    page = customers.page
    names = list(customers.listed()["organization"])
    name = st.selectbox("Organization", names, key="organization", bind="query-params")
    one = replace(customers, where=(*customers.where, ("organization", (str(name),))))
    span = span_named(TREND_WEEKS, customers.week, page.build.local_as_of)
    metric = METRICS["customer_risk"]
    weekly = page.answer(Question((metric.name,), (), "week", span.since, span.until, one.where))
    lines = series_of(metric, weekly, (), starts(span, "week"))
    st.markdown("**Risk points** week by week")
    trend(Trend(metric, "week", lines), page.style, "customer_trend", small=True)
    question = one.question("tickets_created", days=28)
    behind = page.made(("customer", question), lambda: rows(question, page.scope, page.build, drill.SHOWN_ROWS))
    st.markdown("**Its tickets** of four weeks, newest first")
    drill.rows_table(METRICS["tickets_created"], behind, key="customer_rows")
    if len(behind):
        exports.buttons("customer-tickets", "Tickets", lambda: behind)


def topics(customers: Customers) -> None:
    """Show what organizations ask about far more than others do."""
    if why_not := customers.why_not(METRICS["tickets_created"], "organization", "category"):
        st.caption(plain(why_not))
        return
    asked, page = customers.question("tickets_created"), customers.page
    found = page.made(("repeated", asked), lambda: repeated_topics(asked, page.scope, page.build))
    told = found.assign(usual=[page.style.percent(share) for share in found["usual_share"]])
    shown = {"organization": "Organization", "category": "Asks again about", "tickets": "Tickets in 13 weeks",
             "usual": "Its share of all tickets"}  # fmt: skip
    table(told, shown, alt="Topics organizations ask about again", empty="Nobody asks about one topic far more often.")
    exports.buttons("repeated-topics", "Repeated topics", lambda: found)


def segments(customers: Customers) -> None:
    """Show how each segment fares: risk, satisfaction, volume, escalations, reopens."""
    able = [METRICS[name] for name in SEGMENT_METRICS if not customers.why_not(METRICS[name], "segment")]
    if not able:
        st.caption("Segments cannot be told for this part of the desk: clear a filter.")
        return
    titles = {metric.title: metric for metric in able}
    metric = titles[one_of("Figure", list(titles), "segment_figure")]
    answer = customers.page.answer(customers.question(metric.name, "segment")).dropna(subset="segment")
    shown = [
        bars.Bar(value_reads(row["segment"]), *(number(row[name]) for name in ("value", "low", "high", "denominator")))
        for row in answer.sort_values("value", ascending=False).to_dict("records")
    ]
    if not any(bar.value is not None for bar in shown):
        st.caption("No segments are known, or too little of them.")
        return
    st.caption(plain(customers.page.build.told(metric).says))
    bars.standing(metric, shown, customers.page.style, f"segments_{metric.name}")


def signals(customers: Customers) -> None:
    """Show what releases, campaigns and outages of a year brought in tickets and hours, category by category."""
    if why_not := customers.why_not(METRICS["tickets_created"], "category"):
        st.caption(plain(why_not))
        return
    page, style = customers.page, customers.page.style
    asked = customers.question("tickets_created")
    found = page.made(("signals", asked.where), lambda: product_signals(asked, page.scope, page.build))
    if found.empty:
        st.caption("The calendar names no release, campaign or outage of the last year that is over.")
        return
    events = events_in_all(found)
    told = events.assign(
        day=[day_reads(day) for day in events["starts_on"]],
        extra_read=[style.number(extra) for extra in events["extra"]],
        hours_read=[style.number(hours) for hours in events["hours"]],
    )
    shown = {"title": "Event", "kind": "Kind", "day": "From", "extra_read": "Extra tickets", "hours_read": "Hours",
             "categories": "Categories beyond chance"}  # fmt: skip
    table(told, shown, alt="What events brought", empty="No event brought more tickets than chance can explain.")
    exports.buttons("product-signals", "Category by event", lambda: found)
    st.caption(
        "Beyond what the same weekdays of the four weeks before let expect; hours at the category's handle time."
    )
