"""Before anybody is let in: what the first reader would otherwise wait for."""

from __future__ import annotations

import gc
import importlib
from contextlib import suppress

WARM = ("altair", "duckdb_sqlalchemy", "pandas", "pyarrow", "ui.page", "ui.cards", "ui.tables", "ui.definitions")


def warm_up() -> None:
    """Import what pages need, open the build, and freeze what stays: Streamlit collects garbage after every run."""
    for module in WARM:
        importlib.import_module(module)
    from streamlit.runtime.pages_manager import PagesManager

    from metrics import Scope
    from ui import access, charts, filters

    # As st.navigation does in its first run: before that, a link to a page would be "not found", or found in pages/.
    PagesManager.uses_pages_directory = False

    charts.spark_spec(), charts.bullet_spec()
    with suppress(Exception):  # the page says what is wrong with the build, and the log
        filters.read_ahead(Scope.everything(), access.published())
    gc.collect()
    gc.freeze()
