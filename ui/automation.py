"""The audit on the Automation page: what follows a path, what would be freed, and a closer look at one category."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from metrics import METRICS, Question
from metrics.audit import WINDOW_DAYS, audit, candidates, path_rule
from metrics.distribution import distribution
from metrics.kinds import Metric
from metrics.narrative import handling_cost
from metrics.narrative_audit import QUADRANTS, reasons, summary_reads
from metrics.outlook import outlook
from metrics.rows import rows
from ui import drill, exports, heat, spread
from ui.filters import Where
from ui.names import SPINES
from ui.page import Page
from ui.quadrant import quadrant
from ui.spans import Span
from ui.tables import table
from ui.text import plain


@dataclass(frozen=True)
class Desk:
    """A part of the desk over the audit's 90 days, as one viewer may see it."""

    page: Page
    where: Where

    @property
    def span(self) -> Span:
        """The 90 days up to the build."""
        today = self.page.build.local_as_of.date()
        return Span(today - timedelta(days=WINDOW_DAYS - 1), today)

    def question(self, name: str, *by: str) -> Question:
        """Return the question about a metric in these days; without days where it is told as of now."""
        asked = Question((name,), by, None, self.span.since, self.span.until, self.where)
        return replace(asked, since=None, until=None) if METRICS[name].on.reads == "now" else asked

    def why_not(self, metric: Metric, *by: str) -> str:
        """Say why a metric cannot be told for this part of the desk and viewer; empty where it can."""
        return self.page.why_not(metric, self.where, by)


def audited(desk: Desk) -> pd.DataFrame | None:
    """Return the audit of this part of the desk; None, and a sentence on the page, where it cannot be told."""
    if why_not := desk.why_not(METRICS["automation_potential"], "category"):
        st.caption(plain(why_not))
        return None
    question = desk.question("automation_potential")
    return desk.page.made(("audit", question), lambda: audit(question, desk.page.scope, desk.page.build))


def topics(desk: Desk) -> None:
    """Show which categories follow a path and what automating them would free, then every category with its reasons."""
    found = audited(desk)
    if found is None:
        return
    style = desk.page.style
    st.text(summary_reads(found, style))
    if found.empty:
        st.caption(
            "It needs tickets with a category, expected effort (config/effort.toml) and replies or handling time."
        )
        return
    cost = handling_cost(float(candidates(found)["hours"].sum()) * 3600, _rate(desk), style)
    if cost:
        st.caption(plain(cost))
    quadrant(found, path_rule(), style, "quadrant")
    shown = {"category": "Category", "verdict": "Verdict", "why": "Why", "hours_read": "Hours on the path",
             "tickets": "Tickets", "one_touch": "In one reply", "median": "Usual handling",
             "effort": "Effort points"}  # fmt: skip
    table(_readable(found, desk), shown, alt="Categories of the last 90 days, audited", long="why")
    exports.buttons("automation-audit", "Audit", lambda: found.assign(why=_why(found, desk)))


def _rate(desk: Desk) -> float | None:
    return desk.page.house.settings.loaded_rate_per_hour


def _why(found: pd.DataFrame, desk: Desk) -> list[str]:
    rule = path_rule()
    return ["; ".join(reasons(row, rule, desk.page.style)) for row in found.to_dict("records")]


def _readable(found: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    style = desk.page.style
    return found.assign(
        verdict=found["quadrant"].map(QUADRANTS),
        why=_why(found, desk),
        hours_read=[
            f"{style.number(row['hours'])} ({style.number(row['low'])}–{style.number(row['high'])})"
            if row["is_path"]
            else "–"
            for row in found.to_dict("records")
        ],
        one_touch=[style.value(METRICS["one_touch"], share) for share in found["one_touch_share"]],
        median=[style.duration(minutes * 60) if pd.notna(minutes) else "–" for minutes in found["handling_minutes"]],
        effort=found["effort_points"].round(1),
    )


def closer(desk: Desk) -> None:
    """Show one category: when it comes, how its handling is spread, and its tickets."""
    found = audited(desk)
    if found is None or found.empty:
        return
    category = st.selectbox("Category", list(found["category"]), key="topic", bind="query-params")
    narrowed = (*(pair for pair in desk.where if pair[0] != "category"), ("category", (str(category),)))
    one = Desk(desk.page, narrowed)
    _time_of_day(one)
    _handling(one)
    _topics_in(str(category), desk)
    metric = METRICS["one_touch"]
    question = one.question("one_touch")
    behind = desk.page.made(
        ("topic", question), lambda: rows(question, desk.page.scope, desk.page.build, drill.SHOWN_ROWS)
    )
    st.markdown("**Its tickets, newest first**: those solved in one reply count as hits")
    drill.rows_table(metric, behind, key="topic_rows")
    if len(behind):
        scope, build = desk.page.scope, desk.page.build
        exports.buttons("topic-tickets", "Tickets", lambda: rows(question, scope, build, drill.EXPORTED_ROWS))


def _topics_in(category: str, desk: Desk) -> None:
    """Show what the category's tickets are about, where their subjects tell topics apart."""
    found = outlook("topics", desk.page.house.settings)
    told = found.read("topic", desk.page.scope)
    told = told[told["category"] == category]
    st.markdown("**What they are about**: topics found in subjects")
    if told.empty:
        st.caption(plain(found.says or "Their subjects tell no topics apart."))
        return
    shown = {"terms": "Words that tell it", "example": "For example", "tickets": "Tickets", "share_read": "Share"}
    readable = told.assign(share_read=[desk.page.style.percent(share, 0) for share in told["share"]])
    table(readable, shown, alt=f"Topics of {category}")
    if found.says:
        st.caption(plain(found.says))


def _time_of_day(one: Desk) -> None:
    st.markdown("**When it comes**: tickets by weekday and hour")
    answer = one.page.answer(one.question("tickets_created", "weekday", "hour"))
    days, hours = SPINES["weekday"], SPINES["hour"]
    counts = {
        (str(int(row["weekday"])), str(int(row["hour"]))): row["value"]
        for row in answer.to_dict("records")
        if pd.notna(row["weekday"]) and pd.notna(row["hour"])
    }
    values = [float(counts.get((day, hour), 0.0)) for day in days for hour in hours]
    names = [(day, hour) for day in days.values() for hour in hours.values()]
    cells = [
        heat.Cell(day, hour, one.page.style.number(value), share, hint=one.page.style.number(value))
        for (day, hour), value, share in zip(names, values, heat.shares(values), strict=True)
    ]
    heat.heat(cells, list(days.values()), list(hours.values()), "Tickets by weekday and hour", "topic_heat")


def _handling(one: Desk) -> None:
    question, page = one.question("aht"), one.page
    found = page.made(("spread", question), lambda: distribution(question, page.scope, page.build))
    if found.empty:
        st.caption("No handling time is known of it.")
        return
    spread.spread(METRICS["aht"], found, page.style, "topic_spread")
