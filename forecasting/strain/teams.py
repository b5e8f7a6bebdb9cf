"""Drift of whole teams: what hit all of a team, against the team's own past. It is told before any person's."""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.strain.bands import UNIT
from forecasting.strain.drift import FIRST_WEEKS, SMOOTHING, Drift, smoothed
from forecasting.strain.expected import before
from forecasting.strain.levels import GAP_WEEKS, OWN_WEEKS, TEAM_SPREAD, Level
from forecasting.strain.signals import SIGNALS, Floats, Ints, Signal


def team_scores(told: Drift) -> Floats:
    """Return each team's drift by week, shape (teams, weeks); NaN in its first twelve weeks and where nobody worked."""
    team, teams = told.weekly.team_of(), len(told.weekly.teams)
    shape = (teams, team.shape[1])
    score, variance = np.zeros((2, *shape))
    for signal, level in zip(SIGNALS, told.levels, strict=True):
        off, info = _together(signal, level, team, teams)
        doubt = 1 / (before(info, OWN_WEEKS, GAP_WEEKS + 1) + 1 / TEAM_SPREAD[signal.kind])
        usual = before(info * off, OWN_WEEKS, GAP_WEEKS + 1) * doubt
        pull = signal.shift * info
        running = smoothed(pull, 1 - SMOOTHING, SMOOTHING)
        score += smoothed(pull * off, 1 - SMOOTHING, SMOOTHING) - running * usual
        variance += smoothed(pull * signal.shift, (1 - SMOOTHING) ** 2, SMOOTHING**2) + running**2 * doubt
    there = np.zeros(shape, dtype=bool)
    there[team[team >= 0], np.nonzero(team >= 0)[1]] = True
    first = np.argmax(there, axis=1)[:, None] + FIRST_WEEKS
    known = there & (np.arange(shape[1]) >= first) & (variance > 0)
    z: Floats = np.where(known, UNIT * score / np.sqrt(np.maximum(variance, 1e-12)), np.nan)
    return z


WEEK_LUCK: Final = {"share": 0.01, "log": 0.001}


def _together(signal: Signal, level: Level, team: Ints, teams: int) -> tuple[Floats, Floats]:
    """Return what a team's week was off by, the mean of what its members were spared, and one over its variance."""
    here = (team >= 0) & (level.info > 0)
    cell = (np.where(here, team, 0) * team.shape[1] + np.arange(team.shape[1])).ravel()
    size = teams * team.shape[1]
    known = np.maximum(1 / level.team_doubt - 1 / TEAM_SPREAD[signal.kind], 0)
    unshrunk = level.team / np.maximum(1 - level.team_doubt / TEAM_SPREAD[signal.kind], 1e-3)
    weight = np.where(here, known, 0.0)
    held = np.bincount(cell, weight.ravel(), size)
    off = np.bincount(cell, (weight * unshrunk).ravel(), size) / np.maximum(held, 1e-12)
    info = held / np.maximum(np.bincount(cell, here.ravel(), size), 1)
    info = info / (1 + WEEK_LUCK[signal.kind] * info)
    shape = (teams, team.shape[1])
    return off.reshape(shape), info.reshape(shape)
