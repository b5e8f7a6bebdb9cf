"""The step ``volume``: four weeks ahead for the desk and its parts, how such forecasts went, and what events did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from config.settings import Settings
from forecasting.volume import desk
from forecasting.volume.backtest import Accuracy, Scored, accuracy, track_record
from forecasting.volume.cache import Cache, Memory
from forecasting.volume.calendar_effects import KindEffect, event_effects, holiday_effects, kind_effects
from forecasting.volume.desk import Part
from forecasting.volume.diagnosis import diagnosed
from forecasting.volume.forecaster import Forecast, Plan, forecast
from forecasting.volume.growth import growth
from forecasting.volume.hourly import HOURS, profile, shared_out
from forecasting.volume.pool import LIGHT_POOL
from forecasting.volume.reconcile import reconciled
from forecasting.volume.series import Calendar, Event, day_of
from forecasting.volume.telling import told_accuracy, told_event, told_kind
from metrics.outlook_volume import CALENDAR_EFFECT, FORECAST, FORECAST_BACKTEST, FORECAST_HOURLY, VOLUME_GROWTH
from metrics.published import Build

HORIZON: Final = 28
BANDS: Final = ("lo50", "hi50", "lo80", "hi80", "q80")
HOURLY: Final = ("all", "channel", "team")  # what people are rostered for
RECENT_DAYS: Final = 56
RECENT_HOLIDAYS: Final = 371  # days back that single holidays are told for

# Windows lie on fixed days, so that a finished one is remembered from day to day; four more than inform the bands, so
# that the bands too can be compared with what came. The total asks the whole pool, its parts the quick members.
TOTAL_PLAN: Final = Plan(HORIZON, HORIZON, windows=16, anchor=0)
PART_PLAN: Final = Plan(HORIZON, HORIZON, windows=16, pool=LIGHT_POOL, anchor=0)


@dataclass(frozen=True, eq=False)
class Made:
    """A part of the desk, what is known of its days, its forecast and how its past ones went."""

    part: Part
    calendar: Calendar
    forecast: Forecast
    past: list[Scored]


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return the step's five tables for the published build."""
    made = every_forecast(build, settings)
    return {
        FORECAST.name: FORECAST.frame([row for one in made for row in _forecast_rows(one)]),
        FORECAST_BACKTEST.name: FORECAST_BACKTEST.frame([_backtest_row(one) for one in made]),
        FORECAST_HOURLY.name: _hourly(build, made),
        CALENDAR_EFFECT.name: CALENDAR_EFFECT.frame([row for one in made for row in _effect_rows(one)]),
        VOLUME_GROWTH.name: VOLUME_GROWTH.frame([row for one in made for row in _growth_rows(one)]),
    }


def every_forecast(build: Build, settings: Settings, dimensions: Sequence[str] = desk.DIMENSIONS) -> list[Made]:
    """Return the forecast of the desk, then those of its parts by the dimensions named; none for an empty desk."""
    total = desk.whole(build)
    if total is None:
        return []
    known = desk.calendar(build, total.series, settings, HORIZON)
    memory = Cache(settings.home / "cache")
    made = [_made(build, total, known, memory, TOTAL_PLAN)]
    for dimension in dimensions:
        parts = [_made(build, part, known, memory, PART_PLAN) for part in desk.parts(build, dimension)]
        agreed = reconciled(made[0].forecast, [one.forecast for one in parts])
        made += [Made(one.part, one.calendar, told, one.past) for one, told in zip(parts, agreed, strict=True)]
    return made


def _made(build: Build, part: Part, known: Calendar, memory: Memory, plan: Plan) -> Made:
    calendar = desk.concerning(build, part, known)
    told = forecast(part.series, calendar, memory, plan)
    return Made(part, calendar, told, track_record(told, part.series, plan))


def named(part: Part) -> dict[str, Any]:
    """Return the columns that say which part of the desk a row is about."""
    return {"dimension": part.dimension, "value": part.value, "team_keys": part.team_keys}


def _forecast_rows(one: Made) -> list[dict[str, Any]]:
    told = one.forecast
    return [
        {
            **named(one.part),
            "ds": day_of(day),
            "yhat": told.yhat[at],
            **{name: getattr(told.bands, name)[at] for name in BANDS},
            "model": told.model,
        }
        for at, day in enumerate(told.days.tolist())
    ]


def _backtest_row(one: Made) -> dict[str, Any]:
    series, told = one.part.series, one.forecast
    how = accuracy(one.past, series) if one.past else Accuracy(None, None, None, None, None, None, (), None)
    weeks = {f"coverage80_week_{at}": share for at, share in enumerate(how.coverage80_by_week, start=1)}
    return {
        **named(one.part),
        "condition": diagnosed(series).condition,
        "model": told.model,
        "windows": len(one.past),
        "first_day": day_of(series.first),
        "last_day": day_of(series.last),
        "mean_per_day": float(np.mean(series.y[-RECENT_DAYS:])),
        "wape": how.wape,
        "mase": how.mase,
        "ratio_to_naive": how.ratio,
        "coverage50": how.coverage50,
        "coverage80": how.coverage80,
        **weeks,
        "noise_floor": how.noise_floor,
        "says": told_accuracy(told.model, told.says, how, len(one.past)),
    }


def _hourly(build: Build, made: Sequence[Made]) -> pd.DataFrame:
    rows = []
    for dimension in HOURLY:
        mine = [one for one in made if one.part.dimension == dimension]
        hours = desk.by_hour(build, dimension) if mine else pd.DataFrame()
        values = {one.part.value for one in mine}
        for one in mine:
            is_here = ~hours["value"].isin(values) if one.part.value == desk.REST else hours["value"] == one.part.value
            rows.append(_by_hour(one, hours[is_here]))
    return pd.concat(rows or [pd.DataFrame(columns=FORECAST_HOURLY.names)], ignore_index=True)


def _by_hour(one: Made, hours: pd.DataFrame) -> pd.DataFrame:
    told = one.forecast
    shares = profile(*(hours[name].to_numpy(kind) for name, kind in _HOUR_COLUMNS))
    frame = {
        **named(one.part),
        "ds": np.repeat([day_of(day) for day in told.days.tolist()], HOURS),
        "hour": np.tile(np.arange(HOURS), len(told.days)),
        "yhat": shared_out(told.yhat, told.days, shares).ravel(),
        "q80": shared_out(told.bands.q80, told.days, shares).ravel(),
    }
    return pd.DataFrame(frame, columns=FORECAST_HOURLY.names)


_HOUR_COLUMNS: Final = (("day", np.int64), ("hour", np.int64), ("count", np.float64))


def _effect_rows(one: Made) -> list[dict[str, Any]]:
    series = one.part.series
    effects = event_effects(series, one.calendar)
    holidays = holiday_effects(series, one.calendar)
    recent = [told for told in holidays if told.event.first > series.last - RECENT_HOLIDAYS]
    rows = []
    for told in (*effects, *recent):
        share, low, high = told.effect
        first = day_of(told.event.first)
        about = {"kind": told.event.kind, "title": told.event.title, "first_day": first, "days": told.days, "events": 1}
        rows.append({**about, "effect": share, "low": low, "high": high, "says": told_event(told)})
    kinds = kind_effects([*effects, *holidays])
    for kind in kinds:
        share, low, high = kind.effect
        about = {"kind": kind.kind, "title": "", "first_day": None, "days": kind.days, "events": kind.events}
        rows.append({**about, "effect": share, "low": low, "high": high, "says": told_kind(kind)})
    rows += [row for kind in kinds for row in _ahead_rows(one, kind)]
    return [{**named(one.part), **row} for row in rows]


def _ahead_rows(one: Made, kind: KindEffect) -> list[dict[str, Any]]:
    """Return the planned events of a kind in the days ahead: what is expected of them is what their kind did."""
    last, until = one.part.series.last, one.part.series.last + HORIZON
    planned = [Event("holiday", name, day, day) for day, name in one.calendar.holidays.items()]
    share, low, high = kind.effect
    return [
        {
            "kind": kind.kind,
            "title": event.title,
            "first_day": day_of(event.first),
            "days": event.last - event.first + 1,
            "events": 0,
            "effect": share,
            "low": low,
            "high": high,
            "says": f"{event.title} is ahead. {told_kind(kind)}",
        }
        for event in (*one.calendar.events, *planned)
        if event.kind == kind.kind != "outage" and last < event.first <= until
    ]


def _growth_rows(one: Made) -> list[dict[str, Any]]:
    told = growth(one.part.series, one.calendar)
    if told is None:
        return []
    share, low, high = told.effect
    return [{**named(one.part), "growth": share, "low": low, "high": high, "days": told.days}]
