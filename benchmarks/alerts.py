"""How good alerts are: ``python -m benchmarks.alerts [--series DIR] [--injections N] [--many N] [--no-prophet]``.

Real daily counts with injected spikes and shifts, simulated rates and durations with drops and slowdowns, beside
simpler rules at the same number of alerts; false alarms where nothing happens; seconds for many series. What
simpler rules know is the past only, too.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import alerts_rivals as rivals
from benchmarks.forecast import SERIES, desk_series, real_series
from forecasting.alerts import counts
from forecasting.alerts.counts import watch_counts
from forecasting.alerts.durations import watch_durations
from forecasting.alerts.rates import watch_rates
from forecasting.alerts.watched import DOWN, UP
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.series import Bools, Calendar, Daily, Floats

RESULTS = Path(__file__).parent / "results" / "alerts.json"
LONGEST = 1300
WARM_DAYS = 400
YEAR = 365.0
SPIKES = {"spike ×1.5": 1.5, "spike ×2": 2.0}
SHIFT, SHIFT_WITHIN = 1.2, 14
BUDGET = 4.0  # alerts a series-year that may be spent on real series
LOWERED = (1.0, 0.95, 0.9, 0.85, 0.8)  # times our limit for shifts: what a budget that is not spent would buy
MERGED_DAYS = {"count": 3, "rate": 7, "duration": 7}
RATE_ROWS = (30, 100, 400)
WEEK = np.array([1.1, 1.0, 1.0, 1.0, 0.9, 0.45, 0.35])


def incidents(alerts: Bools, merged: int) -> int:
    """Return how many incidents the alerting days of all series are."""
    found = 0
    for row in alerts:
        days = np.flatnonzero(row)
        found += int(len(days) > 0) + int((np.diff(days) > merged).sum())
    return found


def on_real(name: str, series: Daily, calendar: Calendar, injections: int, with_prophet: bool) -> dict[str, Any]:
    """Return recall of each rule on one real series, and how often it alerts by itself."""
    y = series.y[-LONGEST:]
    first = series.last - len(y) + 1
    days = len(y)
    rng = np.random.default_rng(7)
    open_days = np.flatnonzero(np.nan_to_num(y[WARM_DAYS : days - SHIFT_WITHIN]) > 0) + WARM_DAYS
    at = np.sort(rng.choice(open_days, min(injections, len(open_days)), replace=False))
    own = watch_counts(y[None], first, calendar).direction
    years = (days - WARM_DAYS) / YEAR
    told: dict[str, Any] = {"series": name, "mean": float(np.nanmean(y)), "years": years, "own": {}, "rivals": {}}
    told["own"]["alerts"] = int((own[0, WARM_DAYS:] != 0).sum())
    told["own"]["incidents"] = incidents(own[:, WARM_DAYS:] != 0, MERGED_DAYS["count"])
    for title, factor in SPIKES.items():
        seen = watch_counts(injected(y, at, factor, 1), first, calendar).direction
        told["own"][title] = float(np.mean(seen[np.arange(len(at)), at] == UP))
    seen = watch_counts(injected(y, at, SHIFT, days), first, calendar).direction
    found = [bool((seen[row, day : day + SHIFT_WITHIN] == UP).any()) for row, day in enumerate(at)]
    told["own"]["shift +20 %"] = float(np.mean(found))
    chosen = [r for r in rivals.COUNT_RIVALS if with_prophet or r is not rivals.prophet_scores]
    for rival in chosen:
        told["rivals"][rival.__name__] = _rival(rival, Daily(first, y), calendar, at)
    return told


def as_often(
    series: Mapping[str, tuple[Daily, Calendar]], injections: int, budget: float
) -> tuple[float, list[dict[str, Any]]]:
    """Return the lowest share of our limit for shifts that keeps within a budget, and what each series tells then."""
    best: tuple[float, list[dict[str, Any]]] = (1.0, [])
    for share in LOWERED:
        with patch.multiple(counts, SHIFT=share * counts.SHIFT, DROP=share * counts.DROP):
            told = [on_real(name, *one, injections, False) for name, one in series.items()]
        if best[1] and _spent(told) > budget:
            break
        best = share, told
    return best


def _spent(rows: list[dict[str, Any]]) -> float:
    return float(sum(row["own"]["alerts"] for row in rows) / sum(row["years"] for row in rows))


def _ours(rows: list[dict[str, Any]]) -> dict[str, float]:
    recall = {name: float(np.mean([row["own"][name] for row in rows])) for name in (*SPIKES, "shift +20 %")}
    return {"alerts": _spent(rows), **recall}


def injected(y: Floats, at: np.ndarray, factor: float, days: int) -> Floats:
    """Return a copy of a series for each day in ``at``, with ``days`` from it on multiplied."""
    copies = np.repeat(y[None], len(at), axis=0)
    for row, day in enumerate(at):
        copies[row, day : day + days] = np.round(copies[row, day : day + days] * factor)
    return copies


def _rival(rival: rivals.CountRule, series: Daily, calendar: Calendar, at: np.ndarray) -> dict[str, Any]:
    """Return a simpler rule's scores: of every day as it was, and of the days with a spike."""
    middle, width = rival(series, calendar)
    scores = (series.y - middle) / width
    spikes = {title: ((np.round(series.y * factor) - middle) / width)[at] for title, factor in SPIKES.items()}
    return {"scores": scores[WARM_DAYS:], "spikes": spikes}


def matched(rows: list[dict[str, Any]], budget: float) -> dict[str, dict[str, float]]:
    """Return each rival's recall at the limit that spends ``budget`` alerts a series-year over all series."""
    years = sum(row["years"] for row in rows)
    told = {}
    for name in rows[0]["rivals"]:
        scores = np.sort(np.concatenate([np.nan_to_num(row["rivals"][name]["scores"], nan=-np.inf) for row in rows]))
        limit = scores[-int(budget * years) - 1]
        told[name] = {
            title: float(np.mean([np.mean(row["rivals"][name]["spikes"][title] > limit) for row in rows]))
            for title in SPIKES
        }
    return told


def calm_counts(level: float, series: int, days: int, seed: int) -> Floats:
    """Return counts with weekdays, a season, a slow trend and more spread than Poisson's, where nothing happens."""
    rng = np.random.default_rng(seed)
    day = np.arange(days)
    year = 1 + 0.15 * np.sin(2 * np.pi * (day / YEAR + rng.random((series, 1))))
    trend = np.exp(0.1 * day / YEAR * rng.normal(size=(series, 1)))
    mean = level * WEEK[day % 7] / WEEK.mean() * year * trend
    return rng.poisson(mean * rng.gamma(100, 0.01, mean.shape)).astype(float)


def on_calm(level: float, series: int) -> dict[str, float]:
    """Return false incidents a series-year of counts, and recall, where nothing but the injection happens."""
    days = 1095
    y = calm_counts(level, series, days, seed=int(level))
    own = watch_counts(y, 18_000, Calendar()).alerts
    years = series * (days - WARM_DAYS) / YEAR
    told = {"false": incidents(own[:, WARM_DAYS:], MERGED_DAYS["count"]) / years}
    rng = np.random.default_rng(1)
    at = rng.integers(WARM_DAYS, days - SHIFT_WITHIN, series)
    for title, factor, length in (*((t, f, 1) for t, f in SPIKES.items()), ("shift +20 %", SHIFT, days)):
        changed = np.vstack([injected(row, at[i : i + 1], factor, length) for i, row in enumerate(y)])
        seen = watch_counts(changed, 18_000, Calendar()).direction == UP
        reach = 1 if length == 1 else SHIFT_WITHIN
        told[title] = float(np.mean([seen[i, day : day + reach].any() for i, day in enumerate(at)]))
    return told


def on_rates(rows: int, overdispersion: float, series: int) -> dict[str, float]:
    """Return false incidents a series-year, and recall of 75 → 65 %, of our rule and of a p-chart as often wrong."""
    hits, n = rivals.simulated_rates(rows, 0.75, 0.75, 800, series, overdispersion, seed=rows)
    years = series * (800 - 110) / YEAR
    own = watch_rates(hits, n)
    told = {"false": incidents(own.alerts[:, 110:], 7) / years}
    limit = rivals.limit_for(rivals.p_chart(hits, n)[:, 110:], told["false"] * years, 7, incidents)
    dropped = rivals.simulated_rates(rows, 0.75, 0.65, 300, series, overdispersion, seed=rows + 1, since=260)
    seen, chart = watch_rates(*dropped).direction == DOWN, rivals.p_chart(*dropped) < -limit
    for title, found in (("own", seen), ("p-chart", chart)):
        for within in (7, 14):
            told[f"{title} {within} d"] = float(found[:, 260 : 260 + within].any(axis=1).mean())
    return told


def on_durations(rows: int, wobble: float, series: int) -> dict[str, float]:
    """Return the same for handle time +20 % within 14 days; the rival is an EWMA of raw means as often wrong."""
    logs, raw, n = rivals.simulated_durations(rows, wobble, 800, series, seed=rows)
    years = series * (800 - 120) / YEAR
    told = {"false": incidents(watch_durations(logs, n).alerts[:, 120:], 7) / years}
    limit = rivals.limit_for(rivals.raw_ewma(raw)[:, 120:], told["false"] * years, 7, incidents)
    logs, raw, n = rivals.simulated_durations(rows, wobble, 300, series, seed=rows + 1, since=260)
    seen, ewma = watch_durations(logs, n).direction == UP, rivals.raw_ewma(raw) > limit
    for title, found in (("own", seen), ("EWMA of raw means", ewma)):
        told[f"{title} 14 d"] = float(found[:, 260:274].any(axis=1).mean())
    return told


def daily_run(series: int) -> float:
    """Return CPU seconds for so many count series of 800 days whose last year is judged."""
    y = np.random.default_rng(3).poisson(20, (series, 800)).astype(float)
    calendar = calendar_for(Daily(19_000, y[0]), "DE", 28)
    started = time.process_time()
    watch_counts(y, 19_000, calendar, since=800 - 430)
    return time.process_time() - started


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    shown = Table(*rows[0], box=None, title=title, title_justify="left")
    for row in rows:
        shown.add_row(*(f"{v:.2f}" if isinstance(v, float) else str(v) for v in row.values()))
    Console(width=140).print(shown)


def main() -> None:
    """Print the tables and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.alerts", description=__doc__)
    options.add_argument("--series", type=Path, default=SERIES, metavar="DIR", help="folder of *_daily.csv")
    options.add_argument("--injections", type=int, default=40, metavar="N", help="of each kind, a series (default 40)")
    options.add_argument("--many", type=int, default=2000, metavar="N", help="series of a daily run (default 2000)")
    options.add_argument("--no-prophet", action="store_true", help="leave Prophet out, which takes minutes")
    chosen = options.parse_args()
    told = measured(chosen.series, chosen.injections, chosen.many, not chosen.no_prophet, _print)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def measured(
    folder: Path, injections: int, many: int, with_prophet: bool, show: Callable[[str, list[dict[str, Any]]], None]
) -> dict[str, Any]:
    """Return every figure, shown as it is ready."""
    series = {name: told for name, told in {**real_series(folder), **desk_series()}.items() if len(told[0]) > 2 * YEAR}
    real = [on_real(name, *one, injections, with_prophet) for name, one in series.items()]
    per_series = [{"series": r["series"], "mean": r["mean"], **_a_year(r)} for r in real]
    show("counts: real series and the demo's, alerts a series-year", per_series)
    share, freer = as_often(series, injections, BUDGET)
    compared = [{"rule": "ours", **_ours(real)}, {"rule": f"ours, limit of shifts x {share}", **_ours(freer)}]
    for name, recall in matched(real, BUDGET).items():
        compared.append({"rule": name.replace("_", " "), "alerts": BUDGET, **recall, "shift +20 %": "–"})
    show("real series at a budget of alerts", compared)
    calm = [{"a day": level, **on_calm(level, 120)} for level in (30.0, 100.0, 400.0)]
    show("counts: calm simulated series", calm)
    rate = [{"rows": n, "overdispersion": o, **on_rates(n, o, 200)} for n in RATE_ROWS for o in (0.0, 0.01)]
    show("rates: 75 → 65 %", rate)
    duration = [{"rows": n, "wobble": w, **on_durations(n, w, 200)} for n in (30, 100) for w in (0.0, 0.05)]
    show("durations: +20 %", duration)
    seconds = daily_run(many)
    print(f"{many} series in a daily run: {seconds:.0f} CPU-s")
    kept = {"real": per_series, "budget": compared, "calm": calm, "rates": rate, "durations": duration}
    return {**kept, "daily_run": {"series": many, "cpu_seconds": seconds}, "shift": compared[0]["shift +20 %"]}


def _a_year(row: dict[str, Any]) -> dict[str, float]:
    own = dict(row["own"])
    return {name: own.pop(name) / row["years"] for name in ("alerts", "incidents")} | own


if __name__ == "__main__":
    main()
