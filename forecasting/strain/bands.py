"""From a score to a band: a score means the same on every desk, and "talk" comes only after weeks of "watch"."""

from __future__ import annotations

from typing import Final

import numpy as np

from forecasting.strain.signals import Bools, Floats

BAND_NAMES: Final = ("unknown", "steady", "watch", "talk")
UNKNOWN, STEADY, WATCH, TALK = range(4)
WATCH_AT: Final = 2.4
TALK_AFTER_WEEKS: Final = 3
UNIT: Final = 0.875  # brings the running mean's score to where 2.4 is a false "watch" in about ten agent-years
USUAL_SPREAD: Final = 0.98  # of scores before that, where nothing but chance is at work
PRIOR_WEEKS: Final = 500.0
STEP: Final = 0.02


def calibrated(z: Floats, known: Bools) -> Floats:
    """Return what scores are multiplied by, a factor a week, by how wide scores have been up to then.

    Only the half below the median is looked at: who slides stands in the other. Where a desk's weeks vary more than
    the model knows, scores come down; they never go up.
    """
    edges = np.arange(-8, 8 + STEP, STEP)
    place = np.clip(np.searchsorted(edges, np.where(known, z, 0.0)), 0, len(edges) - 1)
    weeks = z.shape[1]
    cell = np.broadcast_to(np.arange(weeks), z.shape) * len(edges) + place
    counts = np.bincount(cell[known], minlength=weeks * len(edges)).reshape(weeks, len(edges)).cumsum(axis=0)
    sums = counts.cumsum(axis=1)
    seen = sums[:, -1]

    def quantile(share: float) -> Floats:
        told: Floats = edges[np.argmax(sums >= np.maximum(share * seen, 1)[:, None], axis=1)]
        return told

    width = (quantile(0.5) - quantile(0.1)) / 1.2816
    excess = np.maximum(width / USUAL_SPREAD, 1.0)
    shrunk = (seen * excess + PRIOR_WEEKS) / (seen + PRIOR_WEEKS)
    factor: Floats = UNIT / shrunk
    return factor


def bands(z: Floats, present: Bools) -> Floats:
    """Return each agent-week's band, a position in ``BAND_NAMES``; a week away neither adds to a watch nor ends it."""
    told = np.zeros(z.shape)
    watched = np.zeros(len(z))
    for week in range(z.shape[1]):
        now = z[:, week]
        high, low = now >= WATCH_AT, now < WATCH_AT
        watched = np.where(high, watched + 1, np.where(low | (present[:, week] & np.isnan(now)), 0, watched))
        told[:, week] = np.where(
            low, STEADY, np.where(high, np.where(watched >= TALK_AFTER_WEEKS, TALK, WATCH), UNKNOWN)
        )
    return told
