"""The audit of topics: what follows a path, what needs judgment, and how many hours automation would free.

One row a category of the 90 days up to the build (``fct_category_window``). A candidate follows a path: predictable
and simple enough, as ``config/automation_potential.toml`` says. The hours it would free are those that went into its
tickets which stayed on the path; their interval is what chance would do to as many days of the same work (a compound
Poisson sum: half its width is z · √Σx²).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from config.weights import load_automation_potential
from metrics.measures import Z
from metrics.published import Build
from metrics.question import Question
from metrics.rows import rows
from metrics.scope import Scope

HOUR = 3600.0
WINDOW_DAYS = 90
Quadrant = Literal["automate", "simplify", "leave", "expert"]
COLUMNS = (
    "category", "tickets", "is_path", "path_tickets", "hours", "low", "high", "automation_tickets", "predictability",
    "one_touch_share", "handling_evenness", "macro_share", "effort_points", "handling_minutes", "quadrant",
    "is_automatable",
)  # fmt: skip


@dataclass(frozen=True)
class PathRule:
    """What makes a path: at least so predictable (0 to 1), at most so many effort points."""

    predictability_from: float
    effort_points_to: float


def path_rule() -> PathRule:
    """Return the published rule. Raises ``BadSetting``."""
    weights, _ = load_automation_potential()
    return PathRule(weights["path_predictability_from"], weights["path_effort_points_to"])


def audit(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the categories of a part of the desk with ``COLUMNS``: candidates first, most hours freed first.

    ``question`` says which part (its metrics are not looked at); shares are fractions, ``handling_minutes`` the median.
    Raises ``UnknownDimension`` where the part is not told by category, and ``OutOfScope``.
    """
    found = rows(question.of(["automation_potential"]), scope, build, None)
    if found.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    half = Z * found["path_squares"].astype(float) ** 0.5 / HOUR
    hours = found["path_seconds"].astype(float) / HOUR
    many = found["tickets"].median()
    told = found.assign(
        category=found["category"].astype(str),
        is_path=found["is_path"].astype(bool),
        automation_tickets=found["amount"].astype(float),
        handling_minutes=found["handling_median_seconds"].astype(float) / 60,
        hours=hours,
        low=(hours - half).clip(lower=0),
        high=hours + half,
        quadrant=[
            _quadrant(bool(is_path), tickets >= many)
            for is_path, tickets in zip(found["is_path"], found["tickets"], strict=True)
        ],
    )
    order = ["is_path", "hours", "automation_tickets", "category"]
    return told.sort_values(order, ascending=[False, False, False, True], ignore_index=True)[list(COLUMNS)]


def _quadrant(is_path: bool, is_frequent: bool) -> Quadrant:
    if is_path:
        return "automate" if is_frequent else "simplify"
    return "expert" if is_frequent else "leave"


def candidates(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the categories that follow a path, most hours freed first."""
    return audited[audited["is_path"].astype(bool)].reset_index(drop=True)


def hours_freed(audited: pd.DataFrame) -> tuple[float, float, float]:
    """Return the hours all candidates would free together, with their interval: variances of categories add up."""
    found = candidates(audited)
    hours = float(found["hours"].sum())
    half = float((((found["high"] - found["hours"]).astype(float)) ** 2).sum()) ** 0.5
    return hours, max(hours - half, 0.0), hours + half
