"""What was left open each day and who was there: the past the backlog's projection learns from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from forecasting.planning.backlog import Past
from forecasting.volume.desk import Part
from forecasting.volume.series import Floats, day_of
from metrics.published import Build
from metrics.warehouse import fct_agent_day, fct_backlog_day

HOUR = 3600


class Pasts:
    """Open tickets at each day's end and rostered ticket hours, by team."""

    def __init__(self, build: Build) -> None:
        b, d = fct_backlog_day.c, fct_agent_day.c
        left, rostered = func.sum(b.open_at_day_end), func.sum(func.coalesce(d.scheduled_ticket_seconds, 0))
        self._open = build.read(select(b.team_key, b.day, left.label("value")).group_by(b.team_key, b.day))
        self._hours = build.read(select(d.team_key, d.day, rostered.label("value")).group_by(d.team_key, d.day))

    def of(self, part: Part) -> Past:
        """Return the past of a part of the desk, day by day of its series."""
        keys = part.teams if part.dimension == "team" else None
        hours = _by_day(self._hours, keys, part) / HOUR
        return Past(part.series.y, _by_day(self._open, keys, part), hours)


def _by_day(rows: pd.DataFrame, keys: Sequence[str] | None, part: Part) -> Floats:
    """Return sums by day of a part's series; a day without rows has none."""
    mine = rows if keys is None else rows[rows["team_key"].isin(keys)]
    sums = mine.groupby(pd.to_datetime(mine["day"]))["value"].sum()
    days = pd.date_range(day_of(part.series.first), periods=len(part.series))
    return np.asarray(sums.reindex(days, fill_value=0), np.float64)
