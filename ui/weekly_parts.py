"""Below the first screen of the weekly review: folded parts, always in the same order, worked out when opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from metrics import METRICS, Question
from metrics.changes import Change
from metrics.dimensions import dimensions_of
from metrics.narrative import delta_reads
from metrics.narrative_review import change_reads, matter_reads, review_text
from metrics.reading import Style
from metrics.review import FIRST
from metrics.rows import rows
from ui import alerts, coming, drill, interventions, looks, strain, trust
from ui.figures import Kpi
from ui.links import to_page
from ui.page import Page
from ui.tables import table
from ui.text import plain
from ui.weekly import PAGE, Review
from ui.weekly_why import movers, odd, why

TO_READ = {"csat": "Low ratings", "sla_attainment": "Promises broken"}
SHOWN_ROWS = 50
STRETCHED = 0.85  # of the scheduled time; the aim is 70 to 80 %
FLAGS = {
    "workload_balance": "over 120 % of the team's median",
    "workload_balance_below": "below 80 % of the team's median",
}
LOADS = (*FLAGS, "utilization")


@contextmanager
def folded(title: str, key: str) -> Iterator[bool]:
    """Fold a part; yields whether it is open, so that nothing is asked for what nobody reads."""
    part = st.expander(title, key=key, on_change="rerun")
    with part:
        yield bool(part.open)


def complete(review: Review) -> None:
    """Is the data complete?"""
    if review.health is None:
        st.caption("Loads and checks are about the whole desk; your view is limited to your teams.")
        return
    trust.summary(review.health, review.page.style)
    trust.sources(review.health)


def changed(review: Review) -> None:
    """What changed: only what is material and beyond chance."""
    style, found = review.page.style, review.changes
    news = [change for change in found if change.verdict != "steady"]
    frame = pd.DataFrame([_line(change, style) for change in news])
    shown = {"title": "Metric", "value": "Now", "before": "Before", "change": "Change", "n": "n"}
    table(frame, shown, alt="What changed materially", empty="Nothing changed materially and beyond chance.")
    if quiet := [change.metric.title for change in found if change.verdict == "steady"]:
        st.caption(plain(f"No material change beyond chance: {', '.join(quiet)}."))


def _line(change: Change, style: Style) -> dict[str, object]:
    figure, metric = change.figure, change.metric
    return {
        "title": metric.title,
        "value": style.value(metric, figure.value),
        "before": style.value(metric, figure.before),
        "change": delta_reads(figure, style),
        "n": style.number(figure.n) if figure.n is not None else "",
    }


def open_alerts(review: Review) -> None:
    """What deserves attention and goes on; the page Alerts has what speaks for it."""
    alerts.open_lines(review.page)


def wellbeing(review: Review) -> None:
    """How teams are, without names; the page Wellbeing has who carries what."""
    strain.teams(strain.opened(review.page), heading="")
    to_page("manager/wellbeing", "Wellbeing: who carries what")


def capacity(review: Review) -> None:
    """Who was over or under capacity: work done against the team's own median, and time handled of time scheduled."""
    names = [name for name in LOADS if set(review.chosen.narrowed_by) <= set(dimensions_of(METRICS[name]))]
    if not names:
        st.caption("Load belongs to people, not to categories or channels: clear that filter to see it.")
        return
    answer = review.page.answer(replace(review.question, metrics=tuple(names), by=("team", "agent")))
    flagged = {name: answer[(answer["metric"] == name) & (answer["numerator"] > 0)] for name in FLAGS}
    lines = [
        {"agent": row["agent"], "team": row["team"], "says": says}
        for name, says in FLAGS.items()
        for row in flagged[name].to_dict("records")
    ]
    used = answer[(answer["metric"] == "utilization") & (answer["value"] > STRETCHED)]
    lines += [
        {
            "agent": row["agent"],
            "team": row["team"],
            "says": f"{review.page.style.percent(row['value'])} of time handled",
        }
        for row in used.to_dict("records")
    ]
    looks.at_named(review.page, "reviewed load", {str(line["agent"]) for line in lines if pd.notna(line["agent"])})
    shown = {"agent": "Agent", "team": "Team", "says": "Load"}
    empty = "Everybody was near their team's pace, or there is no roster to tell."
    table(pd.DataFrame(lines), shown, alt="Agents over or under capacity", empty=empty)
    st.caption("Load, not a rating: effort points solved for each scheduled hour beside the team's median of the week.")


def staffing_gap(review: Review) -> None:
    """Next week's staffing gap: the seven days after the newest, by team."""
    coming.staffing_gap(review.page, dict(review.chosen.where).get("team", ()))


def to_read(review: Review) -> None:
    """Low ratings and broken promises to read, ticket by ticket."""
    for name, title in TO_READ.items():
        metric = METRICS[name]
        st.caption(plain(title))
        if not set(review.chosen.narrowed_by) <= set(dimensions_of(metric)):
            st.caption("Cannot be told for this part of the desk.")
            continue
        asked = replace(review.question, metrics=(name,))
        failed = review.kept(f"read {name}", partial(_failed, asked, review.page))
        if failed.empty:
            st.caption("None.")
        else:
            drill.rows_table(metric, failed, key=f"read_{name}", is_alike=True)


def _failed(asked: Question, page: Page) -> pd.DataFrame:
    behind = rows(asked, page.scope, page.build, None)
    return behind[behind["amount"] == 0].head(SHOWN_ROWS)


def notes(review: Review) -> None:
    """Notes of last week and this one, and what interventions did."""
    interventions.results(review)
    interventions.record(review)
    period = review.chosen.period
    for week in (period.before.first, period.first):
        for note in review.journal.notes(page=PAGE, week=week):
            st.text(f"{note.created_by}: {note.text}")
    with st.form("note", border=False, clear_on_submit=True):
        text = st.text_area("A note for this week", max_chars=2000)
        if st.form_submit_button("Keep the note") and text.strip():
            review.journal.note(text, page=PAGE, week=period.first)
            st.rerun()


def as_text(review: Review) -> None:
    """The review as text to copy, and to save."""
    style, period = review.page.style, review.chosen.period
    news = [change for change in review.changes if change.verdict != "steady" and change.metric.name not in FIRST]
    text = review_text(
        f"Weekly review, {period.reads} ({review.chosen.reads})",
        [
            (
                "The week in numbers" if period.grain == "week" else "The month in numbers",
                [_number(kpi, style) for kpi in review.kpis],
            ),
            ("To decide", [matter_reads(matter, style) for matter in review.matters]),
            ("Also changed", [change_reads(change.figure, style) for change in news]),
            ("Decided before", [f"{a.title} ({a.owner}, {a.status})" for a in review.journal.actions()]),
        ],
    )
    st.code(text, language=None, wrap_lines=True)
    st.download_button(
        "Save as text", text, f"weekly-review-{period.code}.txt", "text/plain", on_click="ignore", key="save_review"
    )


def _number(kpi: Kpi, style: Style) -> str:
    return "; ".join(part for part in (change_reads(kpi.figure, style), kpi.why_not, kpi.early) if part)


Part = Callable[[Review], None]
PARTS: tuple[tuple[str, str, Part], ...] = (
    ("complete", "Is the data complete?", complete),
    ("changed", "What changed", changed),
    ("why_part", "Why", why),
    ("movers", "Top movers", movers),
    ("odd", "Unusual categories", odd),
    ("capacity", "Who was over or under capacity", capacity),
    ("open_alerts", "Open alerts", open_alerts),
    ("staffing_gap", "Next week's staffing gap", staffing_gap),
    ("to_read", "Low ratings and broken promises to read", to_read),
    ("wellbeing", "Wellbeing", wellbeing),
    ("notes", "Notes, and whether what we did worked", notes),
    ("as_text", "Copy as text", as_text),
)
