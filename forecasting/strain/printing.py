"""``forecasting strain``: the answer as JSON and as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from forecasting.strain.bands import BAND_NAMES, TALK, WATCH
from forecasting.strain.drift import Drift, drift
from forecasting.strain.signals import NAMES
from forecasting.strain.weekly import read_weekly

SHOWN_AGENTS: Final = 40


def strained(path: Path) -> Drift:
    """Return the drift of everybody in a file. Raises ``BadInput``."""
    return drift(read_weekly(path))


def as_json(told: Drift) -> dict[str, Any]:
    """Return one row an agent-week; ``z`` is null and nothing contributes while there is not enough to tell."""
    weeks = np.datetime_as_string(told.weekly.weeks, unit="D")
    who, when = np.nonzero(told.weekly.listed())
    z, parts = told.z[who, when].tolist(), told.parts[:, who, when].T.tolist()
    band = told.band[who, when].astype(np.int64).tolist()
    rows = []
    for place, (agent, week) in enumerate(zip(who.tolist(), when.tolist(), strict=True)):
        known = z[place] == z[place]
        rows.append(
            {
                "agent": told.weekly.agents[agent],
                "week": str(weeks[week]),
                "z": z[place] if known else None,
                "band": BAND_NAMES[band[place]],
                "contributions": dict(zip(NAMES, parts[place], strict=True)) if known else {},
            }
        )
    return {"rows": rows}


def print_strain(told: Drift) -> None:
    """Print the newest week of who is in "watch" or "talk", by name, and how many are in which band."""
    last = told.present.shape[1] - 1 - np.argmax(told.present[:, ::-1], axis=1)
    newest = told.band[np.arange(len(last)), last].astype(np.int64)
    console = Console(width=120)
    shown = Table("agent", "team", "week", "band", "z", *NAMES, box=None)
    teams = told.weekly.team_of()
    for agent in np.flatnonzero((newest == WATCH) | (newest == TALK))[:SHOWN_AGENTS]:
        week = last[agent]
        figures = (f"{part:+.2f}" for part in told.parts[:, agent, week])
        team = told.weekly.teams[teams[agent, week]]
        day = str(told.weekly.weeks[week])
        shown.add_row(
            told.weekly.agents[agent], team, day, BAND_NAMES[newest[agent]], f"{told.z[agent, week]:.2f}", *figures
        )
    if shown.row_count:
        console.print(shown)
    counts = np.bincount(newest, minlength=len(BAND_NAMES))
    console.print(", ".join(f"{count} {name}" for name, count in zip(BAND_NAMES, counts, strict=True)))
    console.print("An occasion for a conversation, never a diagnosis or a rating: about half of such flags are chance.")
