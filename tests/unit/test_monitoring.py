"""What is told to whoever watches over an installation: health, figures and log lines, none of it about persons."""

from __future__ import annotations

import io
import json
import logging
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from config import cli, logs
from config.errors import BadInput, BadSetting
from config.listening import Answer, listening
from config.settings import Settings, load_settings
from etl.__main__ import main as etl
from etl.monitor import Pipeline, health
from etl.pipeline import FileSource, run
from etl.retention import RUN_LOG
from etl.status import status
from forecasting.__main__ import main as forecasting
from journal import open_journal
from reports.__main__ import main as reports
from tests.e2e.conftest import free_port
from ui.observed import watched

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG = timedelta(days=4000)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Have this process write JSON lines, to be read here, and leave its loggers as they were."""
    before = [(logger, list(logger.handlers), logger.level) for logger in (logging.root, logs.log)]
    logs.set_up("json")
    written = io.StringIO()
    (handler,) = logging.root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    for logger, handlers, level in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)


def told(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def figures(settings: Settings) -> dict[str, float]:
    """Return what Prometheus would read: value by name and labels."""
    registry = CollectorRegistry()
    registry.register(Pipeline(settings))
    text = generate_latest(registry).decode()
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    return {f"{one.name}{sorted(one.labels.values())}": one.value for one in samples}


def test_a_line_tells_events_errors_and_bugs_and_no_value_they_quote(lines: io.StringIO) -> None:
    logs.event("page", page="Headline", seconds=0.1)
    cli.tell(BadInput("people.csv, line 3: 'ana@example.com' is no number; ask ben@example.com for \"Ana's\" own"))
    cli.tell(BadSetting("DESKPULSE_MONITOR_PORT='x' is not a number"))
    try:
        raise ValueError("ana-4711")
    except ValueError:
        logging.getLogger("deskpulse").exception("page %s failed", "Headline")
    page, bad_input, bad_setting, bug = told(lines)
    assert (page["event"], page["page"], page["seconds"]) == ("page", "Headline", 0.1)
    assert bad_input["says"] == "people.csv, line 3: … is no number; ask … for … own"
    assert bad_setting["says"] == "DESKPULSE_MONITOR_PORT='x' is not a number"
    assert (bug["event"], bug["error"]) == ("page Headline failed", "ValueError")
    assert "test_monitoring.py" in str(bug["where"])
    assert "ana" not in lines.getvalue().lower().replace("ana@example.com", "x")


def test_a_bug_of_a_command_is_a_line_without_its_message(lines: io.StringIO) -> None:
    def broken() -> None:
        raise KeyError("ana@example.com")

    assert cli.guarded(broken) == 1
    (line,) = told(lines)
    assert (line["event"], line["error"]) == ("failed", "KeyError")
    assert "ana" not in lines.getvalue()


def test_a_run_tells_what_it_read_and_published_and_how_long_it_took(lines: io.StringIO, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "tickets.csv").write_text(
        "ticket_id,created_at,requester_id\n1,2026-11-01T09:00:00Z,ana-4711\n2,2026-11-02T09:00:00Z,ana-4711\n"
    )
    settings = replace(Settings(), home=tmp_path / "home")
    done = run([FileSource("desk", (folder,))], settings, NOW, lambda _: None)
    [line] = [one for one in told(lines) if one["event"] == "published"]
    assert (line["build"], line["read"], line["loaded"]) == (done.build_id, 2, 2)
    assert "ana" not in lines.getvalue()
    (logged,) = (settings.home / RUN_LOG).read_text().splitlines()
    assert 0 < json.loads(logged)["seconds"] <= done.seconds + 1
    assert figures(settings)["deskpulse_last_run_seconds[]"] == json.loads(logged)["seconds"]


def test_health_says_what_there_is_to_complain_of(small_desk: Settings, tmp_path: Path) -> None:
    empty = replace(Settings(), home=tmp_path)
    assert health(empty, NOW, LONG)["complaints"] == ["nothing published"]
    well = health(small_desk, datetime.now(UTC), LONG)
    assert (well["status"], well["complaints"]) == ("ready", [])
    assert well["last_run"]["outcome"] == "published"
    old = health(small_desk, datetime.now(UTC) + timedelta(days=3), timedelta(hours=26))
    assert old["complaints"] == ["the build was made 3 days ago"]
    (tmp_path / RUN_LOG).write_text(json.dumps({"run_id": "x", "at": NOW.isoformat(), "outcome": "refused"}))
    assert health(empty, NOW, LONG)["complaints"][1] == "the last run was refused: etl status says why"
    away = replace(empty, warehouse="postgresql+psycopg://deskpulse@127.0.0.1:1/x")
    assert health(away, NOW, LONG)["status"] == "warehouse away"


def test_the_exit_code_of_health_is_for_timers(
    small_desk: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(small_desk.home))
    etl(["health", "--older-than", "100000h"])
    assert "all is well: build" in capsys.readouterr().out
    assert cli.guarded(lambda: etl(["health", "--json", "--older-than", "1s"])) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["complaints"]
    assert err.startswith("deskpulse: the build was made ")
    assert cli.guarded(lambda: etl(["health", "--older-than", "soon"])) == 1
    assert "--older-than 'soon' should look like" in capsys.readouterr().err


def test_an_input_that_cannot_be_meant_is_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path))
    for arguments in (["README.md"], ["nowhere"], ["README.md", "--mapping", "nowhere.toml"]):
        assert cli.guarded(lambda arguments=arguments: etl(["run", "--input", *arguments])) == 1  # type: ignore[misc]
        assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / RUN_LOG).exists()


def test_commands_of_timers_tell_why_they_failed_as_the_setting_says(
    small_desk: Settings, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
) -> None:
    monkeypatch.setenv("DESKPULSE_HOME", str(small_desk.home))
    monkeypatch.setenv("DESKPULSE_LOG_FORMAT", "json")
    asked: list[str] = []
    monkeypatch.setattr(logs, "set_up", asked.append)
    for main, arguments in (
        (etl, ["health", "--older-than", "1s"]),
        (reports, ["notify"]),
        (forecasting, ["run", "--step", "none"]),
    ):
        assert cli.guarded(lambda main=main, arguments=arguments: main(arguments)) == 1  # type: ignore[misc]
    assert asked == ["json"] * 3
    assert [line["error"] for line in told(lines)] == ["RunRefused", "BadSetting", "BadInput"]
    assert logs.told(BadSetting("alerts: no 'team' for ana@example.com"))["says"] == "alerts: no 'team' for …"


def test_figures_are_those_of_the_build_and_name_nobody(small_desk: Settings, tmp_path: Path) -> None:
    settings = replace(small_desk, journal_url=f"sqlite:///{tmp_path / 'journal.db'}")
    journal = open_journal(settings, "etl", None)
    for _ in range(3):
        journal.note_failed("ana@example.com", "mailbox of ana is full")
    journal.note_failed("ben@example.com", "away")
    journal.note_taken("ben@example.com", [])
    found, known = figures(settings), status(settings, NOW)
    [source] = known["sources"]
    assert found["deskpulse_ready[]"] == 1
    assert found[f"deskpulse_build_info{[known['build']]}"] == 1
    for name in ("read", "loaded", "unchanged", "quarantined"):
        assert found[f"deskpulse_source_rows{sorted(['desk', name])}"] == source[name]
    assert found["deskpulse_step_ready['volume']"] == 1
    assert (found["deskpulse_deliveries_failing[]"], found["deskpulse_delivery_failures[]"]) == (1, 3)
    assert not [name for name in found if "ana" in name or "@" in name]


def test_a_server_of_its_own_answers_what_it_is_asked_and_nothing_else() -> None:
    def broken() -> Answer:
        raise RuntimeError("the password is 1234")

    def asked(path: str) -> tuple[int, bytes]:
        try:
            answer: HTTPResponse = urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5)
            return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()

    port = free_port()
    routes = {"/health": lambda: Answer(b"{}", "application/json", 503), "/broken": broken}
    with listening("127.0.0.1", port, routes):
        assert asked("/health?older=1") == (503, b"{}")
        assert asked("/broken") == (500, b"failed\n")
        assert asked("/../etc/passwd") == (404, b"not found\n")
        with pytest.raises(BadSetting, match="nothing can listen"), listening("127.0.0.1", port, routes):
            pass


def test_a_dashboard_whose_monitor_has_no_port_serves_readers(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    with listening("127.0.0.1", port, {}), watched(replace(Settings(), monitor_port=port)):
        assert f"nothing can listen on 127.0.0.1:{port}" in capsys.readouterr().err


def test_settings_of_the_monitor_are_checked() -> None:
    assert load_settings(environ={}).monitor_port == 0
    assert load_settings(environ={}).monitor_address == "127.0.0.1"
    for name, value in (("LOG_FORMAT", "xml"), ("MONITOR_PORT", "-1")):
        with pytest.raises(BadSetting, match=name.lower()):
            load_settings(environ={f"DESKPULSE_{name}": value})
