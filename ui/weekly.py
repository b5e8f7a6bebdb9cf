"""The first screen of the weekly review: what was decided and whether it moved, and what there is to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import streamlit as st

from config.errors import DeskpulseError
from journal import Action, Journal, JournalRefused
from metrics import METRICS, Question
from metrics.changes import Change, change_of, comparable
from metrics.compare import Explanation
from metrics.health import Health
from metrics.narrative_review import NOTHING_WORSE, matter_reads, moved_since, to_decide_reads
from metrics.question import whole_weeks
from metrics.reading import day_reads
from metrics.review import FIRST, Matter, explained, matters, week_changes
from ui import asking, trust
from ui.figures import Kpi, judged
from ui.filters import Chosen
from ui.notes import journal_of
from ui.page import Page
from ui.text import plain

T = TypeVar("T")
PAGE = "Weekly review"
STATUSES = {"open": "still open", "done": "done", "dropped": "dropped"}
SHOWN_DECISIONS = 6


@dataclass(frozen=True)
class Review:
    """A week (or month) of a part of the desk, as one viewer may see it."""

    page: Page
    chosen: Chosen

    @property
    def question(self) -> Question:
        """The period and the filters; its metric is only a place holder."""
        period = self.chosen.period
        return Question(("tickets_created",), since=period.first, until=period.last, where=self.chosen.where)

    def kept(self, what: str, make: Callable[[], T]) -> T:
        """Return what was made for this period and part of the desk, kept while the build is published."""
        return asking.kept((what, self.chosen), self.page.scope, self.page.build, make)

    @property
    def changes(self) -> list[Change]:
        """How every reviewed metric changed, news first."""
        return self.kept("changes", lambda: week_changes(self.question, self.page.scope, self.page.build))

    @property
    def kpis(self) -> list[Kpi]:
        """The numbers of the first screen, judged among all that were reviewed."""
        return judged(self.page.kpis(self.chosen, FIRST), self.changes)

    @property
    def matters(self) -> list[Matter]:
        """What there is to decide."""
        scope, build = self.page.scope, self.page.build
        return self.kept("matters", lambda: matters(self.question, self.changes, scope, build))

    def explained(self, name: str, by: Sequence[str]) -> Explanation | None:
        """What drove the change of a metric, by these dimensions."""
        scope, build = self.page.scope, self.page.build
        return self.kept(f"why {name} {by}", lambda: explained(name, self.question, scope, build, by))

    @cached_property
    def journal(self) -> Journal:
        """What people wrote, as far as the viewer may see it."""
        return journal_of(self.page)

    @property
    def health(self) -> Health | None:
        """How the build came to be; None for those who see a part of the desk only."""
        return self.page.health() if self.page.scope.teams is None else None

    def since_decided(self, action: Action) -> str:
        """Say whether what an action is about has moved since the week it was decided in; empty where it cannot be."""
        if action.metric not in METRICS or action.week is None or action.week >= self.chosen.period.first:
            return ""
        metric, (scope, build) = METRICS[action.metric], (self.page.scope, self.page.build)
        try:
            now = comparable(self.question.of((metric.name,)), metric, build)
            then = now.shifted(whole_weeks(action.week, self.chosen.period.first - timedelta(days=1)))
            return moved_since(change_of(now, then, scope, build).figure, action.week, self.page.style)
        except DeskpulseError:
            return ""


def data_strip(review: Review) -> None:
    """Say in one line whether the data behind the page are complete."""
    last = review.chosen.period.last
    until = review.page.build.local_as_of.date()
    said = [f"Data up to {day_reads(until)}" if last < until else f"Data end on {day_reads(until)}: not complete"]
    if (health := review.health) is not None:
        kept_out = int(health.loads["quarantined"].sum()) if len(health.loads) else 0
        said.append("every row accounted for" if trust.is_balanced(health.loads) else "ROWS ARE MISSING")
        said.append(f"{review.page.style.number(kept_out)} rows kept out" if kept_out else "no row kept out")
        said.append("all checks passed" if health.checks["passed"].astype(bool).all() else "CHECKS FAILED")
    st.caption(f":material/verified: {plain(' · '.join(said))}")


def decided_before(review: Review) -> None:
    """Show what was decided before, with what became of it; each can be closed here."""
    week = review.chosen.period.first
    earlier = [action for action in review.journal.actions() if action.week is None or action.week < week]
    recent = [
        action for action in earlier if action.status == "open" or (action.week or week) >= week - timedelta(weeks=5)
    ]
    st.subheader("Decided before", anchor=False)
    if not recent:
        st.caption("Nothing was decided in the weeks before. What is decided below appears here next week.")
    for action in recent[:SHOWN_DECISIONS]:
        _decided(review, action, review.page.build.local_as_of.date())


def _decided(review: Review, action: Action, today: date) -> None:
    due = f", due {day_reads(action.due_on)}" if action.due_on else ""
    late = " (overdue)" if is_overdue(action, today) else ""
    with st.container(border=True, key=f"decided_{action.entry_id}"):
        st.markdown(f"**{plain(action.title)}**")
        st.caption(plain(f"{action.owner}{due}: {STATUSES.get(action.status, action.status)}{late}"))
        if moved := review.since_decided(action):
            st.text(moved)
        if action.status == "open":
            with st.container(horizontal=True):
                if st.button("Done", key=f"done_{action.entry_id}", type="tertiary"):
                    _close(review, replace(action, status="done"))
                if st.button("Drop it", key=f"dropped_{action.entry_id}", type="tertiary"):
                    _close(review, replace(action, status="dropped"))


def is_overdue(action: Action, today: date) -> bool:
    """Tell whether an action is still open after the day it was due."""
    return action.status == "open" and action.due_on is not None and action.due_on < today


def _close(review: Review, action: Action) -> None:
    review.journal.update(action)
    st.rerun()


def to_decide(review: Review) -> None:
    """Show at most three things that got worse beyond chance, and let each become somebody's."""
    st.subheader("To decide", anchor=False)
    found = review.matters
    if not found:
        st.caption(f"{NOTHING_WORSE} See below for what changed at all.")
    for nth, matter in enumerate(found):
        with st.container(border=True, key=f"matter_{nth}"):
            st.text(matter_reads(matter, review.page.style))
            _decide(review, to_decide_reads(matter), matter.change.metric.name, f"matter{nth}")
    _decide(review, "", "", "own", "Decide something else")


def _decide(review: Review, title: str, metric: str, key: str, label: str = "Decide") -> None:
    """Offer to write a decision down, with an owner and a day."""
    with st.popover(label, icon=":material/assignment_ind:"), st.form(f"decide_{key}", border=False):
        what = st.text_input("What is to be done", value=title, max_chars=200)
        owner = st.text_input("Who takes it", max_chars=80)
        due = st.date_input("Until", value=review.chosen.period.last + timedelta(days=14))
        if not st.form_submit_button("Write it down"):
            return
        due_on, week = due if isinstance(due, date) else None, review.chosen.period.first
        try:
            review.journal.decide(what, owner=owner.strip(), due_on=due_on, week=week, metric=metric)
        except JournalRefused as refused:
            st.error(plain(str(refused)))
            return
        st.rerun()
