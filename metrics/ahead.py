"""What is ahead by the week: days of the backlog to come, added up."""

from __future__ import annotations

from typing import Final

import pandas as pd

WEEK: Final = 7
SUMS: Final = ("arrivals", "arrivals_lo80", "arrivals_hi80", "capacity")


def weeks_ahead(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each seven days of ``backlog_ahead`` rows of one part, the last week with the days it has.

    Columns: ``first``, ``last`` (days), ``arrivals``, ``arrivals_lo80``, ``arrivals_hi80``, ``capacity`` (tickets; NaN
    where no day of it is known) and ``still_open`` at the end of its last day. Days are taken to be wrong together, so
    that a week's band is as wide as its days' bands added up.
    """
    days = rows.sort_values("ds", ignore_index=True).astype(dict.fromkeys(SUMS, float))
    by_week = days.groupby(days.index // WEEK)
    sums = by_week[list(SUMS)].sum(min_count=1)
    ends = by_week["ds"].agg(first="min", last="max")
    told: pd.DataFrame = ends.join(sums).join(by_week["still_open"].last())
    return told
