"""What was done and whether it worked: the verdicts the pipeline computed, their lines, and a form to record more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from journal import JournalRefused
from metrics import METRICS
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric
from metrics.narrative_effects import effect_reads, standing_reads
from metrics.outlook import outlook
from metrics.reading import Point, number
from ui.notes import journal_of
from ui.page import Page
from ui.series import Series
from ui.text import plain
from ui.trends import Marker, Trend, trend
from ui.weekly import Review

MOST = 6
SHOWN_DAYS = 90
STEP = "interventions"


def results(review: Review) -> None:
    """Show what became of each intervention: a sentence, and observed beside what would have been."""
    found = outlook(STEP, review.page.house.settings)
    if found.says:
        st.caption(plain(found.says))
    effects = found.read("intervention_effect", review.page.scope).sort_values("happened_on", ascending=False)
    paths = found.read("intervention_path", review.page.scope)
    if effects.empty and not found.says:
        st.caption("No intervention is recorded. Write down what was changed, and every run says whether it worked.")
    for row in effects.head(MOST).to_dict("records"):
        told = {str(name): value for name, value in row.items()}
        metric = METRICS.get(str(told["metric"]))
        st.text(effect_reads(told, metric, review.page.style))
        if metric is not None and (standing := standing_reads(told, metric, review.page.style)):
            st.caption(plain(standing))
            _line(told, metric, paths[paths["intervention_id"] == told["intervention_id"]], review.page)


def _line(told: Mapping[str, Any], metric: Metric, path: pd.DataFrame, page: Page) -> None:
    happened = pd.Timestamp(told["happened_on"]).date()
    days = path.assign(day=pd.to_datetime(path["day"]).dt.date).sort_values("day").tail(SHOWN_DAYS).to_dict("records")
    observed = tuple(Point(row["day"], number(row["observed"])) for row in days)
    expected = [
        Point(row["day"], number(row["expected"]), number(row["expected_low"]), number(row["expected_high"]))
        for row in days
    ]
    marker = Marker(happened, happened, str(told["title"]))
    drawn = Trend(metric, "day", [Series((), observed)], before=expected, markers=[marker])
    trend(drawn, page.style, f"intervention_{told['intervention_id']}", small=True)


def record(review: Review) -> None:
    """Offer to write down what was done, for the part of the desk that is filtered for."""
    narrowed = set(review.chosen.narrowed_by)
    able = [metric for metric in METRICS.values() if metric.variant_of is None and metric.on.reads != "now"]
    able = [metric for metric in able if narrowed <= set(dimensions_of(metric)) and review.page.may_see(metric)]
    with st.popover("Record what was done", icon=":material/build:"), st.form("intervention", border=False):
        st.caption(plain(f"For: {review.chosen.reads}. The filters at the side say which part of the desk."))
        title = st.text_input("What was done", max_chars=120)
        on = st.date_input("On", value=review.chosen.period.last, max_value=review.page.build.local_as_of.date())
        names = [metric.name for metric in able]
        name = st.selectbox("Meant to move", names, format_func=lambda name: METRICS[name].title)
        way = st.selectbox("Which way", ["up", "down"])
        if not st.form_submit_button("Write it down"):
            return
        try:
            journal_of(review.page).record_intervention(
                title,
                on=on,
                metric=name,
                direction="up" if way == "up" else "down",
                where=review.chosen.where,
                look_on=on + timedelta(days=28),
            )
        except JournalRefused as refused:
            st.error(plain(str(refused)))
            return
        st.success("Written down. The next run of the pipeline judges it.")
