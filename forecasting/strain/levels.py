"""What is usual for a person, and what hits a whole team in a week: shrunk by how much is known of either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.strain.expected import Surprise, before
from forecasting.strain.signals import SIGNALS, Floats, Ints, Signal

OWN_WEEKS: Final = 26
GAP_WEEKS: Final = 6  # the newest weeks are not yet "usual": a slide would be measured against itself
TEAM_SPREAD: Final = {"share": 0.05, "log": 0.005}  # what a team's week may be off by, squared: a shock is large
FIRST_PASS_SPREAD: Final = {"share": 0.01, "log": 0.001}
PRIOR_PAIRS: Final = 1_000.0
PRIOR_PEOPLE: Final = 20.0


@dataclass(frozen=True, eq=False)
class Level:
    """A signal per agent and week, shape (agents, weeks): what is left after the team's week, and what is usual.

    ``off`` is in log odds or logs; ``info`` one over its variance, a week's own luck included; ``usual`` the person's
    own baseline, ``doubt`` its variance; ``team`` what was taken off for the team's week, ``team_doubt`` its variance.
    """

    off: Floats
    info: Floats
    usual: Floats
    doubt: Floats
    team: Floats
    team_doubt: Floats


def levels(seen: Surprise, team: Ints, trust: Floats) -> list[Level]:
    """Return each signal's levels; ``team`` is the team of each agent-week, -1 where away.

    ``trust`` is how far (0 to 1) an agent-week counts for what is usual for that person, and for the team's week.
    """
    return [_level(signal, seen.score[at], seen.info[at], team, trust) for at, signal in enumerate(SIGNALS)]


def _level(signal: Signal, score: Floats, raw_info: Floats, team: Ints, trust: Floats) -> Level:
    seen = raw_info > 0
    chance = 1 / np.maximum(raw_info, 1e-12)
    off = np.where(seen, score * chance, 0.0)
    roughly = np.where(seen, off - others(off, raw_info * trust, team, FIRST_PASS_SPREAD[signal.kind])[0], 0.0)
    noise = _luck(signal, roughly, raw_info)
    info = raw_info / (1 + noise * raw_info)
    spread = _spread(signal, roughly, info)
    own = info * trust
    known = before(own, OWN_WEEKS, GAP_WEEKS + 1)
    doubt = 1 / (known + 1 / spread)
    usual = before(own * roughly, OWN_WEEKS, GAP_WEEKS + 1) * doubt
    # The team's week is told by how others did against their own usual: who is away or new does not move it.
    weight = np.where(seen, trust / (chance + noise + doubt), 0.0)
    shared, shared_doubt = others(off - usual, weight, team, TEAM_SPREAD[signal.kind])
    left = np.where(seen, off - shared, 0.0)
    usual = before(own * left, OWN_WEEKS, GAP_WEEKS + 1) * doubt
    return Level(left, info, usual, doubt, np.where(seen, shared, 0.0), shared_doubt)


def others(off: Floats, weight: Floats, team: Ints, spread: float) -> tuple[Floats, Floats]:
    """Return what an agent-week's team-mates were off by that week, and the variance of that; shrunk to nothing."""
    weeks = off.shape[1]
    here = team >= 0
    cell = np.where(here, team, 0) * weeks + np.arange(weeks)
    size = (int(team.max()) + 1) * weeks
    weight = np.where(here, weight, 0.0)
    sums, known = (np.bincount(cell.ravel(), x.ravel(), size)[cell] for x in (weight * off, weight))
    doubt = 1 / (np.maximum(known - weight, 0) + 1 / spread)
    return (sums - weight * off) * doubt, doubt


def _luck(signal: Signal, off: Floats, info: Floats) -> Floats:
    """Return the variance between a person's neighbouring weeks beyond chance, as seen up to each week."""
    both = (info[:, 1:] > 0) & (info[:, :-1] > 0)
    inverse = 1 / np.maximum(info, 1e-9)
    chance = np.where(both, inverse[:, 1:] + inverse[:, :-1], 1.0)
    weight = np.where(both, chance**-2, 0.0)
    excess = (weight * (np.diff(off, axis=1) ** 2 - chance)).sum(axis=0)
    told, of = (np.concatenate([[0.0], np.cumsum(x)]) for x in (excess, 2 * weight.sum(axis=0)))
    noise: Floats = np.maximum((told + PRIOR_PAIRS * signal.noise) / (of + PRIOR_PAIRS), signal.noise / 100)
    return noise


def _spread(signal: Signal, off: Floats, info: Floats) -> Floats:
    """Return the variance between people, as seen up to each week."""
    known = np.cumsum(info, axis=1)
    mean = np.cumsum(info * off, axis=1) / np.maximum(known, 1e-9)
    weight = np.minimum(known, 10 / signal.spread)
    between = np.where(known > 0, mean**2 - 1 / np.maximum(known, 1e-9), 0.0)
    prior = PRIOR_PEOPLE * 2.5 / signal.spread
    told = ((weight * between).sum(axis=0) + prior * signal.spread) / (weight.sum(axis=0) + prior)
    spread: Floats = np.maximum(told, signal.spread / 10)
    return spread
