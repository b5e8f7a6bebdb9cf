"""Why a category follows a path, or needs judgment; what the audit of topics comes to. Tested words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from metrics.audit import WINDOW_DAYS, PathRule, candidates, hours_freed
from metrics.reading import Style

EVEN, UNEVEN = 0.25, 0.75  # spread of the middle half against the median: below goes alike, above does not
MACROS = 0.5  # of the tickets
ONE_REPLY = 0.8  # of the tickets solved in one reply: below, one reply is not the rule
QUADRANTS = {
    "automate": "Often, on a path: automate",
    "simplify": "Seldom, on a path: an article or a macro",
    "expert": "Often, needs judgment: help people be quick",
    "leave": "Seldom, needs judgment: leave it",
}


def reasons(row: Mapping[Any, Any], rule: PathRule, style: Style) -> list[str]:
    """Return what speaks for the verdict on a category (a row of ``metrics.audit.audit``), the weightiest first."""
    return _for_path(row, style) if row["is_path"] else _for_judgment(row, rule, style)


def _for_path(row: Mapping[Any, Any], style: Style) -> list[str]:
    said = []
    if pd.notna(row["one_touch_share"]):
        said.append(f"{style.percent(row['one_touch_share'], 0)} solved in one reply")
    if pd.notna(row["macro_share"]) and row["macro_share"] >= MACROS:
        said.append(f"{style.percent(row['macro_share'], 0)} answered with a macro")
    if pd.notna(row["handling_evenness"]) and 1 - row["handling_evenness"] <= EVEN:
        said.append("handling goes alike")
    said.append(f"{style.number(row['effort_points'], 1)} effort points on average")
    return said


def _for_judgment(row: Mapping[Any, Any], rule: PathRule, style: Style) -> list[str]:
    said = []
    if row["effort_points"] > rule.effort_points_to:
        said.append(f"{style.number(row['effort_points'], 1)} effort points on average")
    if pd.notna(row["one_touch_share"]) and row["one_touch_share"] < ONE_REPLY:
        said.append(f"only {style.percent(row['one_touch_share'], 0)} solved in one reply")
    if pd.notna(row["macro_share"]) and row["macro_share"] < MACROS:
        share = style.percent(row["macro_share"], 0)
        said.append("no macro answers it" if row["macro_share"] == 0 else f"a macro answers only {share}")
    if pd.notna(row["handling_evenness"]) and 1 - row["handling_evenness"] >= UNEVEN:
        said.append("one takes much longer than another")
    return said or [f"predictability of {style.percent(row['predictability'], 0)} is below the rule's"]


def summary_reads(audited: pd.DataFrame, style: Style) -> str:
    """Return what automating every candidate would free, in a sentence."""
    found = candidates(audited)
    if audited.empty:
        return f"No category of the last {WINDOW_DAYS} days is known well enough to audit."
    if found.empty:
        return f"None of {_count(len(audited), style)} follows a path: what there is needs judgment."
    hours, low, high = hours_freed(audited)
    first = ", ".join(str(name) for name in found["category"].head(3))
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    follow = "follows" if len(found) == 1 else "follow"
    return (
        f"{len(found)} of {_count(len(audited), style)} {follow} a path: {first}{more}. People spent "
        f"{style.number(hours)} hours of the last {WINDOW_DAYS} days on tickets of these that went that way; "
        f"another {WINDOW_DAYS} days of the same work would take {style.number(low)} to {style.number(high)} (95 %)."
    )


def _count(categories: int, style: Style) -> str:
    return f"{style.number(categories)} categor{'y' if categories == 1 else 'ies'}"
