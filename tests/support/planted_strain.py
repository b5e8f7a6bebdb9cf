"""A demo of one seed, everybody's drift and load in it, and how both compare with what was planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from config.settings import Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from forecasting.strain.bands import TALK, WATCH
from forecasting.strain.drift import Drift, drift
from forecasting.strain.facts import weekly_facts
from forecasting.strain.load import load_bands, loads
from forecasting.strain.weekly import weekly_of
from metrics.published import Build, current_build

UNTIL = datetime(2026, 11, 22, 3, tzinfo=UTC)
WITHIN = pd.Timedelta(weeks=8)


@dataclass(frozen=True)
class PlantedStrain:
    """What was found of the two who slide and of everybody else; ``highest`` are sliders' scores within 8 weeks."""

    seed: int
    highest: list[float]
    found: list[bool]
    busy_loaded: bool
    busy_watched: bool
    false_talks: int
    false_watches: int
    agent_years: float


def build_of(folder: Path, seed: int, tickets: int = 52_000, days: int = 400) -> tuple[Build, dict[str, Any]]:
    """Simulate and publish a helpdesk; returns its build and its truth. Half the demo's own tickets a day."""
    truth = write_demo(folder / "demo", tickets=tickets, days=days, until=UNTIL, seed=seed)
    settings = replace(Settings(), home=folder / "home")
    run([FileSource("demo", (folder / "demo",))], settings, UNTIL, lambda _: None)
    return current_build(settings), truth


def judged(seed: int, build: Build, truth: dict[str, Any]) -> PlantedStrain:
    """Compare a build's drift with its truth."""
    facts = weekly_facts(build)
    told = drift(weekly_of(facts))
    begins = {one["agent_id"]: pd.Timestamp(one["begins"]).tz_localize(None) for one in truth["sliders"]}
    highest = [_highest(told, f"demo:{agent}", first) for agent, first in begins.items()]
    others = np.array([name.removeprefix("demo:") not in begins for name in told.weekly.agents])
    busy = told.weekly.agents.index(f"demo:{truth['busy']['agent_id']}")
    since = told.weekly.weeks >= np.datetime64(truth["busy"]["begins"][:10])
    return PlantedStrain(
        seed,
        [float(z) for z, _ in highest],
        [found for _, found in highest],
        _is_loaded(build, facts, truth),
        bool((told.band[busy, since] >= WATCH).any()),
        _spells(told.band[others] == TALK),
        _spells(told.band[others] >= WATCH),
        float(np.isfinite(told.z[others]).sum() / 52),
    )


def _is_loaded(build: Build, facts: pd.DataFrame, truth: dict[str, Any]) -> bool:
    """Tell whether the busy one's load is high in at least half of the weeks since."""
    heavy = load_bands(loads(build, facts))
    mine = heavy[
        (heavy["agent_key"] == f"demo:{truth['busy']['agent_id']}") & (heavy["week"] > truth["busy"]["begins"][:10])
    ]
    return bool((mine["load_band"] == "high").mean() >= 0.5)


def _highest(told: Drift, agent: str, begins: pd.Timestamp) -> tuple[float, bool]:
    weeks = pd.DatetimeIndex(told.weekly.weeks)
    window = (weeks + pd.Timedelta(days=7) > begins) & (weeks < begins + WITHIN)
    row = told.weekly.agents.index(agent)
    return float(np.nanmax(told.z[row, window], initial=-9)), bool((told.band[row, window] >= WATCH).any())


def _spells(high: Any) -> int:
    return int((high[:, 1:] & ~high[:, :-1]).sum() + high[:, 0].sum())
