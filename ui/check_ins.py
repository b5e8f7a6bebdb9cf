"""Check-ins of one person: what was agreed and said, and who looked; private to the person and their manager."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from metrics.reading import day_reads, instant_reads
from metrics.strain import Strain
from ui.notes import journal_of
from ui.page import Page
from ui.tables import table
from ui.text import plain


def check_ins(told: Strain, page: Page, agent_key: str) -> None:
    """Show what was agreed with a person, and a form for the next time."""
    st.markdown("**Check-ins**")
    _listed(page, agent_key)
    with (
        st.popover("Write down a check-in", icon=":material/edit_note:"),
        st.form("check_in", clear_on_submit=True, border=False),
    ):
        text = st.text_area("What you agreed on", max_chars=600)
        prefers = st.text_input("Work this person would rather do", max_chars=200)
        st.caption("For the two of you: nobody else can read it.")
        if st.form_submit_button("Keep it", icon=":material/check:") and (text.strip() or prefers.strip()):
            day = page.build.local_as_of.date()
            journal_of(page).check_in(agent_key, text, on=day, teams=_teams(told, agent_key), prefers=prefers)
            st.rerun()


def comments(told: Strain, page: Page, agent_key: str) -> None:
    """Show a person their own check-ins and comments, and a form; what is not shared only they can read."""
    st.markdown("**What was agreed, and what you wrote**")
    _listed(page, agent_key)
    with st.popover("Comment", icon=":material/edit_note:"), st.form("comment", clear_on_submit=True, border=False):
        text = st.text_area("What the figures do not show", max_chars=600)
        prefers = st.text_input("Work you would rather do", max_chars=200)
        is_shared = st.toggle("Share it with your manager", value=False)
        if st.form_submit_button("Keep it", icon=":material/check:") and (text.strip() or prefers.strip()):
            journal_of(page).check_in(
                agent_key,
                text,
                on=page.build.local_as_of.date(),
                teams=_teams(told, agent_key),
                kind="comment",
                me=agent_key,
                prefers=prefers,
                is_shared=is_shared,
            )
            st.rerun()


def looks(page: Page, agent_key: str) -> None:
    """Show who looked at a person, and why."""
    st.markdown("**Who looked**")
    seen = journal_of(page).looks_at(agent_key, 50)
    rows = pd.DataFrame(
        [(look.viewer, look.role, instant_reads(look.at), look.purpose) for look in seen],
        columns=["viewer", "role", "at", "purpose"],
    ).drop_duplicates()
    table(
        rows, {"viewer": "Who", "role": "As", "at": "When (UTC)", "purpose": "For"}, alt="Who looked", empty="Nobody."
    )


def _listed(page: Page, agent_key: str) -> None:
    kept = journal_of(page).check_ins(agent_key, me=page.scope.agent_key)
    if not kept:
        st.caption("Nothing written down yet.")
    for one in kept[:10]:
        whose = "not shared" if not one.is_shared else one.created_by
        st.text(f"{day_reads(one.happened_on)}, {whose}: {one.text}")
        if one.prefers:
            st.caption(plain(f"Would rather do: {one.prefers}"))


def _teams(told: Strain, agent_key: str) -> frozenset[str]:
    history = told.history(agent_key)
    return frozenset(json.loads(history["team_keys"].iloc[-1])) if len(history) else frozenset()
