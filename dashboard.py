"""The web process: ``streamlit run dashboard.py``.

The file is read twice: by the server, for ``app``, which warms up before anybody is let in; and as the script of
every run, which shows the navigation and the page asked for.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st

# What the first reader would otherwise wait for.
WARM = ("altair", "duckdb_sqlalchemy", "pandas", "pyarrow", "ui.page", "ui.cards", "ui.tables", "ui.definitions")

# Reader → file, title, icon. Files stand in folders: what stands in pages/ itself is served before sign-in.
PAGES = {
    "Executive": [("executive/headline", "Headline", "monitoring")],
    "Manager": [("manager/weekly_review", "Weekly review", "event_available")],
    "Analyst": [
        ("analyst/explore", "Explore", "query_stats"),
        ("analyst/definitions", "Definitions", "menu_book"),
        ("analyst/data_health", "Data health", "verified"),
    ],
}


def warm_up() -> None:
    """Import what pages need, open the build, and freeze what stays: Streamlit collects garbage after every run."""
    for module in WARM:
        importlib.import_module(module)
    from streamlit.runtime.pages_manager import PagesManager

    from ui import access, charts

    # As st.navigation does in its first run: before that, a link to a page would be "not found", or found in pages/.
    PagesManager.uses_pages_directory = False

    charts.spark_spec(), charts.bullet_spec()
    with suppress(Exception):  # the page says what is wrong with the build, and the log
        access.published()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Warm up before the first connection is accepted."""
    warm_up()
    yield


def _page(file: str, title: str, icon: str) -> Any:
    path = title.lower().replace(" ", "-")
    return st.Page(
        f"pages/{file}.py", title=title, icon=f":material/{icon}:", url_path=path, default=title == "Headline"
    )


def main() -> None:
    """Show the navigation and run the page asked for."""
    from ui import access, theme

    st.set_page_config(page_title="Deskpulse", page_icon=theme.FAVICON, layout="wide", initial_sidebar_state="auto")
    st.logo(theme.LOGO, icon_image=theme.FAVICON, size="large")
    theme.apply()
    chosen = st.navigation({reader: [_page(*page) for page in pages] for reader, pages in PAGES.items()})
    try:
        chosen.run()
    finally:  # also where the page ended its run
        st.sidebar.caption(access.LOCAL_MODE)


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, lifespan=lifespan)
