"""Is this person's work changing against their own past? A score a week, and what it is made of; never looks ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.strain.bands import bands, calibrated
from forecasting.strain.expected import before, surprise
from forecasting.strain.levels import Level, levels
from forecasting.strain.signals import SIGNALS, Bools, Floats
from forecasting.strain.weekly import Weekly

SMOOTHING: Final = 0.25  # of the newest week in the running mean
FIRST_WEEKS: Final = 12  # nothing is said of a person before
LEAST_FOUND: Final = 1.2  # where a full slide would move the score by less, there is not enough to tell
NORM_WEEKS, NORM_GAP, NORM_LEAST = 26, 5, 4
OVERLOAD: Final = 0.3  # more than the own usual number of tickets or points, and more than chance brings
BRIEF_WEEKS: Final = 4
BRIEF_WEIGHT: Final = 0.2  # of a week in a brief overload: shown as load, hardly as drift
DOUBTED: Final = (1.4, 2.6)  # scores between which a week less and less tells what is usual
AWAY_WEEKS: Final = 3
BACK_WEIGHTS: Final = (0.1, 0.3, 0.6)  # of the first weeks back from a leave


@dataclass(frozen=True, eq=False)
class Drift:
    """Per agent and week: ``z`` (NaN while there is not enough to tell), ``band`` (position in ``BAND_NAMES``).

    ``parts`` are the signals' contributions, shape (signals, agents, weeks); they add up to ``z``. ``levels`` tells
    what they were made of, one a signal; ``weight`` what a week counted for; ``present`` when somebody worked.
    """

    weekly: Weekly
    present: Bools
    z: Floats
    band: Floats
    parts: Floats
    levels: list[Level]
    weight: Floats


def drift(weekly: Weekly) -> Drift:
    """Return everybody's drift in every week. A week's result does not depend on any later row.

    Looked at twice: weeks in which somebody stands out the first time tell little of what is usual for them or of what
    hit their team, and hardly count for either the second time. So two who slide together do not hide each other.
    """
    present, team, seen = weekly.present(), weekly.team_of(), surprise(weekly)
    weight = np.where(present, _weight(weekly, present), 0.0)
    first = _scored(levels(seen, team, np.ones(present.shape)), weight, present)
    doubtful = (np.nan_to_num(first.parts.sum(axis=0)) - DOUBTED[0]) / (DOUBTED[1] - DOUBTED[0])
    told = levels(seen, team, 1 - np.clip(doubtful, 0, 1))
    scored = _scored(told, weight, present)
    z: Floats = np.where(scored.reach >= LEAST_FOUND, scored.parts.sum(axis=0), np.nan)
    parts: Floats = np.where(np.isnan(z), np.nan, scored.parts)
    return Drift(weekly, present, z, bands(z, present), parts, told, weight)


@dataclass(frozen=True, eq=False)
class _Scored:
    """The signals' scores, and what a full slide would add to their sum; NaN and 0 where nothing is known."""

    parts: Floats
    reach: Floats


def _scored(told: list[Level], weight: Floats, present: Bools) -> _Scored:
    shape = weight.shape
    parts, variance, reach = np.zeros((len(told), *shape)), np.zeros(shape), np.zeros(shape)
    for at, (signal, level) in enumerate(zip(SIGNALS, told, strict=True)):
        pull = signal.shift * level.info * weight
        running = smoothed(pull, 1 - SMOOTHING, SMOOTHING)
        parts[at] = smoothed(pull * level.off, 1 - SMOOTHING, SMOOTHING) - running * level.usual
        own = pull**2 * (1 / np.maximum(level.info, 1e-12) + level.team_doubt) * (level.info > 0)
        variance += smoothed(own, (1 - SMOOTHING) ** 2, SMOOTHING**2) + running**2 * level.doubt
        reach += running * signal.shift
    joined = np.argmax(present, axis=1)[:, None]
    known = present & (np.arange(shape[1]) >= joined + FIRST_WEEKS) & (variance > 0)
    scale = np.where(known, 1 / np.sqrt(np.maximum(variance, 1e-12)), np.nan)
    scale = scale * calibrated((parts * scale).sum(axis=0), known)
    return _Scored(parts * scale, np.where(known, reach * scale, 0.0))


def smoothed(values: Floats, keep: float, add: float) -> Floats:
    """Return running sums over weeks, the last axis: what is kept of the one before, plus the week's share."""
    told = np.empty_like(values)
    running = np.zeros(values.shape[:-1])
    for week in range(values.shape[-1]):
        running = keep * running + add * values[..., week]
        told[..., week] = running
    return told


def _weight(weekly: Weekly, present: Bools) -> Floats:
    """Return what each week counts for: less in a brief overload and in the first weeks back."""
    high = np.zeros(present.shape, dtype=bool)
    usual_tickets = _usual(_load(weekly, "tickets"), present)
    for name in ("tickets", "effort_points"):
        load = _load(weekly, name)
        more = load / np.maximum(_usual(load, present), 1e-9) - 1
        high |= (
            (usual_tickets > 0)
            & (load > 0)
            & (more > np.maximum(OVERLOAD, 3 / np.sqrt(np.maximum(usual_tickets, 1e-9))))
        )
    weeks = present.shape[1]
    brief = np.ones(present.shape)
    run, gone = np.zeros(len(present)), np.zeros(len(present))
    back = np.full(len(present), AWAY_WEEKS)
    for week in range(weeks):
        here = present[:, week]
        run = np.where(high[:, week], run + 1, np.where(here, 0, run))
        brief[:, week] = np.where(high[:, week] & (run <= BRIEF_WEEKS), BRIEF_WEIGHT, 1.0)
        back = np.where(here & (gone >= AWAY_WEEKS), 0, back + here)
        for since, share in enumerate(BACK_WEIGHTS):
            brief[:, week] = np.where(here & (back == since), np.minimum(brief[:, week], share), brief[:, week])
        gone = np.where(here, 0, gone + 1)
    return brief


def _load(weekly: Weekly, name: str) -> Floats:
    return weekly.summed(np.nan_to_num(weekly.numbers[name])) if name in weekly.numbers else np.zeros(weekly.shape)


def _usual(load: Floats, present: Bools) -> Floats:
    """Return a person's own mean of the weeks worked, 0 where too few are known."""
    worked = before(present.astype(np.float64), NORM_WEEKS, NORM_GAP)
    told: Floats = np.where(worked >= NORM_LEAST, before(load, NORM_WEEKS, NORM_GAP) / np.maximum(worked, 1), 0.0)
    return told
