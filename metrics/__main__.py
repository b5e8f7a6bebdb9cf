"""The command line of the semantic layer: ``python -m metrics list | query | explain | rows | sql | ledger``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from config.cli import Parser, day, filters, guarded
from config.errors import BadInput
from config.settings import load_settings
from metrics.ages import equal_age
from metrics.asking import ask
from metrics.beside import aged, ask_beside
from metrics.catalog import described
from metrics.compare import explain
from metrics.docs import names_by_family
from metrics.known import must_be_set, must_have_rows
from metrics.ledger import ledger
from metrics.printing import print_explanation, print_frame
from metrics.published import current_build
from metrics.question import GRAINS, Question
from metrics.reading import style_of
from metrics.registry import METRICS
from metrics.rows import rows
from metrics.scope import Scope
from metrics.sql import sql_text
from metrics.wording import lengths_of, worded


def _add_question(command: argparse.ArgumentParser) -> None:
    command.add_argument("metrics", nargs="+", metavar="METRIC", help="names from: python -m metrics list")
    command.add_argument("--grain", choices=GRAINS, help="one row a period (weeks are ISO weeks)")
    _add_span(command, "split by these dimensions")


def _add_span(command: argparse.ArgumentParser, by_help: str) -> None:
    command.add_argument("--by", nargs="+", action="extend", default=[], metavar="DIM", help=by_help)
    command.add_argument("--since", metavar="D", help="first day, as 2026-03-01")
    command.add_argument("--until", metavar="D", help="last day, included")
    command.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="DIM=VALUE", help="only these; repeat for or"
    )
    command.add_argument("--clock", choices=("calendar", "business"), default="calendar", help="for durations")
    command.add_argument("--format", choices=("table", "json", "csv"), default="table", help="how to print")


def parser() -> Parser:
    """Return the parser of every command and option."""
    top = Parser(
        prog="python -m metrics",
        description="Ask the published warehouse.",
        epilog=names_by_family(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="every metric with its definition")
    listing.add_argument("--json", action="store_true", help="print it as JSON")
    query = commands.add_parser("query", help="numbers, with numerator, denominator, interval and maturity")
    _add_question(query)
    query.add_argument("--equal-age", action="store_true", help="judge every period at the age of the newest")
    query.add_argument("--compare", choices=("previous", "year"), help="beside the span before, or 364 days back")
    explaining = commands.add_parser("explain", help="what moved a figure between two spans, by which dimension")
    explaining.add_argument("metrics", nargs=1, metavar="METRIC", help="a name from: python -m metrics list")
    explaining.add_argument("--against", choices=("previous", "year"), default="previous", help="what to compare with")
    explaining.add_argument("--json", dest="format", action="store_const", const="json", help="as --format json")
    _add_span(explaining, "explain by these dimensions (default: all that make sense)")
    explaining.set_defaults(grain=None)
    behind = commands.add_parser("rows", help="the rows behind a figure")
    _add_question(behind)
    behind.add_argument("--limit", type=int, default=1000, metavar="N", help="at most so many, newest first; 0 = all")
    _add_question(commands.add_parser("sql", help="the SQL that gives the figure"))
    _add_question(commands.add_parser("ledger", help="who was left out of the denominator, step by step"))
    return top


def question_from(options: argparse.Namespace) -> Question:
    """Turn arguments into a question; raises ``BadInput`` and ``BadQuestion``."""
    return Question(
        metrics=tuple(options.metrics),
        by=tuple(options.by),
        grain=options.grain,
        since=day(options.since, "--since"),
        until=day(options.until, "--until"),
        where=filters(options.where, "--where"),
        clock=options.clock,
    )


def _list(as_json: bool) -> None:
    chosen = lengths_of(load_settings())
    if as_json:
        print(json.dumps([described(metric, chosen) for metric in METRICS.values()]))
        return
    for metric in METRICS.values():
        print(f"{metric.name}\n    {worded(metric, chosen).says}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; bad input is one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    if options.command == "list":
        _list(options.json)
        return
    question, scope = question_from(options), Scope.everything()
    settings = load_settings()
    build = current_build(settings)
    must_have_rows(question, build)
    if options.command not in ("ledger", "sql"):
        must_be_set(question, settings)
    match options.command:
        case "query" if options.compare:
            print_frame(ask_beside(question, options.compare, scope, build), build, options.format)
        case "query":
            question = equal_age(question, build) if options.equal_age else question
            print_frame(aged(ask(question, scope, build), question), build, options.format)
        case "explain":
            found = explain(replace(question, by=()), scope, build, options.against, question.by or None)
            print_explanation(found, build, options.format, style_of(settings.locale, settings.currency))
        case "rows" if options.limit < 0:
            raise BadInput(f"--limit must be at least 0 (all), it is {options.limit}")
        case "rows":
            print_frame(rows(question, scope, build, options.limit or None), build, options.format)
        case "ledger":
            print_frame(ledger(question, scope, build), build, options.format)
        case "sql":
            print(sql_text(question, scope, build) + ";")


if __name__ == "__main__":
    sys.exit(guarded(main))
