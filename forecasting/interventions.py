"""Did it work? For every intervention of the journal, what its metric did against what was expected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from config.errors import DeskpulseError
from config.settings import Settings
from forecasting.daily import ORIGIN, daily, last_mature_day
from forecasting.effects import Effect, Measured, measure
from forecasting.segmented import Series, Unfittable, harmonics_of
from journal import Intervention, Where, open_journal
from metrics import Question, Scope, metric_named
from metrics.kinds import Metric
from metrics.outlook_tables import INTERVENTION_EFFECT, INTERVENTION_PATH
from metrics.published import Build

DAYS_BEFORE: Final = 56  # fewer cannot tell a trend
DAYS_AFTER: Final = 28  # fewer are chance, or the first days' excitement
LOOKED_BACK_DAYS: Final = 1095
LOOKED_AT_DAYS: Final = 84  # later days owe too much to other things
ROWS_BEFORE: Final = 100
ROWS_AFTER: Final = 50


class TooEarly(DeskpulseError):
    """Not enough days have passed, or their rows are not final yet."""


class NotEnough(DeskpulseError):
    """There is too little to compare with."""


@dataclass
class Told:
    """What can be said of an intervention: a verdict, why there is none, the days looked at, the measurement.

    ``control`` is the series it was measured beside, ``together`` how many were judged of the same weeks.
    """

    verdict: str
    reason: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    measured: Measured | None = None
    control: Series | None = None
    together: int = 1


def compute(build: Build, settings: Settings) -> dict[str, pd.DataFrame]:
    """Return ``intervention_effect`` and ``intervention_path`` of every intervention recorded."""
    effects, paths = [], []
    interventions = open_journal(settings, "forecasting", None).interventions()
    alone = [judged(intervention, build) for intervention in interventions]
    measured_on = [one.on for one, told in zip(interventions, alone, strict=True) if told.measured is not None]
    for intervention, told in zip(interventions, alone, strict=True):
        if told.measured is not None:
            _judge_together(intervention, told, measured_on)
        effects.append(_effect_row(intervention, told))
        if told.measured is not None:
            paths.append(_path_rows(intervention, told.measured))
    return {
        INTERVENTION_EFFECT.name: pd.DataFrame(effects, columns=INTERVENTION_EFFECT.names),
        INTERVENTION_PATH.name: pd.concat(paths or [pd.DataFrame(columns=INTERVENTION_PATH.names)], ignore_index=True),
    }


def judged(intervention: Intervention, build: Build) -> Told:
    """Measure one intervention on a build; what cannot be measured is told as a verdict with its reason."""
    told = Told("cannot tell", about={"days_needed": DAYS_AFTER})
    try:
        metric = metric_named(intervention.metric)
        series = _enough(metric, intervention, build, told.about)
        told.control = None if intervention.control is None else _series(intervention, intervention.control, build)
        told.measured = measure(series, _number(intervention.on), told.control)
        told.verdict = verdict(told.measured.effect, intervention.direction, metric)
    except TooEarly as error:
        told.verdict, told.reason = "too early", str(error)
    except Unfittable as error:
        told.reason = f"no line could be drawn: {error}"
    except DeskpulseError as error:
        told.reason = str(error)
    return told


def verdict(effect: Effect, direction: str, metric: Metric) -> str:
    """Return ``worked`` or ``got worse`` where the interval leaves out zero and the change is material.

    ``no visible effect`` takes an interval with no room for a material change, either way; all else cannot be told yet.
    """
    if not effect.low <= 0 <= effect.high and abs(effect.effect) >= metric.material:
        return "worked" if (effect.effect > 0) == (direction == "up") else "got worse"
    return "no visible effect" if max(-effect.low, effect.high) < metric.material else "cannot tell"


def _judge_together(intervention: Intervention, told: Told, measured_on: Sequence[date]) -> None:
    """Judge again by an interval that accounts for all interventions whose days after overlap: one may look good."""
    told.together = sum(abs((on - intervention.on).days) < LOOKED_AT_DAYS for on in measured_on)
    if told.measured is None or told.together == 1:
        return
    told.measured = measure(told.measured.series, _number(intervention.on), told.control, told.together)
    told.verdict = verdict(told.measured.effect, intervention.direction, metric_named(intervention.metric))


def _series(intervention: Intervention, where: Where, build: Build) -> Series:
    question = Question(
        (intervention.metric,),
        since=intervention.on - timedelta(days=LOOKED_BACK_DAYS),
        until=intervention.on + timedelta(days=LOOKED_AT_DAYS - 1),
        where=where,
    )
    return daily(question, Scope("interventions", intervention.teams or None, "local"), build)


def _enough(metric: Metric, intervention: Intervention, build: Build, about: dict[str, Any]) -> Series:
    """Return the series if there is enough of it, noting in ``about`` how much; raises ``TooEarly``, ``NotEnough``."""
    last = min(last_mature_day(metric, build), intervention.on + timedelta(days=LOOKED_AT_DAYS - 1))
    days_after = max((last - intervention.on).days + 1, 0)
    about |= {"days_after": days_after, "last_day": last if days_after else None}
    if days_after < DAYS_AFTER:
        raise TooEarly(f"too early to tell: {days_after} of {DAYS_AFTER} days")
    series = _series(intervention, intervention.where, build)
    begins = _number(intervention.on)
    is_before = series.day < begins
    days_before = int(begins - series.day.min()) if is_before.any() else 0
    counted = series.total if series.family == "count" else series.rows
    rows_before, rows_after = float(counted[is_before].sum()), float(counted[~is_before].sum())
    first = ORIGIN + timedelta(days=int(series.day.min())) if len(series.day) else None
    about |= {"days_before": days_before, "first_day": first, "rows_before": rows_before, "rows_after": rows_after}
    noun = metric.numerator if series.family == "count" else metric.denominator
    if days_before < DAYS_BEFORE:
        raise NotEnough(f"not enough before: {days_before} of {DAYS_BEFORE} days")
    if rows_before < ROWS_BEFORE:
        raise NotEnough(f"not enough before: {rows_before:.0f} of {ROWS_BEFORE} ({noun})")
    if rows_after < ROWS_AFTER:
        raise NotEnough(f"not enough after: {rows_after:.0f} of {ROWS_AFTER} ({noun})")
    return series


def _number(day: date) -> int:
    return (day - ORIGIN).days


def _effect_row(intervention: Intervention, told: Told) -> dict[str, Any]:
    row: dict[str, Any] = {
        "intervention_id": intervention.entry_id,
        "team_keys": json.dumps(sorted(intervention.teams)),
        "title": intervention.title,
        "metric": intervention.metric,
        "direction": intervention.direction,
        "happened_on": intervention.on,
        "verdict": told.verdict,
        "reason": told.reason,
        "has_control": intervention.control is not None,
        **told.about,
    }
    if told.measured is not None:
        effect = told.measured.effect
        row |= {name: getattr(effect, name) for name in ("effect", "low", "high", "observed", "expected")}
        row["is_season_known"] = harmonics_of(told.about["days_before"]) > 0
        row["is_relative"] = told.measured.series.family != "share"
        row["together"] = told.together
    return row


def _path_rows(intervention: Intervention, measured: Measured) -> pd.DataFrame:
    series, path = measured.series, measured.path
    rows = {
        "intervention_id": intervention.entry_id,
        "team_keys": json.dumps(sorted(intervention.teams)),
        "day": [ORIGIN + timedelta(days=int(day)) for day in series.day],
        "is_after": series.day >= _number(intervention.on),
        "observed": series.observed,
        "rows": np.full(len(series.day), np.nan) if series.family == "count" else series.rows,
        "fitted": path.fitted,
        "expected": path.expected,
        "expected_low": path.low,
        "expected_high": path.high,
    }
    return pd.DataFrame(rows, columns=INTERVENTION_PATH.names)
