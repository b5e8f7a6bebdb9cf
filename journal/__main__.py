"""The command line of the journal: ``python -m journal record-intervention | interventions | annotate | views``."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.cli import Parser, day, filters, guarded
from config.errors import BadInput
from config.settings import Settings, load_settings
from journal import Entry, Journal, open_journal
from journal.interventions import DIRECTIONS, STATUSES
from journal.tables import Where

DECIDED = "decided"


def parser() -> Parser:
    """Return the parser of every command and option."""
    top = Parser(prog="python -m journal", description="What people write about the desk.")
    commands = top.add_subparsers(dest="command", required=True)

    record = commands.add_parser("record-intervention", help="we did X on day D for this part of the desk")
    record.add_argument("title", metavar="TITLE", help="as people will call it")
    record.add_argument("--on", required=True, metavar="D", help="the day it took effect, as 2026-03-31")
    record.add_argument("--metric", required=True, help="what it should move: a name from python -m metrics list")
    record.add_argument("--direction", required=True, choices=DIRECTIONS, help="where the metric should go")
    record.add_argument("--done", default="", metavar="TEXT", help="what was done")
    _add_where(record, "only for these; repeat for or")
    record.add_argument(
        "--control", nargs="+", action="extend", metavar="DIM=VALUE", help="a part of the desk it did not touch"
    )
    record.add_argument("--owner", default="", help="who looks after it (default: who writes)")
    record.add_argument("--status", choices=STATUSES, default="running", help="how far it is (default running)")
    record.add_argument("--look-on", metavar="D", help="the day to look at it again")
    _add_common(record)

    listing = commands.add_parser("interventions", help="what was recorded, newest day first")
    listing.add_argument("--metric", help="only those of this metric")
    listing.add_argument("--status", choices=STATUSES, help="only those that far")
    _add_common(listing)

    mark = commands.add_parser("annotate", help="mark a day or a span on the charts")
    mark.add_argument("text", metavar="TEXT", help="what happened")
    mark.add_argument("--since", required=True, metavar="D", help="the day, or the first one")
    mark.add_argument("--until", metavar="D", help="the last day, included")
    mark.add_argument("--metric", default="", help="only on charts of this metric")
    _add_where(mark, "only on charts of this part of the desk")
    _add_common(mark)

    views = commands.add_parser("views", help="your saved views and those shared")
    views.add_argument("--page", help="only those of this page")
    _add_common(views)
    return top


def _add_where(command: argparse.ArgumentParser, says: str) -> None:
    command.add_argument("--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE", help=says)


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", default=getpass.getuser(), metavar="WHO", help="who writes or asks (default: you)")
    command.add_argument("--json", action="store_true", help="print it as JSON")


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _print(entries: Sequence[Entry], as_json: bool, reads: str) -> None:
    shown = [{field.name: _plain(getattr(entry, field.name)) for field in fields(entry)} for entry in entries]
    if as_json:
        print(json.dumps(shown))
        return
    for entry in shown:
        print(reads.format(**entry))


def _must_be_known(metric: str, where: Where, settings: Settings) -> None:
    from metrics.known import must_be_known  # with what asking takes, which a list of entries has no use for

    must_be_known(metric, where, settings)


def _record(journal: Journal, options: argparse.Namespace, settings: Settings) -> Entry:
    on = day(options.on, "--on")
    assert on is not None  # required
    if options.status != DECIDED and on > datetime.now(ZoneInfo(settings.time_zone)).date():
        raise BadInput(f"--on {on} is still to come: it can be recorded with --status {DECIDED}, or once it is done")
    where, control = filters(options.where, "--where"), filters(options.control or (), "--control")
    _must_be_known(options.metric, (*where, *control), settings)
    return journal.record_intervention(
        options.title,
        on=on,
        metric=options.metric,
        direction=options.direction,
        done=options.done,
        where=where,
        control=control or None,
        owner=options.owner,
        status=options.status,
        look_on=day(options.look_on, "--look-on"),
    )


def _annotate(journal: Journal, options: argparse.Namespace, settings: Settings) -> Entry:
    since = day(options.since, "--since")
    assert since is not None  # required
    where = filters(options.where, "--where")
    _must_be_known(options.metric, where, settings)
    return journal.annotate(
        options.text,
        since=since,
        until=day(options.until, "--until"),
        metric=options.metric,
        where=where,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; bad input is one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    # Who has a shell here sees the database itself: there is nobody to keep rows from.
    settings = load_settings()
    journal = open_journal(settings, options.by, None)
    match options.command:
        case "record-intervention":
            _print([_record(journal, options, settings)], options.json, "recorded intervention {entry_id}: {title}")
        case "interventions":
            found = journal.interventions(options.metric, [options.status] if options.status else None)
            _print(found, options.json, "{entry_id}  {on}  {metric} {direction}  {status}  {title}  ({owner})")
        case "annotate":
            _print([_annotate(journal, options, settings)], options.json, "marked {since} to {until}: {text}")
        case "views":
            _print(journal.views(options.page), options.json, "{page}  {name}  ?{query}  ({owner})")


if __name__ == "__main__":
    sys.exit(guarded(main))
