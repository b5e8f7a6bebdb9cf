"""The web process, ``streamlit run dashboard.py``: read by the server, for ``app``, and as the script of every run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

# Reader → file, title, icon. In folders: what stands in pages/ itself is served before sign-in.
PAGES = {
    "Executive": [("executive/headline", "Headline", "monitoring")],
    "Manager": [
        ("manager/weekly_review", "Weekly review", "event_available"),
        ("manager/goals", "Goals & reviews", "flag"),
        ("manager/digest", "Digest preview", "mail"),
        ("manager/alerts", "Alerts", "notifications"),
        ("manager/workload", "Workload", "balance"),
        ("manager/agents", "Agents", "groups"),
        ("manager/forecast", "Forecast & staffing", "trending_up"),
        ("manager/wellbeing", "Wellbeing · burnout risk", "favorite"),
    ],
    "Agent": [("agent/my_weeks", "My weeks", "person")],
    "Analyst": [
        ("analyst/explore", "Explore", "query_stats"),
        ("analyst/automation", "Automation & self-service", "smart_toy"),
        ("analyst/customers", "Customers", "handshake"),
        ("analyst/definitions", "Definitions", "menu_book"),
        ("analyst/data_health", "Data health", "verified"),
    ],
}


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Warm up before the first connection is accepted."""
    from ui import access, observed
    from ui.warm import warm_up

    warm_up()
    with observed.watched(access.house().settings):
        yield


def _page(file: str, title: str, icon: str) -> Any:
    from ui.names import page_path

    return st.Page(f"pages/{file}.py", title=title, icon=f":material/{icon}:", url_path=page_path(title))


def main() -> None:
    """Show the navigation and run the page asked for, to who may see it."""
    from ui import access, grants, sign_in, theme

    st.set_page_config(page_title="Deskpulse", page_icon=theme.FAVICON, layout="wide", initial_sidebar_state="auto")
    theme.apply()
    if (viewer := sign_in.let_in()) is None:
        return
    may = {reader: [one for one in pages if grants.may_open(viewer.scope, one[1])] for reader, pages in PAGES.items()}
    sections = {reader: [_page(*one) for one in pages] for reader, pages in may.items() if pages}
    landing = next(page for pages in sections.values() for page in pages if page.title == grants.landing(viewer.scope))
    start = st.Page(lambda: grants.start(landing), title="Start", default=True, visibility="hidden")
    chosen = st.navigation({"": [start], **sections}, expanded=True)  # behind "view more" nobody would find a page
    try:
        chosen.run()
    finally:  # also where the page ended its run
        sign_in.foot(viewer)
        access.run_is_over()


if __name__ == "__main__":
    main()
else:
    from config.cli import guarded
    from ui.access import refuse_to_start

    if guarded(refuse_to_start):
        raise SystemExit(1)
    app = st.App(__file__, lifespan=lifespan)
