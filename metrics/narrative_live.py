"""Sentences about the desk as of now: who has room, who holds too much."""

from __future__ import annotations

import pandas as pd

from metrics.narrative import listed
from metrics.reading import Style

NAMED = 3


def room_reads(
    room: pd.DataFrame, overloaded: pd.DataFrame, away: pd.DataFrame, unassigned: float | None, style: Style
) -> list[str]:
    """Return who could take what: frames as ``metrics.live`` gives them, most room and most loaded first."""
    sentences = []
    if len(overloaded):
        names = [f"{row.agent} ({style.number(-float(row.bandwidth), 1)} points over)" for row in _first(overloaded)]
        holds = "holds" if len(overloaded) == 1 else "hold"
        sentences.append(f"{listed(names)}{_more(len(overloaded))} {holds} more than a day's work at their own pace.")
    if len(room):
        names = [f"{row.agent} ({style.number(float(row.bandwidth), 1)} points, {row.team})" for row in _first(room)]
        what = "what is not assigned" if unassigned else "work from others"
        sentences.append(f"Could take {what}: {listed(names)}{_more(len(room))}.")
    elif len(overloaded):
        sentences.append("Nobody has room today: postpone, borrow from another team, or say so to customers.")
    if len(away):
        points = style.number(float(away["points"].sum()))
        who = "1 person" if len(away) == 1 else f"{len(away)} people"
        sentences.append(f"{points} points wait on {who} not rostered today.")
    return sentences


def _first(frame: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in frame.head(NAMED).iterrows()]


def _more(count: int) -> str:
    return f" and {count - NAMED} more" if count > NAMED else ""
