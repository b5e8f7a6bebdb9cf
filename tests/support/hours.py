"""Working hours of the busy month: rosters, availability, logged time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any


def working_hours(start: datetime, agents: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    """Tell of four weeks of rosters, availability and, for the first agent, logged time on every ticket."""
    rosters, statuses, entries = [], [], []
    plan = {"tickets": (1, 6), "meeting": (7, 1), "training": (8, 1), "documentation": (9, 1)}
    for day, agent in ((day, agent) for day in range(28) for agent in agents):
        opens = start + timedelta(days=day)
        for activity, (after, length) in plan.items():
            begins = opens + timedelta(hours=after)
            ends = begins + timedelta(hours=length)
            rosters.append({"agent_id": agent, "starts_at": begins, "ends_at": ends, "activity": activity})
        for status, (after, length) in {"handling": (1, 3), "available": (4, 2), "away": (6, 1)}.items():
            begins = opens + timedelta(hours=after)
            ends = begins + timedelta(hours=length)
            statuses.append({"agent_id": agent, "started_at": begins, "ended_at": ends, "status": status})
    for number in range(1, 61):
        began = start + timedelta(hours=9 * number)
        entry = {"time_entry_id": f"E{number}", "ticket_id": f"T{number}", "agent_id": agents[0]}
        entries.append(entry | {"started_at": began, "seconds": 300})
    return {"rosters": rosters, "agent_statuses": statuses, "time_entries": entries}
