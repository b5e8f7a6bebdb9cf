"""The simpler rules alerts are measured against, and the series where nothing happens until something does."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable

import numpy as np

from forecasting.volume.series import WEEK, Calendar, Daily, Floats, day_of

CountRule = Callable[[Daily, Calendar], tuple[Floats, Floats]]
REFIT_DAYS = 28
PROPHET_DAYS = 84
LEAST_DAYS = 365
WINDOW = 28
BASE, GAP = 90, 7


def z_score(series: Daily, calendar: Calendar) -> tuple[Floats, Floats]:
    """Return mean and deviation of the 28 days before each day."""
    middle, width = np.full(len(series), np.nan), np.full(len(series), np.nan)
    for day in range(WINDOW, len(series)):
        past = series.y[day - WINDOW : day]
        middle[day], width[day] = np.nanmean(past), np.nanstd(past)
    return middle, width


def stl_mad(series: Daily, calendar: Calendar) -> tuple[Floats, Floats]:
    """Return the last trend and weekday of a robust STL refitted every four weeks, and its residuals' MAD."""
    from statsmodels.tsa.seasonal import STL

    middle, width = np.full(len(series), np.nan), np.full(len(series), np.nan)
    filled = series.filled().y
    for start in range(LEAST_DAYS, len(series), REFIT_DAYS):
        told = STL(filled[max(0, start - 730) : start], period=WEEK, robust=True).fit()
        days = np.arange(min(REFIT_DAYS, len(series) - start))
        week = told.seasonal[-WEEK:]
        middle[start : start + len(days)] = told.trend[-1] + week[days % WEEK]
        width[start : start + len(days)] = 1.4826 * np.median(np.abs(told.resid))
    return middle, width


def prophet_scores(series: Daily, calendar: Calendar) -> tuple[Floats, Floats]:
    """Return Prophet's centre and its noise, refitted every twelve weeks."""
    import pandas as pd
    from prophet import Prophet

    logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
    middle, width = np.full(len(series), np.nan), np.full(len(series), np.nan)
    names = [(pd.Timestamp(day_of(day)), name) for day, name in calendar.holidays.items()]
    known = pd.DataFrame(names, columns=["ds", "holiday"])
    dates = pd.to_datetime([day_of(day) for day in series.days.tolist()])
    for start in range(LEAST_DAYS, len(series), PROPHET_DAYS):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = Prophet(uncertainty_samples=0, holidays=known, seasonality_mode="multiplicative")
            model.fit(pd.DataFrame({"ds": dates[:start], "y": series.y[:start]}))
            stop = min(start + PROPHET_DAYS, len(series))
            told = model.predict(pd.DataFrame({"ds": dates[start:stop]}))
        middle[start:stop] = told["yhat"]
        width[start:stop] = float(np.ravel(model.params["sigma_obs"])[0]) * model.y_scale
    return middle, width


COUNT_RIVALS: tuple[CountRule, ...] = (z_score, stl_mad, prophet_scores)


def p_chart(hits: Floats, rows: Floats) -> Floats:
    """Return each day's deviation from the rate of the 90 days before the last seven, in binomial deviations."""
    scores = np.zeros(hits.shape)
    for day in range(BASE + GAP, hits.shape[1]):
        past = slice(day - BASE - GAP, day - GAP)
        rate = hits[:, past].sum(axis=1) / rows[:, past].sum(axis=1)
        n = np.maximum(rows[:, day], 1)
        scores[:, day] = (hits[:, day] / n - rate) / np.sqrt(rate * (1 - rate) / n)
    return scores


def raw_ewma(raw: Floats) -> Floats:
    """Return an EWMA (.2) of daily raw means, in deviations of the 90 days before the last seven."""
    scores, level = np.zeros(raw.shape), np.zeros(len(raw))
    for day in range(BASE + GAP, raw.shape[1]):
        past = raw[:, day - BASE - GAP : day - GAP]
        off = (raw[:, day] - np.nanmean(past, axis=1)) / np.nanstd(past, axis=1)
        level = 0.8 * level + 0.2 * np.nan_to_num(off)
        scores[:, day] = level / np.sqrt(0.2 / 1.8)
    return scores


def limit_for(scores: Floats, wanted: float, merged: int, incidents: Callable[[np.ndarray, int], int]) -> float:
    """Return the limit (either side) at which a rule is wrong about as often as ``wanted``."""
    low, high = 1.0, 12.0
    for _ in range(24):
        limit = (low + high) / 2
        low, high = (limit, high) if incidents(np.abs(scores) > limit, merged) > wanted else (low, limit)
    return high


def _rows_of(rows: int, days: int, series: int, rng: np.random.Generator) -> Floats:
    week = np.array([1.2, 1.1, 1.0, 1.0, 0.95, 0.9, 0.85])
    return np.maximum(rng.poisson(rows * week[np.arange(days) % WEEK], (series, days)), 1).astype(float)


def simulated_rates(
    rows: int,
    share: float,
    later: float,
    days: int,
    series: int,
    overdispersion: float,
    seed: int,
    since: int | None = None,
) -> tuple[Floats, Floats]:
    """Return hits and rows of rates that change from ``share`` to ``later`` on the day ``since``."""
    rng = np.random.default_rng(seed)
    n = _rows_of(rows, days, series, rng)
    truth = np.full((series, days), share)
    if since is not None:
        truth[:, since:] = later
    if overdispersion:
        weight = 1 / overdispersion - 1
        truth = rng.beta(truth * weight, (1 - truth) * weight)
    return rng.binomial(n.astype(int), truth).astype(float), n


def simulated_durations(
    rows: int, wobble: float, days: int, series: int, seed: int, since: int | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return winsorised log means, raw means and rows of handle times with long tails, 20 % longer from ``since``."""
    rng = np.random.default_rng(seed)
    n = _rows_of(rows, days, series, rng)
    logs, raw = np.zeros((series, days)), np.zeros((series, days))
    for at in range(series):
        for day in range(days):
            longer = np.log(1.2) if since is not None and day >= since else 0.0
            each = 6 + longer + wobble * rng.normal() + 0.9 * rng.standard_t(4, int(n[at, day])) / np.sqrt(2)
            low, high = np.quantile(each, [0.05, 0.95])
            logs[at, day] = np.clip(each, low, high).mean()
            raw[at, day] = np.exp(each).mean()
    return logs, raw, n
