"""The command line is a contract: shapes, filters, comparisons, and one line for what cannot be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.cli import guarded
from config.settings import ROOT, Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from journal.__main__ import main as write
from metrics.__main__ import main
from metrics.registry import METRICS

UNTIL = datetime(2026, 3, 31, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    write_demo(folder / "demo", tickets=3000, days=150, until=UNTIL)
    settings = replace(Settings(), home=folder / "home")
    run([FileSource("demo", (folder / "demo",))], settings, UNTIL, lambda _: None)
    return settings.home


@pytest.fixture
def say(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("DESKPULSE_HOME", str(home))

    def go(*arguments: str) -> str:
        main(arguments)
        return capsys.readouterr().out

    return go


def test_list_tells_every_definition(say: Any) -> None:
    told = json.loads(say("list", "--json"))
    assert [metric["name"] for metric in told] == list(METRICS)
    wanted = {
        "name",
        "title",
        "definition",
        "numerator",
        "denominator",
        "date_basis",
        "unit",
        "direction",
        "dimensions",
    }
    assert all(wanted <= set(metric) for metric in told)


def test_a_filter_takes_a_whole_number_as_answers_show_it(say: Any) -> None:
    whole, shown = (say("query", "tickets_created", "--where", f"tier={tier}") for tier in ("1", "1.0"))
    assert whole == shown


def test_query_by_team_and_week(say: Any) -> None:
    told = json.loads(say("query", "fcr", "--by", "team", "--grain", "week", "--format", "json"))
    assert told["build"]
    assert set(told["rows"][0]) == {
        "metric", "period", "team", "value", "numerator", "denominator", "low", "high", "mature"
    }  # fmt: skip
    assert {datetime.fromisoformat(row["period"]).isoweekday() for row in told["rows"]} == {1}
    assert len({row["team"] for row in told["rows"]}) == 4
    assert any(not row["mature"] for row in told["rows"])
    for row in told["rows"]:
        if row["value"] is not None:
            assert 0 <= row["low"] <= row["value"] <= row["high"] <= 1
            assert row["value"] == pytest.approx(row["numerator"] / row["denominator"])


@pytest.mark.parametrize("name", ["fcr", "aht", "first_reply_time", "backlog", "csat", "deflection_rate"])
def test_printed_sql_gives_the_same_figures_in_any_client(say: Any, home: Path, name: str) -> None:
    rows = json.loads(say("query", name, "--by", "channel", "--format", "json"))["rows"]
    with duckdb.connect() as client:  # what any client does: open the file, paste, run
        client.execute(f"attach '{(home / 'builds' / 'current.duckdb').resolve()}' as build (read_only)")
        client.execute("use build")
        answer = client.execute(say("sql", name, "--by", "channel")).df()
    assert len(answer) == len(rows)
    values = {row["channel"]: row["value"] for row in rows}
    for channel, value in zip(answer["channel"], answer["value"], strict=True):
        assert value == pytest.approx(values[channel], nan_ok=True)


def test_rows_add_up_to_the_figure(say: Any) -> None:
    span = ("--since", "2026-02-01", "--until", "2026-02-28", "--format", "json")
    (figure,) = json.loads(say("query", "fcr", *span))["rows"]
    rows = json.loads(say("rows", "fcr", "--limit", "0", *span))["rows"]
    assert len(rows) == figure["denominator"]
    assert sum(row["amount"] for row in rows) == figure["numerator"]
    assert len(json.loads(say("rows", "fcr", "--limit", "3", *span))["rows"]) == 3


def test_the_ledger_ends_with_the_denominator(say: Any) -> None:
    (figure,) = json.loads(say("query", "fcr", "--format", "json"))["rows"]
    steps = json.loads(say("ledger", "fcr", "--format", "json"))["rows"]
    assert steps[-1] == {
        "metric": "fcr",
        "step": "eligible",
        "tickets": figure["denominator"],
        "left": figure["denominator"],
    }
    assert [step["step"] for step in steps][1:4] == ["merged away", "spam", "test"]


def test_compare_puts_the_span_before_beside(say: Any) -> None:
    march = ("query", "tickets_created", "--since", "2026-03-01", "--until", "2026-03-31", "--format", "json")
    (row,) = json.loads(say(*march, "--compare", "previous"))["rows"]
    (before,) = json.loads(  # as long, on the same weekdays: five weeks earlier
        say("query", "tickets_created", "--since", "2026-01-25", "--until", "2026-02-24", "--format", "json")
    )["rows"]
    assert row["before_value"] == before["value"]
    assert row["change"] == row["value"] - before["value"]


def test_explain_adds_up_and_shows_all_it_is_made_of(say: Any) -> None:
    weeks = ("--since", "2026-02-23", "--until", "2026-03-22")
    (figure,) = json.loads(say("query", "fcr", *weeks, "--compare", "previous", "--format", "json"))["rows"]
    told = json.loads(say("explain", "fcr", *weeks, "--json"))
    assert (told["value"], told["before"], told["change"]) == (
        figure["value"], figure["before_value"], pytest.approx(figure["change"])
    )  # fmt: skip
    assert told["against"] == {"span": "previous", "since": "2026-01-26", "until": "2026-02-22"}
    assert told["mature"]
    assert told["sentence"].startswith("First contact resolution ")
    for dimension in told["dimensions"]:
        parts = dimension["contributors"]
        assert sum(part["effect"] for part in parts) == pytest.approx(told["change"], abs=1e-9)
        assert sum(part["numerator"] for part in parts) == figure["numerator"]
        assert sum(part["denominator_before"] for part in parts) == figure["before_denominator"]
    assert {"value", "kind", "mix", "rate", "effect", "low", "high", "p", "material"} <= set(parts[0])


def test_explain_prints_the_sentence_and_one_dimension_if_asked(say: Any) -> None:
    weeks = ("--since", "2026-02-23", "--until", "2026-03-29")
    table = say("explain", "fcr", *weeks, "--by", "channel", "--where", "team=Front line")
    assert table.startswith("First contact resolution ")
    assert "The days from 24 March 2026 on are not final yet and left out." in " ".join(table.split())
    assert "phone" in table
    assert say("explain", "aht", *weeks, "--by", "team", "--format", "csv").startswith("value,kind,mix,rate,effect,")
    told = json.loads(say("explain", "first_reply_time", *weeks, "--against", "year", "--clock", "business", "--json"))
    assert told["before"] is None
    assert told["dimensions"] == []


def test_csv_and_table(say: Any) -> None:
    assert say("query", "reopens", "--format", "csv").startswith("metric,value,numerator,denominator,low,high,mature\n")
    assert "reopens" in say("query", "reopens")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "fcrr"), "did you mean fcr"),
        (("query", "deflection_rate", "--by", "agent"), "it can be by: channel"),
        (("query", "fcr", "--since", "yesterday"), "--since 'yesterday' is not a day"),
        (("query", "fcr", "--where", "team"), "DIM=VALUE"),
        (("query", "fcr", "--where", "team=Biling"), "fcr has no rows of team 'Biling'; did you mean 'Billing'?"),
        (("rows", "nps", "--where", "channel=pigeon"), "no rows of channel 'pigeon'; see: python -m metrics query nps"),
        (("query", "cost_per_ticket"), "no rate is set; give loaded_rate_per_hour in the settings"),
        (("query", "fcr", "--since", "2026-02-01", "--until", "2026-01-01"), "before it begins"),
        (("query", "fcr", "--compare", "previous"), "give both --since and --until"),
        (("query", "backlog", "--grain", "hour"), "no hours"),
        (("query", "aht", "--clock", "business"), "knows no business clock"),
        (("rows", "fcr", "csat"), "one metric at a time"),
        (("rows", "fcr", "--limit", "-4"), "--limit must be at least 0"),
        (("explain", "fcr"), "give both --since and --until"),
        (("explain", "fcr", "--since", "2026-03-30", "--until", "2026-03-31"), "is final up to 2026-03-23 only"),
        (("explain", "fcr", "--since", "2026-03-01", "--until", "2026-03-07", "--by", "mood"), "it can be by: channel"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(home))
    assert guarded(lambda: main(arguments)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


RECORD = ("record-intervention", "x", "--on", "2026-03-02", "--direction", "up", "--metric")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*RECORD, "nope"), "no metric is called 'nope'"),
        ((*RECORD, "fcr", "--where", "foo=bar"), "fcr cannot be split by 'foo'"),
        ((*RECORD, "fcr", "--where", "team=Biling"), "fcr has no rows of team 'Biling'; did you mean 'Billing'?"),
        ((*RECORD, "fcr", "--where", "team=Billing", "--control", "team=Nope"), "no rows of team 'Nope'; see: python"),
        ((*RECORD, "fcr", "--on", "2136-10-02"), "--on 2136-10-02 is still to come"),
        (("annotate", "x", "--since", "2026-03-02", "--metric", "fcrr"), "did you mean fcr?"),
        (("annotate", "x", "--since", "2026-03-02", "--where", "channel=pigeon"), "no rows of channel 'pigeon'"),
    ],
)
def test_the_journal_takes_nothing_that_does_not_exist(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(home))
    assert guarded(lambda: write(arguments)) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


def test_the_journal_takes_what_exists_and_what_is_decided_for_a_day_to_come(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(home))
    assert guarded(lambda: write([*RECORD, "fcr", "--where", "team=Billing", "bot_involved=FALSE", "weekday=1"])) == 0
    assert guarded(lambda: write([*RECORD, "fcr", "--status", "decided", "--on", "2136-10-02"])) == 0


def test_the_command_ends_with_that_line_and_code(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "metrics", "query", "fcrr"],
        cwd=ROOT,
        env={"DESKPULSE_HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "did you mean fcr" in done.stderr
    assert done.stderr.count("\n") == 1
