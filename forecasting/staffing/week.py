"""A team's week as it was stored, asked anew: what it needs at a quantile of the forecast, under other assumptions.

Frames are those of the step ``staffing`` (``metrics.outlook_tables``), narrowed to one team and to days that follow
each other; answers are in their hours, oldest first.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from forecasting.staffing.deferred import Hours
from forecasting.staffing.need import Promise, Shrinkage
from forecasting.staffing.what_if import Need, Stream, WhatIf, Work, needed

QUANTILES: Final = {0.5: "yhat", 0.75: "q75", 0.8: "q80", 0.9: "q90"}  # of the day's tickets: column of staffing_work
STAFFED_TO: Final = 0.8


@dataclass(frozen=True)
class Moves:
    """What a manager moves, in the units of the sliders; None stays as the settings have it."""

    volume: float = 1.0
    handling: float = 1.0
    deflected: float = 0.0
    quantile: float = STAFFED_TO
    level: float | None = None
    utilization: float | None = None
    in_shift: float | None = None


@dataclass(frozen=True, eq=False)
class TeamWeek:
    """A team's hours: what comes in by quantile and work, when it is open, who is rostered (NaN: not known)."""

    name: str
    arrivals: Mapping[float, Mapping[Work, Hours]]
    is_open: tuple[bool, ...]
    rostered: Hours
    assumed: Mapping[Work, Mapping[Hashable, Any]]

    @property
    def shrinkage(self) -> Shrinkage:
        """Why rostered people are not at work, as the settings and the roster have it."""
        any_work = next(iter(self.assumed.values()))
        return Shrinkage(any_work["in_shift"], any_work["absence"], any_work["utilization_cap"])

    def streams(self, quantile: float, level: float | None = None) -> list[Stream]:
        """Return the team's work at a quantile of the forecast; ``level`` replaces the promised one."""
        return [
            Stream(
                name=f"{self.name}, {work}",
                work=work,
                arrivals=tuple(hours.tolist()),
                handling_seconds=told["handling_seconds"],
                promise=Promise(level or told["level"], told["within_seconds"], told["occupancy_cap"]),
                within_open_hours=told["within_open_hours"],
                patience_seconds=_number(told["patience_seconds"]),
                concurrency=int(told["concurrency"]),
                slow_down=told["slow_down"],
                is_open=self.is_open,
            )
            for work, hours in self.arrivals[quantile].items()
            if (told := self.assumed[work])
        ]

    def need(self, moves: Moves = Moves(), rate_per_hour: float | None = None) -> Need:
        """Return what the week needs under a manager's assumptions. Raises ``BadStaffing``."""
        shrinkage = self.shrinkage
        if moves.in_shift is not None:
            shrinkage = replace(shrinkage, in_shift=moves.in_shift)
        if moves.utilization is not None:
            shrinkage = replace(shrinkage, utilization_cap=moves.utilization)
        what_if = WhatIf(moves.volume, moves.handling, moves.deflected, shrinkage, rate_per_hour)
        return needed(self.streams(moves.quantile, moves.level), what_if)


def team_week(name: str, work: pd.DataFrame, need: pd.DataFrame, assumed: pd.DataFrame) -> TeamWeek:
    """Return a team's week from the rows of ``staffing_work``, ``staffing_need`` and ``staffing_assumption``."""
    hours = need.sort_values(["ds", "hour"])
    known = {cast(Work, row["work"]): row for row in assumed.to_dict("records")}
    by_work = {kind: work[work["work"] == kind].sort_values(["ds", "hour"]) for kind in known}
    arrivals = {
        quantile: {kind: rows[column].to_numpy(np.float64) for kind, rows in by_work.items()}
        for quantile, column in QUANTILES.items()
    }
    is_open = tuple(bool(told) for told in hours["is_open"])
    return TeamWeek(name, arrivals, is_open, hours["rostered"].to_numpy(np.float64), known)


def _number(value: Any) -> float | None:
    return None if value is None or np.isnan(value) else float(value)
