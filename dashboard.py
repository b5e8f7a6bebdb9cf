"""The web process: ``streamlit run dashboard.py``.

The file is read twice: by the server, for ``app``, which warms up before anybody is let in; and as the script of
every run, which shows the navigation and the page asked for.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

# Reader → file, title, icon. Files stand in folders: what stands in pages/ itself is served before sign-in.
PAGES = {
    "Executive": [("executive/headline", "Headline", "monitoring")],
    "Manager": [
        ("manager/weekly_review", "Weekly review", "event_available"),
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
    from ui.warm import warm_up

    warm_up()
    yield


def _page(file: str, title: str, icon: str) -> Any:
    path = "-".join(re.findall("[a-z]+", title.lower()))
    return st.Page(
        f"pages/{file}.py", title=title, icon=f":material/{icon}:", url_path=path, default=title == "Headline"
    )


def main() -> None:
    """Show the navigation and run the page asked for."""
    from ui import access, theme

    st.set_page_config(page_title="Deskpulse", page_icon=theme.FAVICON, layout="wide", initial_sidebar_state="auto")
    st.logo(theme.LOGO, icon_image=theme.FAVICON, size="large")
    theme.apply()
    chosen = st.navigation(
        {reader: [_page(*page) for page in pages] for reader, pages in PAGES.items()},
        expanded=True,  # a page behind "view more" is a page nobody finds
    )
    try:
        chosen.run()
    finally:  # also where the page ended its run
        st.sidebar.caption(access.LOCAL_MODE)


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, lifespan=lifespan)
