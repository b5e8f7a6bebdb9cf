"""Which pages a role opens. Who may not open a page finds it neither in the navigation nor by its address."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote, urlsplit

import streamlit as st

from metrics.scope import OutOfScope, Role, Scope

LOST: Final = "address_that_led_nowhere"  # in the session, until it is said
MY_WEEKS: Final = "My weeks"
WELLBEING: Final = "Wellbeing · burnout risk"
OPENED_BY: Final[dict[str, frozenset[Role]]] = {
    "Headline": frozenset({"executive", "manager", "analyst"}),
    "Weekly review": frozenset({"manager"}),
    "Goals & reviews": frozenset({"executive", "manager", "analyst"}),
    "Digest preview": frozenset({"executive", "manager", "analyst"}),
    "Alerts": frozenset({"executive", "manager", "analyst"}),
    "Workload": frozenset({"manager"}),
    "Agents": frozenset({"manager"}),
    "Forecast & staffing": frozenset({"executive", "manager", "analyst"}),
    WELLBEING: frozenset({"manager", "wellbeing"}),
    MY_WEEKS: frozenset({"agent"}),
    "Explore": frozenset({"manager", "analyst"}),
    "Automation & self-service": frozenset({"manager", "analyst"}),
    "Customers": frozenset({"manager", "analyst"}),
    "Definitions": frozenset({"executive", "manager", "analyst", "wellbeing", "agent", "admin"}),
    "Data health": frozenset({"analyst", "admin"}),
}
LANDING: Final[dict[Role, str]] = {
    "local": "Headline",
    "executive": "Headline",
    "manager": "Weekly review",
    "analyst": "Explore",
    "wellbeing": WELLBEING,
    "agent": MY_WEEKS,
    "admin": "Data health",
}


def may_open(scope: Scope, title: str) -> bool:
    """Tell whether a viewer may open a page; local mode opens them all, and who is an agent too, their own weeks."""
    if scope.role == "local" or (title == MY_WEEKS and bool(scope.role) and bool(scope.agent_key)):
        return title in OPENED_BY
    return scope.role in OPENED_BY.get(title, frozenset())


def landing(scope: Scope) -> str:
    """Return the page a viewer begins with."""
    return LANDING[scope.role]


def start(page: Any) -> None:
    """Lead to the page a viewer begins with; what the address says of it travels along.

    An address that leads nowhere leads here: the page it ends on says so (``lost``).
    """
    st.session_state[LOST] = unknown_path(st.context.url or "", str(st.get_option("server.baseUrlPath") or ""))
    st.switch_page(page, query_params=st.query_params.to_dict())


def unknown_path(url: str, base: str) -> str:
    """Return the path of an address below the server's own; empty at its root."""
    path, root = unquote(urlsplit(url).path).strip("/"), base.strip("/")
    return path[len(root) :].strip("/") if path == root or path.startswith(f"{root}/") else path


def lost() -> str:
    """Say once that an address led nowhere; empty where it did not. The path is the reader's: data, not markup."""
    path = st.session_state.pop(LOST, "")
    return f"There is no page at /{path} for you; this is where you begin." if path else ""


def refuse(scope: Scope, title: str) -> None:
    """Raise ``OutOfScope`` where a viewer may not open a page."""
    if not may_open(scope, title):
        raise OutOfScope("this page is not for your role: ask whoever grants access here")
