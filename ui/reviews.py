"""Past reviews: the notes of each week, what was decided and by whom, and whether what it was about has moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import streamlit as st

from journal import Action, Intervention, Note
from metrics import METRICS
from metrics.narrative_effects import effect_reads
from metrics.outlook import outlook
from metrics.reading import day_reads
from ui.filters import Chosen
from ui.links import to_page
from ui.page import Page
from ui.periods import Period, last_full_week
from ui.text import plain
from ui.weekly import PAGE, STATUSES, Review

SHOWN_WEEKS = 8
STEP = "interventions"


@dataclass
class Week:
    """What people wrote in the review of a week, and what was done in it."""

    notes: list[Note] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    done: list[Intervention] = field(default_factory=list)


def weeks_of(notes: list[Note], actions: list[Action], done: list[Intervention]) -> dict[date, Week]:
    """Return what belongs to each week, by its Monday, the newest first."""
    found: dict[date, Week] = defaultdict(Week)
    for note in notes:
        if note.week is not None:
            found[note.week].notes.append(note)
    for action in actions:
        if action.week is not None:
            found[action.week].actions.append(action)
    for act in done:
        found[act.on - timedelta(days=act.on.weekday())].done.append(act)
    return {week: found[week] for week in sorted(found, reverse=True)}


def reviews(page: Page, chosen: Chosen) -> None:
    """Show the newest reviews, one box a week."""
    now = Review(page, Chosen(Period("week", last_full_week(page.build.local_as_of)), chosen.where))
    journal = now.journal
    weeks = weeks_of(journal.notes(page=PAGE), journal.actions(), journal.interventions())
    found = outlook(STEP, page.house.settings).read("intervention_effect", page.scope)
    effects = {int(row["intervention_id"]): row for row in found.to_dict("records")}
    if not weeks:
        st.caption("No review was written down yet: notes and decisions of Weekly review are collected here.")
    for week, told in list(weeks.items())[:SHOWN_WEEKS]:
        with st.container(border=True, key=f"review_{week}"):
            st.markdown(f"**Week of {plain(day_reads(week))}**")
            _told(now, told, effects)
            to_page("manager/weekly_review", "Open this week", asked={"week": day_reads(week)})
    if len(weeks) > SHOWN_WEEKS:
        st.caption(f"The newest {SHOWN_WEEKS} of {len(weeks)} weeks.")


def _told(now: Review, week: Week, effects: Mapping[int, Mapping[Any, Any]]) -> None:
    for note in week.notes:
        st.text(f"{note.created_by}: {note.text}")
    for action in week.actions:
        due = f", due {day_reads(action.due_on)}" if action.due_on else ""
        st.text(f"Decided: {action.title} ({action.owner}{due}; {STATUSES.get(action.status, action.status)})")
        if moved := now.since_decided(action):
            st.caption(plain(moved))
    for act in week.done:
        row = effects.get(act.entry_id)
        if row is None:
            st.text(f"Done: {act.title} ({act.owner}); the next run of the pipeline judges it")
        else:
            st.text(
                f"Done: {effect_reads({str(k): v for k, v in row.items()}, METRICS.get(act.metric), now.page.style)}"
            )
