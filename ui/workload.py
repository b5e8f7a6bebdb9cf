"""The Workload page's parts: what waits, who holds it, who has room, and the lists to act on."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from metrics import METRICS, Question
from metrics.kinds import Metric
from metrics.live import LISTS, Now, away, holders, overloaded, room
from metrics.narrative_live import room_reads
from metrics.reading import NOTHING, THIN, Style, number
from metrics.rows import rows
from ui import drill, exports, looks
from ui.cards import definition
from ui.choice import one_of
from ui.page import Page
from ui.series import series_of
from ui.spans import Span, span_named, starts
from ui.tables import table
from ui.text import plain
from ui.trends import Trend, trend

REFRESH_SECONDS = 30
CARDS = (
    "active_load",
    "unassigned_now",
    "untouched_now",
    "queue_wait_now_oldest",
    "sla_at_risk",
    "stuck",
    "frustrated_now",
)
A_ROW = 4
POINTS = "effort points"  # as metrics.load counts them
BALANCE = ("workload_balance", "workload_gini", "complexity_mix")
SPAN = "Last 13 weeks"


@st.fragment(run_every=REFRESH_SECONDS)
def refreshed(page: Page) -> None:
    """Look every half minute whether a newer build is published, or access has changed: then run the page again."""
    from ui import access

    if access.published().build_id != page.build.build_id or not access.may_go_on(page.scope):
        st.session_state[access.BY_ITSELF] = True  # nobody clicked: it keeps no sign-in alive
        st.rerun()


def cards(now: Now, page: Page) -> None:
    """Show what waits now, a number each."""
    able = [METRICS[name] for name in CARDS if now.can_tell(name)]
    for first in range(0, len(able), A_ROW):
        for column, metric in zip(st.columns(A_ROW), able[first : first + A_ROW], strict=False):
            with column, st.container(border=True, height="stretch", key=f"now_{metric.name}"):
                value = valued(metric, now.total(metric.name), page.style)
                st.metric(plain(metric.title), value, help=definition(metric, page.build))


def valued(metric: Metric, value: float | None, style: Style) -> str:
    """Return a number of now with what it counts, where that is not tickets."""
    is_points = value is not None and metric.numerator == POINTS
    return style.value(metric, value) + (f"{THIN}points" if is_points else "")


def people(now: Now, page: Page) -> None:
    """Show who holds what, by name, and who could take more."""
    frame = holders(now)
    st.subheader("Who holds what", anchor=False)
    if frame.empty:
        st.caption("Nobody holds an open ticket here.")
        return
    if frame["agent"].nunique() == 1:
        looks.at_one(page, "open work", str(frame["agent"].iloc[0]))
    for sentence in room_reads(room(frame), overloaded(frame), away(frame), now.total("unassigned_now"), page.style):
        st.text(sentence)
    shown = {
        "agent": "Agent",
        "team": "Team",
        "points": "Points",
        "today": "Today",
        "room": "Room",
        "on_us": "On us",
        "complex": "Complex",
        "on_requester": "On customers",
        "on_hold": "On hold",
    }
    today = [_today(capacity, page.style) for capacity in frame["capacity"]]
    left = frame["bandwidth"].where(frame["capacity"] > 0)
    reads = frame.assign(today=today, room=[_points(points, page.style) for points in left])
    table(reads, shown, alt="Open work by agent")
    exports.buttons("workload", "Open work by agent", lambda: frame)
    st.caption(
        "Points are expected effort of what waits on us, known when a ticket comes in, so that slow does not look "
        "loaded; room is what today's pace leaves. On us, on customers, on hold: tickets. The pace is each agent's own "
        "median of the last eight weeks on today's roster: not a target, and no ranking."
    )


def _points(points: float | None, style: Style) -> str:
    return NOTHING if number(points) is None else style.number(float(points or 0.0), 1)


def _today(capacity: float | None, style: Style) -> str:
    if capacity is None or pd.isna(capacity):
        return "pace not known"
    return f"can finish {style.number(capacity, 1)}" if capacity > 0 else "not rostered"


def lists(now: Now, page: Page) -> None:
    """Show the lists to act on, oldest or most pressing first."""
    st.subheader("What should not wait", anchor=False)
    able = [name for name in LISTS if now.can_tell(name)]
    metric = METRICS[one_of("List", able, "list", lambda name: METRICS[name].title)]
    st.caption(plain(page.build.told(metric).says))
    behind = page.made(
        ("list", metric.name, now.where),
        lambda: rows(now.question(metric.name), page.scope, page.build, drill.EXPORTED_ROWS),
    )
    first, ordered = pressing(behind)
    drill.rows_table(metric, ordered.head(drill.SHOWN_ROWS), key=f"list_{metric.name}")
    st.caption(plain(drill.said(min(len(behind), drill.SHOWN_ROWS), len(behind), first, page.style)))
    exports.buttons(f"list-{metric.name}", metric.title, lambda: ordered)


def pressing(rows_of: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Return the rows of a list with those first that should wait least, and a word for which those are."""
    if "due_in_seconds" in rows_of:
        return "most urgent", rows_of.sort_values("due_in_seconds")
    if "age_seconds" in rows_of:
        return "oldest", rows_of.sort_values("age_seconds", ascending=False)
    return "newest", rows_of


def balance(now: Now, page: Page) -> None:
    """Show how evenly work was spread over the last weeks, and how complex it was."""
    st.subheader("Balance and mix over the last 13 weeks", anchor=False)
    span = span_named(SPAN, page.build.local_as_of.date(), page.build.local_as_of)
    able = [name for name in BALANCE if now.can_tell(name)]
    for column, name in zip(st.columns(max(len(able), 1)), able, strict=False):
        with column:
            _trend(name, span, now, page)
    missing = [METRICS[name].title for name in BALANCE if name in METRICS and name not in able]
    if missing:
        st.caption(plain(f"Cannot be told for this part of the desk: {', '.join(missing)}."))


def _trend(name: str, span: Span, now: Now, page: Page) -> None:
    metric = METRICS[name]
    st.markdown(f"**{plain(metric.title)}**", help=definition(metric, page.build))
    answer = page.answer(Question((name,), grain="week", since=span.since, until=span.until, where=now.where))
    lines = series_of(metric, answer, (), starts(span, "week"))
    if not any(point.value is not None for line in lines for point in line.points):
        st.caption("Nothing to tell it from in these weeks: it needs a roster.")
        return
    trend(Trend(metric, "week", lines), page.style, f"balance_{name}", small=True)
