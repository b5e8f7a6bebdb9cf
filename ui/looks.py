"""Figures of one single person are looked at: that is written down, as looks at strain are, and they see who did."""

from __future__ import annotations

from typing import Final

from metrics.people import agent_keys
from ui.filters import Where
from ui.notes import journal_of
from ui.page import Page

PURPOSES: Final = {  # what the person reads, by what was looked at
    "figures": "Their figures over time, on the page Agents",
    "open work": "Their open work, on the page Workload",
    "explored": "Figures filtered to them, on the page Explore",
}


def at_one(page: Page, what: str, agent: str) -> None:
    """Write down that the viewer looks at ``what`` (of ``PURPOSES``) of one agent, by name; several at once are none.

    What is seen again within a quarter of an hour is the same look.
    """
    scope, build = page.scope, page.build
    if keys := page.made(("agent keys", agent), lambda: agent_keys(agent, scope, build)):
        journal_of(page).log_looks(what, keys, role=scope.role, purpose=PURPOSES[what])


def where_one(page: Page, what: str, where: Where) -> None:
    """Write down the look where the part of the desk that is shown is one agent."""
    for name, agents in where:
        if name == "agent" and len(agents) == 1:
            at_one(page, what, agents[0])
