"""What a plan for people assumes, and how good the backlog's projection was, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecasting.planning.backlog import Projection
from forecasting.planning.roster import Rostered
from forecasting.planning.work import Coming

UNITS = {"calls": "A call", "chats": "A chat", "deferred": "A written ticket"}


def told_assumption(one: Coming, rostered: Rostered, row: Mapping[str, Any]) -> str:
    """Return what is assumed about a kind of work of a team."""
    said = [f"{UNITS[one.work]} takes {one.handling_seconds / 60:.1f} minutes"]
    if one.work == "deferred":
        said.append(f"{row['level']:.0%} are answered within {row['within_open_hours']:g} opening hours")
    else:
        said.append(f"{row['level']:.0%} are answered within {row['within_seconds']:g} seconds")
        said.append(f"nobody is busy with them for more than {row['occupancy_cap']:.0%} of an hour")
    if one.patience_seconds is not None:
        said.append(f"callers give up after {one.patience_seconds / 60:.1f} minutes on average")
    elif one.work == "calls":
        said.append("callers wait as long as it takes")
    if one.work == "chats":
        said.append(f"{row['concurrency']} chats at once, each further one adding {row['slow_down']:.0%}")
    return f"{'; '.join(said)}. {_shrinkage(rostered, row)}"


def _shrinkage(rostered: Rostered, row: Mapping[str, Any]) -> str:
    if not rostered.is_known:
        return f"There is no roster; {row['in_shift']:.0%} of a shift and {row['absence']:.0%} absence are added."
    said = [
        "meetings and training are as rostered"
        if rostered.names_activities
        else f"{row['in_shift']:.0%} of a shift goes to breaks, meetings and learning",
        "leave is as rostered" if rostered.names_leave else f"{row['absence']:.0%} are absent",
    ]
    return f"{' and '.join(said).capitalize()}."


def told_backlog(told: Projection) -> str:
    """Return how the backlog is projected and how good that was."""
    if told.carried is None:
        made = "The weekday's usual backlog, or more where the roster could not close what comes at its best pace."
    else:
        carried = f"{told.carried:.0%}" if told.carried else "nothing"
        made = (
            f"The weekday's usual backlog, moved by arrivals and roster; {carried} of a day's surplus is carried over."
        )
    if told.error is None:
        return f"{made} How well that works cannot be told yet."
    went = f" Over {told.windows} spans of four weeks it was off by {told.error:.0f} tickets"
    if told.usual_error is not None and told.carried is not None:
        went += f" (the usual level alone: {told.usual_error:.0f})"
    held = "" if told.coverage80 is None else f"; the 80 % band held {told.coverage80:.0%} of days"
    return f"{made}{went}{held}."
