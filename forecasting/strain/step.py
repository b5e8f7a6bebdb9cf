"""The step ``strain``: who is carrying too much: drift and load of people and teams, and what would help."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pandas as pd

from config.settings import Settings
from forecasting.strain import facts, proposals
from forecasting.strain.bands import BAND_NAMES, WATCH, bands
from forecasting.strain.drift import Drift, drift
from forecasting.strain.load import load_bands, loads
from forecasting.strain.readable import readable
from forecasting.strain.teams import team_scores
from forecasting.strain.weekly import weekly_of
from journal.basis import individual_basis
from metrics.outlook_kinds import OutlookTable
from metrics.outlook_strain import (
    STRAIN,
    STRAIN_MISSING,
    STRAIN_MOVE,
    STRAIN_SIGNAL,
    STRAIN_TABLES,
    STRAIN_TEAM,
    STRAIN_THANKS,
)
from metrics.published import Build

SIGNAL_WEEKS: Final = 8
TEAM_WEEKS: Final = 57  # thirteen months


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the step's tables for the published build.

    Drift of single persons is stored only from the day they were told of it, for a purpose; load always.
    """
    weekly, people = facts.weekly_facts(build), facts.people(build)
    if weekly.empty or people.empty:
        return {told.name: pd.DataFrame(columns=told.names) for told in STRAIN_TABLES}
    told = drift(weekly_of(weekly))
    load = loads(build, weekly)
    heavy = load_bands(load)
    individual = individual_basis(settings).holds_on(build.as_of.date())
    moves = proposals.moves(people, weekly, load, _flagged(told, heavy, individual))
    return {
        STRAIN.name: _framed(STRAIN, people, _weeks(told, heavy, weekly, individual, settings.keep_people_weeks)),
        STRAIN_SIGNAL.name: _framed(STRAIN_SIGNAL, people, _signals(told, load, individual)),
        STRAIN_TEAM.name: _teams(told, heavy, people),
        STRAIN_THANKS.name: _framed(STRAIN_THANKS, people, proposals.thanks(build, people, weekly)),
        STRAIN_MOVE.name: _framed(STRAIN_MOVE, people, moves),
        STRAIN_MISSING.name: _keyed(STRAIN_MISSING, proposals.missing(people, weekly, load)),
    }


def drift_rows(told: Drift, weeks: int) -> pd.DataFrame:
    """Return drift of the last so many weeks, one row an agent-week: ``agent_key, week, z, band``."""
    who, when = np.nonzero(told.present[:, -weeks:])
    when = when + max(told.present.shape[1] - weeks, 0)
    return pd.DataFrame(
        {
            "agent_key": np.array(told.weekly.agents, dtype=object)[who],
            "week": pd.DatetimeIndex(told.weekly.weeks)[when].astype("datetime64[s]"),
            "z": told.z[who, when],
            "band": np.array(BAND_NAMES, dtype=object)[told.band[who, when].astype(np.int64)],
        }
    )


def _weeks(told: Drift, heavy: pd.DataFrame, weekly: pd.DataFrame, individual: bool, kept_weeks: int) -> pd.DataFrame:
    rows = drift_rows(told, kept_weeks)
    if not individual:
        rows["z"], rows["band"] = np.nan, "off"
    size = weekly.groupby(["agent", "week"])[["tickets", "effort_points"]].sum()
    size = size.rename(columns={"effort_points": "points"}).rename_axis(facts.KEY).reset_index()
    return (
        rows.merge(size, on=facts.KEY, how="left").merge(heavy, on=facts.KEY, how="left").fillna({"load_band": "usual"})
    )


def _flagged(told: Drift, heavy: pd.DataFrame, individual: bool) -> set[str]:
    """Return who is shown as carrying a lot or, where drift of persons is told, as sliding, in the newest week."""
    flagged = set(heavy.loc[(heavy["week"] == heavy["week"].max()) & (heavy["load_band"] == "high"), "agent_key"])
    if individual:
        rows = drift_rows(told, 1)
        flagged |= set(rows.loc[rows["band"].isin(BAND_NAMES[WATCH:]), "agent_key"])
    return flagged


def _signals(told: Drift, load: pd.DataFrame, individual: bool) -> pd.DataFrame:
    newest = pd.Timestamp(told.weekly.weeks[-1])
    recent = load[load["week"] > newest - pd.Timedelta(weeks=SIGNAL_WEEKS)].assign(
        part="load", contribution=np.nan, n=np.nan
    )
    if not individual:
        return recent
    return pd.concat([readable(told, SIGNAL_WEEKS), recent], ignore_index=True)


def _teams(told: Drift, heavy: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    z = team_scores(told)
    band = bands(z, np.isfinite(z))
    rows = drift_rows(told, TEAM_WEEKS).merge(heavy, on=facts.KEY, how="left")
    of_week = told.weekly.team_of()
    place = {agent: at for at, agent in enumerate(told.weekly.agents)}
    week_at = {pd.Timestamp(week): at for at, week in enumerate(told.weekly.weeks)}
    at = rows["week"].map(week_at).to_numpy()
    rows["team_at"] = of_week[rows["agent_key"].map(place).to_numpy(), at]
    rows["at"] = at
    rows["is_told"], rows["is_watched"] = rows["z"].notna(), rows["band"].isin(BAND_NAMES[WATCH:])
    rows["is_loaded"] = rows["load_band"] == "high"
    counts = rows.groupby(["team_at", "at", "week"], as_index=False).agg(
        members=("agent_key", "size"),
        told=("is_told", "sum"),
        watched=("is_watched", "sum"),
        loaded=("is_loaded", "sum"),
    )
    names = dict(zip(people["team_key"], people["team"], strict=True))
    keys = [told.weekly.teams[at] for at in counts["team_at"]]
    counts = counts.assign(
        team_key=keys,
        team=[names.get(key, "") for key in keys],
        z=z[counts["team_at"], counts["at"]],
        band=np.array(BAND_NAMES, dtype=object)[band[counts["team_at"], counts["at"]].astype(np.int64)],
    )
    return _keyed(STRAIN_TEAM, counts[counts["team"] != ""])


def _framed(told: OutlookTable, people: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of people who work there, with their names and teams, as the table has them."""
    if rows.empty:
        return pd.DataFrame(columns=told.names)
    named = people[["agent_key", "agent", "team_key", "team"]].merge(rows, on="agent_key")
    return _keyed(told, named)


def _keyed(told: OutlookTable, rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame(columns=told.names)
    extra: dict[str, Any] = {"team_keys": [json.dumps([key]) for key in rows["team_key"]]}
    if "week" in rows:
        extra["week_starts_on"] = rows["week"].dt.date
    return rows.assign(**extra)[told.names].reset_index(drop=True)
