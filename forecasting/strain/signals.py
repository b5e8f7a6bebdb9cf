"""The four traces of strain in a week's work: what is counted, and what a full slide would shift it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Signal:
    """A share (``total`` of ``n`` hit) or the log of a duration (``total`` of ``n`` logs).

    ``shift`` is what it is designed to find: log odds of a share, log of a duration, towards strain. ``spread`` is what
    people usually differ by, squared, in the same unit; ``noise`` a week's own luck beyond chance, squared.
    """

    name: str
    kind: Literal["share", "log"]
    n: str
    total: str
    squares: str | None
    shift: float
    spread: float
    noise: float


SIGNALS: Final = (
    Signal("csat", "share", "csat_n", "csat_good", None, -0.6, 0.05, 0.01),
    Signal("fcr", "share", "fcr_n", "fcr_good", None, -0.4, 0.05, 0.01),
    Signal("reopen", "share", "reopen_n", "reopened", None, 0.5, 0.05, 0.01),
    Signal("aht", "log", "log_aht_n", "log_aht_sum", "log_aht_sumsq", 0.14, 0.01, 0.001),
)
NAMES: Final = tuple(signal.name for signal in SIGNALS)
