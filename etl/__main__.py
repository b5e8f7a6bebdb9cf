"""The pipeline's command line: ``python -m etl demo | init | check | run | status | forget | erase | rollback``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config import logs
from config.cli import Parser, guarded, tell, writing_to
from config.errors import BadSetting
from config.settings import Settings, load_settings
from etl import operating

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the models are small: threads would only wait for each other

OUT = Console()
ERR = Console(stderr=True)


def parser() -> Parser:
    """Return the parser of every command and option."""
    top = Parser(prog="python -m etl", description="From a helpdesk's records to a published warehouse.")
    commands = top.add_subparsers(dest="command", required=True)

    demo = commands.add_parser("demo", help="write a simulated helpdesk in the import format")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    demo.add_argument("--tickets", type=int, metavar="N", help="how many tickets (default: what the teams can handle)")
    demo.add_argument("--days", type=int, default=913, metavar="D", help="how many days back (default 913: 30 months)")
    demo.add_argument("--until", metavar="DATE", help="the day it ends (default: now)")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another desk (default 1)")

    begun = commands.add_parser("init", help="write a commented source into the settings")
    begun.add_argument("source", metavar="KIND", help="what kind of helpdesk: see docs/connectors.md")
    begun.add_argument("--name", metavar="NAME", help="what to call it (default: its kind)")
    begun.add_argument("--config", type=Path, metavar="FILE", help="settings file (default deskpulse.toml)")

    checked = commands.add_parser("check", help="whether a source can be read, and what is missing")
    checked.add_argument("source", metavar="NAME", help="a configured source")
    checked.add_argument("--config", type=Path, metavar="FILE", help="settings file (default deskpulse.toml)")
    checked.add_argument("--json", action="store_true", help="print what was found as JSON")

    run = commands.add_parser("run", help="extract, build, check, publish, look ahead")
    run.add_argument("--config", type=Path, metavar="FILE", help="settings file (default deskpulse.toml)")
    run.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="only this configured source; repeatable"
    )
    run.add_argument("--full-refresh", action="store_true", help="forget what was read before of these sources")
    run.add_argument("--input", type=Path, nargs="+", metavar="PATH", help="read these instead of configured sources")
    run.add_argument(
        "--mapping", type=Path, metavar="MAPPING.toml", help="how to read files that are not in the import format"
    )
    run.add_argument("--name", metavar="NAME", help="what to call the input (default: its file or folder name)")
    run.add_argument("--every", metavar="15m", help="run again and again: so long after each beginning (s, m or h)")
    run.add_argument("--no-forecast", action="store_true", help="publish numbers only")
    run.add_argument("--json", action="store_true", help="print what was done as JSON")

    told = commands.add_parser("status", help="what is published and how fresh it is")
    told.add_argument("--json", action="store_true", help="print it as JSON")

    forgotten = commands.add_parser("forget", help="forget what was read of a source")
    forgotten.add_argument("source", metavar="NAME", help="what it was called")

    erased = commands.add_parser("erase", help="erase a requester everywhere, for good")
    erased.add_argument(
        "--requester", required=True, metavar="ID", help="their number in the helpdesk, or their address"
    )
    erased.add_argument("--source", metavar="NAME", help="only as this source knows them (default: in every source)")
    erased.add_argument("--no-forecast", action="store_true", help="leave what follows publication to the next run")
    erased.add_argument("--json", action="store_true", help="print what was done as JSON")

    operating.add_commands(commands)
    return top


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        day = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadSetting(f"--until {text!r} is not a date such as 2026-03-31") from error
    if len(text) <= len("2026-03-31"):
        day += timedelta(days=1, seconds=-1)  # a day means its end
    return day if day.tzinfo else day.replace(tzinfo=UTC)


def _demo(options: argparse.Namespace) -> None:
    from etl.demo import write_demo

    if options.tickets is not None and options.tickets < 1:
        raise BadSetting("--tickets must be at least 1")
    if options.days < 1:
        raise BadSetting("--days must be at least 1")
    until = _instant(options.until)
    with writing_to(options.out, "--out"), ERR.status("demo helpdesk") as spinner:
        write_demo(
            options.out,
            tickets=options.tickets,
            days=options.days,
            until=until,
            seed=options.seed,
            progress=lambda text: spinner.update(f"demo helpdesk: {text}"),
        )
    OUT.print(f"demo helpdesk written to {options.out}", highlight=False)


def _run(options: argparse.Namespace) -> None:
    from config.repeating import again_and_again, span

    if options.every:
        again_and_again(lambda: _run_once(options), span(options.every), tell)
    else:
        _run_once(options)


def _run_once(options: argparse.Namespace) -> None:
    from etl.load import found
    from etl.pipeline import FileSource, Source, as_json, configured_sources, run

    settings = load_settings(options.config)
    logs.set_up(settings.log_format)
    if options.input:
        found(options.input, options.mapping)  # what cannot be meant is refused before it is a run
        first = options.mapping or options.input[0]
        name = options.name or first.resolve().name.removesuffix(first.suffix)
        sources: list[Source] = [FileSource(name, tuple(options.input), options.mapping)]
    elif options.mapping or options.name:
        raise BadSetting("--mapping and --name go with --input")
    else:
        sources = configured_sources(settings, options.source)
    with ERR.status("starting") as spinner:
        result = run(
            sources, settings, datetime.now(UTC), spinner.update, options.full_refresh, not options.no_forecast
        )
    if options.json:
        print(json.dumps(as_json(result)))
        return
    shown = Table("source", "file", "table", box=None)  # names fold where a terminal is narrow; numbers are never cut
    for heading in ("read", "loaded", "unchanged", "superseded", "quarantined"):
        shown.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for count in result.counts:
        numbers = (count.read, count.loaded, count.unchanged, count.superseded, count.quarantined)
        shown.add_row(count.source, count.file, count.table, *(f"{number:,}" for number in numbers))
    OUT.print(shown)
    for check in result.checks:
        if not check.passed:
            OUT.print(f"warning: {check.says.removeprefix('Warning: ')} ({check.failures:,} rows)", highlight=False)
    OUT.print(
        f"published build {result.build_id} in {result.seconds:.1f} s ({len(result.checks)} checks)", highlight=False
    )
    for step in result.outlook:
        if step.outcome == "failed":
            OUT.print(f"{step.step} could not be computed: {step.says}", highlight=False, markup=False)


def _init(options: argparse.Namespace) -> None:
    from etl.connecting import begin

    for line in begin(options.source, options.name or options.source, options.config):
        OUT.print(line, highlight=False, markup=False)


def _check(options: argparse.Namespace) -> None:
    from etl.connecting import check

    findings = check(load_settings(options.config), options.source, datetime.now(UTC))
    if options.json:
        print(json.dumps({"source": options.source, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            mark = "ok     " if finding.ok else "missing"
            OUT.print(f"{mark}  {finding.what}: {finding.says}", highlight=False, markup=False)
    missing = [finding.what for finding in findings if not finding.ok]
    if missing:
        raise BadSetting(f"{options.source} cannot be read yet: {', '.join(missing)}")


def _status(options: argparse.Namespace, settings: Settings) -> None:
    from etl.status import status

    told = status(settings, datetime.now(UTC))
    if options.json:
        print(json.dumps(told))
        return
    if told["build"] is None:
        OUT.print("nothing is published yet; run make demo, or: python -m etl run --input FOLDER", highlight=False)
    else:
        OUT.print(f"build {told['build']}, as of {told['as_of']}", highlight=False)
        for source in told["sources"]:
            OUT.print(
                f"{source['source']}: read {source['read']:,}, loaded {source['loaded']:,}, "
                f"unchanged {source['unchanged']:,}, superseded {source['superseded']:,}, "
                f"quarantined {source['quarantined']:,}; "
                f"{source['age_seconds'] // 60} minutes ago",
                highlight=False,
            )
        failed = [check for check in told["checks"] if not check["passed"]]
        OUT.print(f"{len(told['checks'])} checks, {len(failed)} with rows to look at", highlight=False)
    for step in told["outlook"]:
        if step["outcome"] == "failed":
            OUT.print(f"{step['step']} could not be computed: {step['says']}", highlight=False, markup=False)
    last = told["last_run"]
    if last and last["outcome"] == "refused":
        OUT.print(f"the last run was refused: {last['why']}", highlight=False)


def _forget(settings: Settings, name: str) -> None:
    from etl.connecting import forget

    OUT.print(forget(settings, name), highlight=False, markup=False)


def _erase(settings: Settings, options: argparse.Namespace) -> None:
    from etl.erasure.erase import erase

    with ERR.status("erasing") as spinner:
        done = erase(
            settings, options.requester, datetime.now(UTC), spinner.update, options.source, not options.no_forecast
        )
    if options.json:
        print(json.dumps(asdict(done)))
        return
    OUT.print(done.says, highlight=False, markup=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; bad input is one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    match options.command:
        case "demo":
            _demo(options)
        case "init":
            _init(options)
        case "check":
            _check(options)
        case "run":
            _run(options)
        case "status":
            _status(options, load_settings())
        case "forget":
            _forget(load_settings(), options.source)
        case "erase":
            _erase(load_settings(), options)
        case _:
            operating.run(options, load_settings())


if __name__ == "__main__":
    sys.exit(guarded(main))
