"""Working hours of the busy month: rosters, availability, logged time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any


def working_hours(start: datetime, agents: tuple[str, ...]) -> dict[str, Any]:
    """Tell of four weeks of rosters at a rate, availability and, for the first agent, logged time on every ticket."""
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
    hours = {"rosters": rosters, "agent_statuses": statuses, "time_entries": entries}
    return hours | {"settings": {"loaded_rate_per_hour": 36.0}}


def with_a_quiet_team(told: dict[str, Any], weeks: int = 12) -> dict[str, Any]:
    """Add a team of two that works at one pace for weeks before: what is told of a team's habits needs a past."""
    lines: list[str] = []
    rosters = []
    first = datetime(2025, 12, 29, 8)  # noqa: DTZ001 - UTC, as all events of a story
    for day in (first + timedelta(days=7 * week + day) for week in range(weeks) for day in range(5)):
        for agent, tickets in (("ned", 3), ("oda", 2)):
            begins, ends = day + timedelta(hours=1), day + timedelta(hours=9)
            rosters.append({"agent_id": agent, "starts_at": begins, "ends_at": ends, "activity": "tickets"})
            for number in range(tickets):
                ticket, at = f"V{len(lines)}", day + timedelta(hours=2 + number)
                category = "login" if day - first > timedelta(days=70) and number else "billing"
                lines.append(f"{at} requester:v{number} created ticket={ticket} category={category} channel=email")
                lines.append(f"{at} system team to=violet ticket={ticket}")
                lines.append(f"{at + timedelta(minutes=9)} agent:{agent} message ticket={ticket}")
                lines.append(f"{at + timedelta(minutes=9)} agent:{agent} solved ticket={ticket}")
    today = told["as_of"]
    ends = today + timedelta(hours=8)
    rosters.append({"agent_id": "ned", "starts_at": today, "ends_at": ends, "activity": "tickets"})
    joined = {"ned": date(2025, 1, 13), "oda": date(2025, 11, 30)}
    people = [{"agent_id": a, "name": a.title(), "team_id": "violet", "joined_on": day} for a, day in joined.items()]
    return told | {
        "events": "\n".join([told["events"], *lines]),
        "agents": [*told["agents"], *people],
        "teams": [*told["teams"], {"team_id": "violet", "name": "Violet"}],
        "rosters": [*told["rosters"], *rosters],
    }
