"""Figures of one single person are looked at: that is written down, as looks at strain are, and they see who did."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from metrics.people import agent_keys
from ui.filters import Where
from ui.notes import journal_of
from ui.page import Page

PURPOSES: Final = {  # what the person reads, by what was looked at
    "figures": "Their figures over time, on the page Agents",
    "open work": "Their open work, on the page Workload",
    "explored": "Figures filtered to them, on the page Explore",
    "reviewed load": "Over or under capacity in a week, on the page Weekly review",
}


def at_one(page: Page, what: str, agent: str) -> None:
    """Write down that the viewer looks at ``what`` (of ``PURPOSES``) of one agent, by name; several at once are none.

    What is seen again within a quarter of an hour is the same look.
    """
    at_named(page, what, (agent,))


def at_named(page: Page, what: str, agents: Iterable[str]) -> None:
    """Write down the look at people who are singled out by name, each for themselves."""
    scope, build = page.scope, page.build
    found = [page.made(("agent keys", name), partial(agent_keys, name, scope, build)) for name in agents]
    if keys := sorted({key for keys in found for key in keys}):
        journal_of(page).log_looks(what, keys, role=scope.role, purpose=PURPOSES[what])


def where_one(page: Page, what: str, where: Where) -> None:
    """Write down the look where the part of the desk that is shown is one agent."""
    for name, agents in where:
        if name == "agent" and len(agents) == 1:
            at_one(page, what, agents[0])
