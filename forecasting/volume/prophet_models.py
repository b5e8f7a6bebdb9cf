"""Members by Prophet: trend with changepoints, year and week, holidays. Only the point forecast is asked for."""

from __future__ import annotations

import logging
from typing import Any, Final

import numpy as np
import pandas as pd

from forecasting.volume.series import ORIGIN, Calendar, Daily, Floats, Ints, ahead

LONGEST: Final = 1096  # days


def prophet_multiplicative(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return Prophet's forecast of the counts, seasons multiplying the trend."""
    return _forecast(series.newest(LONGEST), horizon, calendar, "multiplicative")


def prophet_log(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return Prophet's forecast of log(1 + count)."""
    logs = Daily(series.first, np.log1p(series.y)).newest(LONGEST)
    return np.expm1(_forecast(logs, horizon, calendar, "additive"))


def _forecast(series: Daily, horizon: int, calendar: Calendar, mode: str) -> Floats:
    prophet = _quiet_prophet()
    days = np.concatenate([series.days, ahead(series, horizon)])
    model = prophet(
        seasonality_mode=mode,
        uncertainty_samples=0,
        holidays=_holidays(calendar, int(days[0]), int(days[-1])),
        yearly_seasonality=True,
        weekly_seasonality=True,
        daily_seasonality=False,
    )
    model.fit(pd.DataFrame({"ds": _instants(series.days), "y": series.y}))
    told = model.predict(pd.DataFrame({"ds": _instants(days[-horizon:])}))
    return np.asarray(told["yhat"], float)


def _instants(days: Ints) -> pd.Series:
    return pd.Series(pd.Timestamp(ORIGIN) + pd.to_timedelta(days, unit="D"))


def _holidays(calendar: Calendar, first: int, last: int) -> pd.DataFrame | None:
    kept = {day: name for day, name in calendar.holidays.items() if first - 1 <= day <= last + 1}
    if not kept:
        return None
    return pd.DataFrame(
        {"ds": _instants(np.array(list(kept))), "holiday": list(kept.values()), "lower_window": -1, "upper_window": 1}
    )


def _quiet_prophet() -> Any:
    """Import Prophet without what it and its compiler say while they work."""
    logging.getLogger("prophet.plot").disabled = True  # says on import that a plotting library is absent
    from prophet import Prophet

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).disabled = True
    return Prophet
