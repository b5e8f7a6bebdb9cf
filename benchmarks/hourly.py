"""How good hours ahead are: ``python -m benchmarks.hourly [--series FILE]``, a file of ``ds,y`` by hour.

At the cutoffs of the daily benchmark: the day's forecast (the quick members) shared out by the hour-of-week profile of
what was known then, against repeating last week's hours.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.forecast import HORIZON, SERIES
from forecasting.volume.cache import Forgetful
from forecasting.volume.forecaster import Plan, forecast
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.hourly import HOURS, profile, shared_out
from forecasting.volume.pool import LIGHT_POOL
from forecasting.volume.series import WEEK, Daily, Floats, ahead, number_of

CUTOFFS: Final = 16
PLAN: Final = Plan(HORIZON, HORIZON, pool=LIGHT_POOL)


def by_day_and_hour(path: Path) -> tuple[int, Floats]:
    """Return the first day and the counts by day and hour of a file; NaN where the hour is not known."""
    rows = pd.read_csv(path)
    moments = pd.to_datetime(rows["ds"])
    days = np.array([number_of(day) for day in moments.dt.date])
    counts = np.full((days.max() - days.min() + 1, HOURS), np.nan)
    counts[days - days.min(), moments.dt.hour] = rows["y"]
    whole = np.flatnonzero(np.isfinite(counts).all(axis=1))
    return int(days.min()), counts[: whole[-1] + 1]


def ratios(first: int, counts: Floats, country: str | None) -> list[tuple[float, float]]:
    """Return absolute errors of the forecast and of repeating last week, by cutoff, oldest first."""
    series, memory = Daily(first, np.nansum(counts, axis=1)), Forgetful()
    calendar = calendar_for(series, country, HORIZON)
    found = []
    for back in reversed(range(CUTOFFS)):
        known = len(counts) - HORIZON * (back + 1)
        history = Daily(first, series.y[:known])
        told = forecast(history, calendar, memory, PLAN)
        day, hour = np.nonzero(np.isfinite(counts[:known]))
        shares = profile(first + day, hour, counts[day, hour])
        made = shared_out(told.yhat, ahead(history, HORIZON), shares)
        came, naive = counts[known : known + HORIZON], np.tile(counts[known - WEEK : known], (HORIZON // WEEK, 1))
        both = np.isfinite(came) & np.isfinite(naive)
        found.append((float(np.abs(came - made)[both].sum()), float(np.abs(came - naive)[both].sum())))
    return found


def main() -> None:
    """Print the ratio over all cutoffs, and of their older and newer half."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.hourly", description=__doc__)
    options.add_argument("--series", type=Path, default=SERIES / "ed_arrivals_hourly.csv", metavar="FILE")
    options.add_argument("--country", default="IS", metavar="ISO", help="whose holidays (default IS)")
    chosen = options.parse_args()
    found = np.array(ratios(*by_day_and_hour(chosen.series), chosen.country))
    half = len(found) // 2
    told = [part[:, 0].sum() / part[:, 1].sum() for part in (found, found[:half], found[half:])]
    print(f"hours ahead: {told[0]:.3f} of repeating last week's ({told[1]:.3f} older half, {told[2]:.3f} newer half)")


if __name__ == "__main__":
    main()
