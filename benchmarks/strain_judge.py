"""How well scores of people's weeks tell who slides: against a simulated desk's truth, and simpler scores beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from forecasting.strain.bands import WATCH_AT
from forecasting.strain.drift import drift, smoothed
from forecasting.strain.expected import before, surprise
from forecasting.strain.levels import levels
from forecasting.strain.signals import SIGNALS, Floats, Ints
from forecasting.strain.weekly import Weekly, weekly_of
from tests.support.sliding import Told

WITHIN_WEEKS = 8
AFTERWARDS_WEEKS = 12  # in which what happened to somebody may be taken for a slide
ALLOWED = 0.1  # false alarms an agent-year
NONE = -99.0


@dataclass(frozen=True)
class Judged:
    """How a score did; shares are of people, ``false`` alarms an agent-year at ``at``; rates without anybody are NaN.

    ``auc`` is of people (their highest week), ``auc_weeks`` of single weeks, from the third of a slide on.
    """

    auc: float
    auc_weeks: float
    at: float
    false: float
    found: float
    moved: float
    overloaded: float
    shocked: float
    returned: float

    def row(self) -> dict[str, float]:
        """Return it as JSON has it."""
        return {name: round(float(value), 4) for name, value in asdict(self).items()}


def judged(score: Floats, told: Told, at: float | None = WATCH_AT) -> Judged:
    """Judge scores, shape (agents, weeks), NaN where nothing is said; at a threshold, or (None) that of ``ALLOWED``."""
    z = np.where(np.isnan(score), NONE, score)
    weeks = np.arange(z.shape[1])
    slides = told.slides >= 0
    since = weeks - told.slides[:, None]
    sliding = slides[:, None] & (since >= 0)
    said = z > NONE
    at = _threshold(z, sliding) if at is None else at
    soon = np.where(sliding & (since < WITHIN_WEEKS), z, NONE).max(axis=1)
    shocks = np.where(slides, -1, told.shocks[told.team])
    return Judged(
        _auc(np.where(sliding, z, NONE).max(axis=1)[slides], z.max(axis=1)[~slides]),
        _auc(z[sliding & (since >= 2) & said], z[~slides[:, None] & said]),
        at,
        _false(z, sliding, at),
        _share(soon[slides] >= at),
        *(_afterwards(z, begins, at) for begins in (told.moves, told.overloads, shocks, told.leaves)),
    )


def _false(z: Floats, sliding: Floats, at: float) -> float:
    high = z >= at
    raised = high[:, 1:] & ~high[:, :-1] & ~sliding[:, 1:]
    return float(raised.sum() / max(((z > NONE) & ~sliding).sum(), 1) * 52)


def _threshold(z: Floats, sliding: Floats) -> float:
    """Return the lowest score that keeps to the false alarms allowed."""
    low, high = 0.0, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _false(z, sliding, middle) > ALLOWED else (low, middle)
    return high


def _afterwards(z: Floats, begins: Ints, at: float) -> float:
    since = np.arange(z.shape[1]) - begins[:, None]
    window = (since >= 0) & (since < AFTERWARDS_WEEKS) & (begins[:, None] >= 0)
    return _share((np.where(window, z, NONE).max(axis=1) >= at)[begins >= 0])


def _share(hit: Floats) -> float:
    return float(np.mean(hit)) if len(hit) else float("nan")


def _auc(some: Floats, rest: Floats) -> float:
    """Return how often one of ``some`` is above one of ``rest``, a tie counting half."""
    if not len(some) or not len(rest):
        return float("nan")
    ordered = np.sort(rest)
    below, not_above = np.searchsorted(ordered, some, "left"), np.searchsorted(ordered, some, "right")
    return float(((below + not_above) / 2).mean() / len(rest))


def ours(told: Told) -> Floats:
    """Return the detector's scores."""
    return drift(weekly_of(told.table)).z


def one_look(told: Told) -> Floats:
    """Case mix, team's week and own baseline as written in the method: looked at once, every week counting alike."""
    weekly = weekly_of(told.table)
    parts, variance = np.zeros((2, *weekly.shape))
    for signal, level in zip(SIGNALS, levels(surprise(weekly), weekly.team_of(), np.ones(weekly.shape)), strict=True):
        pull = signal.shift * level.info
        running = smoothed(pull, 0.7, 0.3)
        parts += smoothed(pull * level.off, 0.7, 0.3) - running * level.usual
        variance += smoothed(signal.shift**2 * level.info, 0.49, 0.09) + running**2 * level.doubt
    return _after_twelve(parts / np.sqrt(np.maximum(variance, 1e-9)), weekly)


def without_case_mix(told: Told) -> Floats:
    """Everything the detector does, but tickets are all alike: no categories."""
    return drift(weekly_of(told.table.drop(columns="category"))).z


def raw_csat(told: Told) -> Floats:
    """The week's satisfied share against the person's own of the half year before, in standard errors."""
    weekly = weekly_of(told.table)
    n, good = (weekly.summed(weekly.numbers[name]) for name in ("csat_n", "csat_good"))
    usual = np.clip(before(good, 26, 1) / np.maximum(before(n, 26, 1), 1), 0.02, 0.98)
    return _after_twelve((n * usual - good) / np.sqrt(np.maximum(n * usual * (1 - usual), 1e-9)), weekly)


def ten_percent_worse(told: Told) -> Floats:
    """How many signals were, over four weeks, a tenth worse than in the half year before; by how much decides ties."""
    weekly = weekly_of(told.table)
    count, worse = np.zeros((2, *weekly.shape))
    for signal in SIGNALS:
        n, total = (weekly.summed(weekly.numbers[name]) for name in (signal.n, signal.total))
        now, usual = (
            before(total, some, gap) / np.maximum(before(n, some, gap), 1e-9) for some, gap in ((4, 0), (26, 4))
        )
        if signal.kind == "log":
            now, usual = np.exp(now), np.exp(usual)
        by = np.sign(signal.shift) * (now / np.maximum(usual, 1e-9) - 1)
        count += by > 0.1
        worse += np.clip(by, -1, 1) / 8
    return _after_twelve(count + np.clip(worse, -0.49, 0.49), weekly)


def _after_twelve(score: Floats, weekly: Weekly) -> Floats:
    present = weekly.present()
    first = np.argmax(present, axis=1)[:, None]
    told: Floats = np.where(present & (np.arange(score.shape[1]) >= first + 12), score, np.nan)
    return told


SIMPLER: dict[str, Callable[[Told], Floats]] = {
    "raw CSAT z": raw_csat,
    "signals 10 % worse": ten_percent_worse,
    "without case mix": without_case_mix,
    "in one look": one_look,
}
