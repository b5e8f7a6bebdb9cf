"""Commands of who runs an installation: ``python -m etl health | monitor | backup | restore | rollback``."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config import logs
from config.errors import BadInput, RunRefused
from config.repeating import span
from config.settings import Settings

DAY_AND_A_BIT = "26h"
MONITOR_PORT = 9502


def add_commands(commands: Any) -> None:
    """Add the parsers of these commands to the pipeline's."""
    healthy = commands.add_parser("health", help="whether all is well: exit code 0 if so")
    watching = commands.add_parser("monitor", help="answer /health and /metrics of the pipeline, until stopped")
    for each in (healthy, watching):
        each.add_argument(
            "--older-than", default=DAY_AND_A_BIT, metavar="26h", help="a build older than this is too old (s, m or h)"
        )
    healthy.add_argument("--json", action="store_true", help="print it as JSON")
    watching.add_argument("--port", type=int, default=MONITOR_PORT, metavar="N", help=f"default {MONITOR_PORT}")
    watching.add_argument("--address", default="127.0.0.1", metavar="A", help="default 127.0.0.1: this machine only")
    saving = commands.add_parser("backup", help="save what cannot be made again into a new folder")
    saving.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder of backups, on another disk")
    saving.add_argument("--keep", type=int, default=0, metavar="N", help="so many newest ones stay (default: all)")
    bringing = commands.add_parser("restore", help="bring a backup back into an empty DESKPULSE_HOME")
    bringing.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR", help="one backup's folder")
    bringing.add_argument(
        "--erased", type=Path, metavar="FILE", help="the newest erased.json, where it is not in the folder of backups"
    )
    bringing.add_argument("--no-forecast", action="store_true", help="leave what follows publication to the next run")
    commands.add_parser("rollback", help="publish the build before the present one")


def run(options: argparse.Namespace, settings: Settings) -> None:
    """Run one of these commands."""
    logs.set_up(settings.log_format)
    match options.command:
        case "health":
            _health(options, settings)
        case "monitor":
            _monitor(options, settings)
        case "backup":
            _backup(options, settings)
        case "restore":
            _restore(options, settings)
        case _:
            _rollback(settings)


def _health(options: argparse.Namespace, settings: Settings) -> None:
    from etl.monitor import health

    told = health(settings, datetime.now(UTC), _too_old(options))
    if options.json:
        print(json.dumps(told))
    if told["complaints"]:
        raise RunRefused("; ".join(told["complaints"]))
    if not options.json:
        print(f"all is well: build {told['build']}, {told['build_age_seconds'] // 60} minutes old")


def _monitor(options: argparse.Namespace, settings: Settings) -> None:
    from etl.monitor import serve

    print(f"http://{options.address}:{options.port}/health and /metrics, until stopped", flush=True)
    serve(settings, options.address, options.port, _too_old(options))


def _too_old(options: argparse.Namespace) -> timedelta:
    return timedelta(seconds=span(options.older_than, "--older-than"))


def _backup(options: argparse.Namespace, settings: Settings) -> None:
    from etl.backup import back_up

    if options.keep < 0:
        raise BadInput("--keep must be at least 0")
    made = back_up(settings, options.to, datetime.now(UTC), options.keep)
    elsewhere = "; the journal is on a server: dump it there (docs/deploy.md)" if settings.journal_url else ""
    print(f"saved to {made}{elsewhere}")


def _restore(options: argparse.Namespace, settings: Settings) -> None:
    from etl.backup import restore
    from etl.erasure.erase import erase_again

    brought = restore(settings, options.source, options.erased)
    if brought.names_erased:
        done = erase_again(settings, datetime.now(UTC), brought.as_of, forecast=not options.no_forecast)
        print(f"since then somebody was erased; {done.says}")
    print(f"{settings.home} is as it was at {brought.made_at}")


def _rollback(settings: Settings) -> None:
    from etl.publish import roll_back

    print(f"published build {roll_back(settings)}")
