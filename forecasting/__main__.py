"""The command line of what looks ahead: ``python -m forecasting run | backtest | alerts | strain``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the models are small: threads would only wait for each other

from config import logs
from config.cli import Parser, guarded
from config.errors import BadInput, DeskpulseError
from config.settings import load_settings
from forecasting.steps import StepResult, missing, run_steps
from metrics.outlook_tables import STEPS

KINDS = ("count", "rate", "duration")


class StepsFailed(DeskpulseError):
    """A step could not be computed; the numbers are published all the same."""


def parser() -> Parser:
    """Return the parser of every command and option."""
    top = Parser(prog="python -m forecasting", description="What is computed after publication.")
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="compute every step for the published build")
    run.add_argument("--step", action="append", default=[], metavar="STEP", help=f"only this: {', '.join(STEPS)}")
    run.add_argument("--missing", action="store_true", help="only steps without a result for the published build")
    run.add_argument("--json", action="store_true", help="print how each step went as JSON")
    backtest = commands.add_parser("backtest", help="how well would this daily series have been forecast?")
    backtest.add_argument(
        "--series", required=True, type=Path, metavar="CSV", help="a file of ds,y; blank y is unknown"
    )
    backtest.add_argument("--country", metavar="ISO", help="whose public holidays: US, DE, DE-BY …")
    backtest.add_argument("--horizon", type=int, default=28, metavar="DAYS", help="days ahead (default 28)")
    backtest.add_argument("--cutoffs", type=int, default=16, metavar="N", help="scored origins (default 16)")
    backtest.add_argument("--step", type=int, default=28, metavar="DAYS", help="days between them (default 28)")
    backtest.add_argument("--json", action="store_true", help="print every forecast as JSON")
    strain = commands.add_parser("strain", help="whose work is changing against their own past?")
    strain.add_argument("--agents", required=True, type=Path, metavar="FILE", help="a row an agent, week and category")
    strain.add_argument("--json", action="store_true", help="print every agent-week as JSON")
    alerts = commands.add_parser("alerts", help="which days of this daily series deserve attention?")
    alerts.add_argument("--series", required=True, type=Path, metavar="CSV", help="a file; blank is unknown")
    alerts.add_argument(
        "--kind", required=True, choices=KINDS, help="count: ds,y; rate: ds,numerator,denominator; duration: ds,y,n"
    )
    alerts.add_argument("--country", metavar="ISO", help="whose public holidays, for counts: US, DE, DE-BY …")
    alerts.add_argument("--worse", choices=("up", "down"), help="default: down for a rate, up for a duration")
    alerts.add_argument("--json", action="store_true", help="print the alerts as JSON")
    return top


def told(result: StepResult) -> str:
    """Return how a step went, in a line."""
    if result.outcome == "failed":
        return f"{result.step} could not be computed: {result.says}"
    return f"{result.step} computed for build {result.build} in {result.seconds:.1f} s"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; bad input, and a step that fails, is one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    if options.command == "backtest":
        _backtest(options)
    elif options.command == "strain":
        _strain(options)
    elif options.command == "alerts":
        _alerts(options)
    else:
        _run(options)


def _backtest(options: argparse.Namespace) -> None:
    """Backtest a file's series."""
    from forecasting.volume.printing import backtested, memory_of, print_backtest

    for name, most in (("horizon", 182), ("cutoffs", 200), ("step", 364)):
        if not 1 <= getattr(options, name) <= most:
            raise BadInput(f"--{name} must be 1 to {most}, it is {getattr(options, name)}")
    memory = memory_of(load_settings().home)
    told = backtested(options.series, options.country, options.horizon, options.cutoffs, options.step, memory)
    if options.json:
        print(json.dumps(told))
    else:
        print_backtest(told)


def _strain(options: argparse.Namespace) -> None:
    """Score a weekly table."""
    from forecasting.strain.printing import as_json, print_strain, strained

    told = strained(options.agents)
    if options.json:
        print(json.dumps(as_json(told)))
    else:
        print_strain(told)


def _alerts(options: argparse.Namespace) -> None:
    """Tell which days of a file's series alert."""
    from forecasting.alerts.single import alerts_of, print_alerts

    if options.kind == "count" and options.worse:
        raise BadInput("--worse is for rates and durations; single days of counts alert upwards only")
    rows = alerts_of(options.series, options.kind, options.country, options.worse)
    if options.json:
        print(json.dumps({"alerts": rows}))
    else:
        print_alerts(rows)


def _run(options: argparse.Namespace) -> None:
    """Compute every step, or those named, or those that are missing."""
    settings = load_settings()
    logs.set_up(settings.log_format)
    names = missing(settings, options.step) if options.missing else options.step
    results = run_steps(settings, datetime.now(UTC), names=names) if names or not options.missing else []
    if options.json:
        print(json.dumps({"outlook": [asdict(result) for result in results]}))
    else:
        for result in results:
            if result.outcome == "ready":
                print(told(result))
    failed = [told(result) for result in results if result.outcome == "failed"]
    if failed:
        raise StepsFailed("; ".join(failed))


if __name__ == "__main__":
    sys.exit(guarded(main))
