"""How much somebody carries: effort, hours, rest and the kind of work, beside their own usual and their team's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from forecasting.strain.facts import KEY, day_facts, people, repetitive_categories, short_rests, waiting_ages
from metrics.published import Build

OWN_WEEKS, OWN_GAP, OWN_LEAST = 26, 4, 4
STEADY_WEEKS: Final = 4  # what a single week tells badly is told over four
BUSY: Final = 0.85  # of occupancy or utilization; 70 to 80 % is the aim
LONG_RUN_DAYS: Final = 7
COLUMNS: Final = ["agent_key", "week", "signal", "value", "usual", "team_usual", "is_high"]

# What makes a value worth looking at: value, own usual, the team's median, the week before; all by agent-week. Limits
# that hold for everybody (85 % busy, seven days in a row, rest) ask for neither usual.
Rule = Callable[[pd.DataFrame], "pd.Series[bool]"]


def _above(share: float, points: float) -> Rule:
    """More than the own usual by a share of it and by so much; where no usual is known, more than the team's."""

    def rule(told: pd.DataFrame) -> pd.Series[bool]:
        against = told["usual"].fillna(told["team_usual"])
        return (told["value"] > share * against) & (told["value"] > against + points) & _beyond_both(told)

    return rule


def _beyond_both(told: pd.DataFrame) -> pd.Series[bool]:
    """Above the own usual and not below the team's median, as far as they are known.

    Who comes back to what the team does carries no more than anybody; who always did it is no news.
    """
    return ~(told["value"] <= told["usual"]) & ~(told["value"] < told["team_usual"])


RULES: Final[dict[str, Rule]] = {
    "effort_points": _above(1.35, 5),
    "points_per_hour": lambda told: (told["value"] > 1.35 * told["team_usual"]) & (told["value"] > 1.2 * told["usual"]),
    "occupancy": lambda told: (told["value"] > BUSY) & (told["week_before"] > BUSY),
    "utilization": lambda told: (told["value"] > BUSY) & (told["week_before"] > BUSY),
    "after_hours_share": _above(1.5, 0.05),
    "weekend_share": _above(1.5, 0.05),
    "unbroken_days": lambda told: told["value"] >= LONG_RUN_DAYS,
    "short_rests": lambda told: told["value"] >= 1,
    "queue_age_days": lambda told: (told["value"] > 2 * told["team_usual"]) & (told["value"] > 3) & _beyond_both(told),
    "hard_contacts": _above(1.5, 1.5),
    "switches_per_hour": _above(1.3, 0.5),
    "repetitive_share": lambda told: (
        (told["value"] > 0.6) & (told["value"] > told["team_usual"] + 0.15) & _beyond_both(told)
    ),
}
HEAVY: Final = ("effort_points", "points_per_hour", "occupancy", "utilization")  # any makes the load band "high"
HEAVY_TOGETHER: Final = 2  # and so do so many of the others


def loads(build: Build, weekly: pd.DataFrame) -> pd.DataFrame:
    """Return everybody's load facts, one row an agent, week and signal that can be told; columns ``COLUMNS``."""
    wide = _wide(build, weekly)
    if wide.empty:
        return pd.DataFrame(columns=COLUMNS)
    team = wide.index.get_level_values("agent_key").map(people(build).set_index("agent_key")["team_key"].to_dict())
    told = [_signal(name, wide[name], np.asarray(team, dtype=object)) for name in RULES]
    return pd.concat(told, ignore_index=True)[COLUMNS]


def load_bands(told: pd.DataFrame) -> pd.DataFrame:
    """Return each agent-week's band: columns ``agent_key, week, load_band`` (usual or high)."""
    high = told[told["is_high"]]
    heavy = high["signal"].isin(HEAVY)
    count = high.assign(weight=np.where(heavy, HEAVY_TOGETHER, 1)).groupby(KEY)["weight"].sum()
    every = told[KEY].drop_duplicates()
    weight = pd.Series(count.reindex(pd.MultiIndex.from_frame(every), fill_value=0).to_numpy(), index=every.index)
    return every.assign(load_band=np.where(weight >= HEAVY_TOGETHER, "high", "usual"))


def _wide(build: Build, weekly: pd.DataFrame) -> pd.DataFrame:
    """Return signals by agent and week: every week from an agent's first to their last, worked or not."""
    days = day_facts(build)
    work = weekly.assign(
        repetitive=weekly["tickets"].where(weekly["category"].isin(repetitive_categories(build)), 0.0),
        hard=weekly["escalated"].fillna(0) + (weekly["csat_n"] - weekly["csat_good"]).fillna(0),
    )
    done = work.rename(columns={"agent": "agent_key"}).groupby(KEY)[["tickets", "repetitive", "hard"]].sum()
    told = days.set_index(KEY).join(done, how="left").reset_index()
    for extra in (short_rests(build), waiting_ages(build)):
        told = told.merge(extra, on=KEY, how="left")
    told = told[told["agent_key"].isin(people(build)["agent_key"])]
    if told.empty:
        return told
    told = _every_week(told)
    there = told["actions"].notna()
    steady = _four_weeks(told).where(there, np.nan)
    worked = _four_weeks(there.astype(np.float64).to_frame("weeks"))["weeks"]
    scheduled = told["scheduled_seconds"].where(told["scheduled_seconds"] >= 8 * 3600)
    return pd.DataFrame(
        {
            "effort_points": steady["solved_points"] / worked,
            "points_per_hour": steady["solved_points"] * 3600 / steady["scheduled_seconds"].where(scheduled.notna()),
            "occupancy": told["serving_seconds"] / (told["serving_seconds"] + told["available_seconds"]),
            "utilization": told["logged_seconds"] / scheduled,
            "after_hours_share": steady["after_hours_actions"] / steady["actions"],
            "weekend_share": steady["weekend_actions"] / steady["actions"],
            "unbroken_days": told["days_in_a_row"],
            "short_rests": told["short_rests"].fillna(0).where(told["actions"].notna()),
            "queue_age_days": told["queue_age_days"],
            "hard_contacts": steady["hard"] / worked,
            "switches_per_hour": steady["context_switches"] * 3600 / steady["handling_seconds"],
            "repetitive_share": steady["repetitive"] / steady["tickets"],
        },
        index=told.index,
    ).replace([np.inf, -np.inf], np.nan)


def _four_weeks(told: pd.DataFrame) -> pd.DataFrame:
    sums = told.groupby(level="agent_key").rolling(STEADY_WEEKS, min_periods=1).sum()
    return pd.DataFrame(sums.to_numpy(), index=told.index, columns=told.columns)


def _every_week(told: pd.DataFrame) -> pd.DataFrame:
    spans = told.groupby("agent_key")["week"].agg(["min", "max"])
    index = [
        (agent, week) for agent, first, last in spans.itertuples() for week in pd.date_range(first, last, freq="7D")
    ]
    return told.set_index(KEY).reindex(pd.MultiIndex.from_tuples(index, names=KEY)).astype(np.float64)


def _signal(name: str, value: pd.Series, team: np.ndarray) -> pd.DataFrame:
    own = value.groupby(level="agent_key")
    usual = own.transform(lambda weeks: weeks.shift(OWN_GAP).rolling(OWN_WEEKS, min_periods=OWN_LEAST).mean())
    mates = value.groupby([pd.Series(team, index=value.index), value.index.get_level_values("week")])
    told = pd.DataFrame(
        {"value": value, "usual": usual, "team_usual": mates.transform("median"), "week_before": own.shift()}
    )
    told["is_high"] = RULES[name](told).fillna(False).astype(bool)
    known = told[told["value"].notna()].drop(columns="week_before")
    return known.reset_index().assign(signal=name)
