"""What a rule says of many series at once; every array is series × days, and a day's entry knows no later day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from forecasting.volume.series import Bools, Floats, Ints

Signs = npt.NDArray[np.int8]

UP: Final = 1
DOWN: Final = -1
NORMAL_95: Final = 1.96


@dataclass(frozen=True, eq=False)
class Watched:
    """What was seen of every series and day, and which days alert.

    ``direction`` is 1, -1 or 0 (no alert); ``score`` how far the evidence went towards its limit: 1 is at the limit.
    ``low`` and ``high`` hold 95 % of such days. ``since`` is the day (column) a departure began on. NaN where a day
    could not be judged.
    """

    direction: Signs
    score: Floats
    value: Floats
    expected: Floats
    low: Floats
    high: Floats
    since: Ints

    @property
    def alerts(self) -> Bools:
        """Which days alert."""
        return np.asarray(self.direction != 0)


def running(values: Floats | Bools) -> Floats:
    """Return sums over the days before each day, and over all of them: one column more than there are days."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1, dtype=np.float64)], axis=1)


class Cusum:
    """A one-sided cumulative sum for many series, which remembers where it last left zero."""

    def __init__(self, series: int) -> None:
        self.height: Floats = np.zeros(series)
        self.began: Ints = np.zeros(series, dtype=np.int64)

    def add(self, day: int, evidence: Floats, known: Bools, most: Floats | float) -> None:
        """Add a day's evidence where there is any; the sum stays within 0 and ``most``, so that it can come back."""
        self.began = np.where(self.height <= 0, day, self.began)
        self.height = np.where(known, np.clip(self.height + evidence, 0.0, most), self.height)

    def forget(self, where: Bools) -> None:
        """Begin anew."""
        self.height = np.where(where, 0.0, self.height)
