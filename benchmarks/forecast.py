"""How good forecasts of volume are: ``python -m benchmarks.forecast [--series DIR] [--cutoffs N] [--many N]``.

Every member of the pool and their combination on real daily series and the published build's, at the same cutoffs: WAPE
against repeating last week, how often bands held, seconds; then many series, cold and a day later.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from rich.console import Console
from rich.table import Table

from config.settings import ROOT, load_settings
from forecasting.volume import desk
from forecasting.volume.backtest import Scored, accuracy, backtest
from forecasting.volume.cache import Cache, Forgetful
from forecasting.volume.forecaster import forecast
from forecasting.volume.holiday_calendar import calendar_for
from forecasting.volume.pool import LIGHT_POOL, POOL, Asking
from forecasting.volume.reading import read_series
from forecasting.volume.series import Calendar, Daily, Floats
from forecasting.volume.step import PART_PLAN
from metrics.published import current_build

RESULTS = Path(__file__).parent / "results" / "forecast.json"
SERIES = ROOT.parent / "shared" / "data" / "series"
COUNTRIES = {"calls_211": "US", "dumping_311": "US", "ed_arrivals": "IS", "web_visits": "US", "wiki_R": "US"}
HORIZON = STEP = 28
COMBINATION = "mean of the 3 best"


def real_series(folder: Path) -> dict[str, tuple[Daily, Calendar]]:
    """Return the series of a folder's ``*_daily.csv`` with the holidays of where they come from."""
    found = {}
    for path in sorted(folder.glob("*_daily.csv")):
        name, series = path.stem.removesuffix("_daily"), read_series(path)
        found[name] = series, calendar_for(series, COUNTRIES.get(name), HORIZON)
    return found


def desk_series() -> dict[str, tuple[Daily, Calendar]]:
    """Return the series of the build under ``DESKPULSE_HOME``: the total, and the two largest parts of each."""
    settings = load_settings()
    if not (settings.builds / "current.duckdb").exists():
        return {}
    build = current_build(settings)
    total = desk.whole(build)
    if total is None:
        return {}
    known = desk.calendar(build, total.series, settings, HORIZON)
    chosen = [total, *(part for dimension in desk.DIMENSIONS for part in desk.parts(build, dimension)[:2])]
    return {f"demo {part.value or 'total'}": (part.series, desk.concerning(build, part, known)) for part in chosen}


def ratio(scored: list[Scored], told: list[Floats]) -> float:
    """Return the absolute error of forecasts over that of repeating last week, over the days known."""
    mine = sum(float(np.nansum(np.abs(s.actual - yhat))) for s, yhat in zip(scored, told, strict=True))
    return mine / sum(float(np.nansum(np.abs(s.actual - s.naive))) for s in scored)


def measured(name: str, series: Daily, calendar: Calendar, cutoffs: int) -> dict[str, Any]:
    """Return how each member and the combination did on one series; a member too young for a cutoff has no figure."""
    memory, started = Forgetful(), _cpu_seconds()
    scored = backtest(series, calendar, memory, HORIZON, cutoffs, STEP)
    seconds = _cpu_seconds() - started
    ratios: dict[str, float | None] = {}
    for member in POOL:
        histories = [series.until(one.cutoff) for one in scored]
        if all(len(history) >= member.fewest_days for history in histories):
            told = [Asking(history, HORIZON, calendar, memory).asked(member) for history in histories]
            ratios[member.name] = ratio(scored, told)
    how = accuracy(scored, series)
    pooled = {"ratio": how.ratio, "wape": how.wape, "noise_floor": how.noise_floor, "coverage80": how.coverage80}
    weeks = [[float(v) for v in inside(one)] for one in scored]
    return {"series": name, "cutoffs": len(scored), **pooled, "members": ratios, "seconds": seconds, "inside": weeks}


def inside(one: Scored) -> Floats:
    """Return 1 for days inside the 80 % band, 0 outside, NaN where the count is not known."""
    held = (one.actual >= one.bands.lo80) & (one.actual <= one.bands.hi80)
    return np.where(np.isfinite(one.actual), held.astype(float), np.nan)


def _cpu_seconds() -> float:
    """Return the processor time of this process and of those it waited for: Prophet's fits are processes."""
    return sum(os.times()[:4])


def geometric(values: list[float]) -> float:
    """Return the geometric mean."""
    return float(np.exp(np.mean(np.log(values))))


def many(count: int) -> dict[str, float]:
    """Return CPU seconds for so many simulated series of three years, cold and with one day more."""
    shape, days = np.array([1.3, 1.1, 1, 1, 0.9, 0.4, 0.3]), np.arange(1096)
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for run, length in (("cold", 1095), ("next_day", 1096)):
            memory, started = Cache(Path(folder)), _cpu_seconds()
            for seed in range(count):
                y = np.random.default_rng(seed).poisson(20 * shape[days % 7] * (1 + days / 2000)).astype(float)
                forecast(Daily(19_000, y[:length]), Calendar(), memory, PART_PLAN)
            told[run] = _cpu_seconds() - started
    return told


def main() -> None:
    """Print the tables and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    options.add_argument("--series", type=Path, default=SERIES, metavar="DIR", help="folder of *_daily.csv")
    options.add_argument("--cutoffs", type=int, default=16, metavar="N", help="scored origins (default 16)")
    options.add_argument("--many", type=int, default=100, metavar="N", help="simulated series to refresh (default 100)")
    options.add_argument("--only-many", action="store_true", help="time many series, and nothing else")
    chosen = options.parse_args()
    if chosen.only_many:
        _print_many(chosen.many, many(chosen.many))
        return
    series = {**real_series(chosen.series), **desk_series()}
    rows = [measured(name, *told, chosen.cutoffs) for name, told in series.items()]
    _print_series(rows)
    summary = _summary(rows)
    _print_members(rows, summary)
    told = many(chosen.many)
    _print_many(chosen.many, told)
    RESULTS.parent.mkdir(exist_ok=True)
    kept = [{name: value for name, value in row.items() if name != "inside"} for row in rows]
    RESULTS.write_text(json.dumps({"rows": kept, "summary": summary, "many": told}, indent=2) + "\n", encoding="utf-8")


def _print_many(count: int, told: dict[str, float]) -> None:
    seconds = f"cold {told['cold']:.0f} CPU-s, next day {told['next_day']:.1f}"
    print(f"{count} series of {len(LIGHT_POOL)} members: {seconds}")


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    held = np.vstack([one for row in rows for one in row["inside"]])
    ratios = [row["ratio"] for row in rows]
    return {
        "geometric_mean_ratio": geometric(ratios),
        "worst_ratio": max(ratios),
        "coverage80": float(np.nanmean(held)),
        "coverage80_by_week": [float(np.nanmean(held[:, at : at + 7])) for at in range(0, HORIZON, 7)],
    }


def _print_series(rows: list[dict[str, Any]]) -> None:
    shown = Table("series", "cutoffs", "WAPE", "chance", "÷ naive", "80 % held", "CPU-s", box=None)
    for row in rows:
        shares = (f"{row[name]:.1%}" for name in ("wape", "noise_floor"))
        held = f"{row['coverage80']:.1%}"
        shown.add_row(row["series"], str(row["cutoffs"]), *shares, f"{row['ratio']:.2f}", held, f"{row['seconds']:.1f}")
    Console(width=120).print(shown)


def _print_members(rows: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    shown = Table("method", "÷ naive, geometric mean", "worst", "series", box=None)
    for member in POOL:
        ratios = [row["members"][member.name] for row in rows if member.name in row["members"]]
        if ratios:
            shown.add_row(member.title, f"{geometric(ratios):.3f}", f"{max(ratios):.2f}", str(len(ratios)))
    figures = f"{summary['geometric_mean_ratio']:.3f}", f"{summary['worst_ratio']:.2f}"
    shown.add_row(COMBINATION, *figures, str(len(rows)))
    Console(width=120).print(shown)
    weeks = " ".join(f"{week:.1%}" for week in summary["coverage80_by_week"])
    print(f"80 % band held {summary['coverage80']:.1%} of days; by week ahead {weeks}")


if __name__ == "__main__":
    main()
