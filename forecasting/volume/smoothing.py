"""Members of the exponential-smoothing family, by statsmodels: level, damped trend and weekday pattern."""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np

from forecasting.volume.series import WEEK, Calendar, Daily, Floats

LONGEST: Final = 730  # days; older ones change nothing but the cost


def ets(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return ETS(A,Ad,A) of the counts."""
    return _holt_winters(series.filled().newest(LONGEST).y, horizon)


def ets_log(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return ETS(A,Ad,A) of log(1 + count)."""
    return np.expm1(_holt_winters(np.log1p(series.filled().newest(LONGEST).y), horizon))


def stl_ets_log(series: Daily, horizon: int, calendar: Calendar) -> Floats:
    """Return ETS(A,Ad,N) of log(1 + count) less its weekday pattern by robust STL, with the last pattern put back."""
    from statsmodels.tsa.seasonal import STL

    logs = np.log1p(series.filled().newest(LONGEST).y)
    parts = STL(logs, period=WEEK, robust=True).fit()
    level = _holt_winters(logs - parts.seasonal, horizon, has_weekdays=False)
    return np.expm1(level + np.resize(parts.seasonal[-WEEK:], horizon))


def _holt_winters(y: Floats, horizon: int, has_weekdays: bool = True) -> Floats:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    seasonal = {"seasonal": "add", "seasonal_periods": WEEK} if has_weekdays else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that did not converge still forecasts, and its backtest tells how well
        model = ExponentialSmoothing(y, trend="add", damped_trend=True, initialization_method="heuristic", **seasonal)
        return np.asarray(model.fit(use_brute=False).forecast(horizon), float)
