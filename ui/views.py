"""Saved views: this page as it stands, under a name, for oneself or for everybody who may see it."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs, urlencode

import streamlit as st

from journal import SavedView
from ui.notes import journal_of
from ui.page import Page

MOST_VIEWS = 30


def saved(page: Page, name: str) -> None:
    """Show the views of a page that the viewer may open, and a form that keeps the present one."""
    journal = journal_of(page)
    kept = journal.views(name)
    with st.popover(f"Views ({len(kept)})" if kept else "Views", icon=":material/bookmark:"):
        for view in kept[:MOST_VIEWS]:
            st.html(link(view, page.scope.viewer))
        if not kept:
            st.caption("None yet. A view keeps metrics, split, span, filters and what is open, under a name.")
        with st.form("save_view", clear_on_submit=True, border=False):
            title = st.text_input("Name", max_chars=80, placeholder="Keep this view as …")
            is_shared = st.toggle("For everybody who may see this page")
            if st.form_submit_button("Keep", icon=":material/bookmark_add:") and title.strip():
                query = urlencode(_all(), doseq=True)
                journal.save_view(title, page=name, query=query, is_shared=is_shared, teams=page.scope.teams)
                st.rerun()


def _all() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def link(view: SavedView, viewer: str) -> str:
    """Return a view as a link; it loads the page anew, as a link within the session leaves the URL behind."""
    query = urlencode(parse_qs(view.query), doseq=True)  # only ever a query, whatever was kept
    owner = "" if view.owner == viewer else f" · {view.owner}"
    return f'<a href="{escape(f"{view.page}?{query}")}">{escape(f"{view.name}{owner}")}</a>'
