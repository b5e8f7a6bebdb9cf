"""Files in, a published build out: once, again, refused, rolled back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.errors import BadInput, NothingPublished, RunRefused
from config.settings import Settings
from etl import pipeline
from etl.checks import CheckResult
from etl.demo import write_demo
from etl.pipeline import FileSource, RunResult
from etl.publish import clear_unfinished, finished_builds, publish, published_path, roll_back, rollback
from etl.status import status
from etl.turns import alone
from metrics import Question, Scope, ask
from metrics.published import current_build
from metrics.warehouse import fct_agent_day
from tests.support.content import content_hash

UNTIL = datetime(2026, 3, 31, 18, tzinfo=UTC)
NOW = UNTIL + timedelta(hours=1)
Run = Callable[..., RunResult]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, tickets=1500, days=200, until=UNTIL)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return replace(Settings(), home=tmp_path / "home")


@pytest.fixture
def run(home: Settings) -> Run:
    def go(path: Path, name: str = "demo", minutes: int = 0, **options: bool) -> RunResult:
        now = NOW + timedelta(minutes=minutes)
        return pipeline.run([FileSource(name, (path,))], home, now, lambda _: None, **options)

    return go


def _created(home: Settings) -> float:
    return float(ask(Question(("tickets_created",)), Scope.everything(), current_build(home))["value"].iloc[0])


def _agent_days(home: Settings) -> int:
    days = current_build(home).read(select(func.count().label("days")).select_from(fct_agent_day))
    return int(days["days"].iloc[0])


@pytest.mark.slow
def test_a_run_publishes_and_a_second_changes_nothing(run: Run, home: Settings, demo: Path) -> None:
    first = run(demo)
    assert all(count.read == count.loaded + count.superseded + count.quarantined for count in first.counts)
    assert current_build(home).build_id == first.build_id
    before, created = content_hash(first.path), _created(home)
    second = run(demo, minutes=5)
    assert all(count.loaded == 0 for count in second.counts)
    assert current_build(home).build_id == second.build_id != first.build_id
    assert content_hash(second.path) == before
    assert _created(home) == created > 1000
    rollback(home.builds)
    assert current_build(home).build_id == first.build_id
    refreshed = run(demo, minutes=10, full_refresh=True)
    assert content_hash(refreshed.path) == before


def test_the_newest_five_builds_stay_and_rollback_goes_one_back(tmp_path: Path) -> None:
    names = [f"2026010{day}T000000-aaaa" for day in range(1, 8)]
    for name in names:
        (tmp_path / f"{name}.duckdb").touch()
        publish(tmp_path, tmp_path / f"{name}.duckdb")
    assert [path.stem for path in finished_builds(tmp_path)] == list(reversed(names[2:]))
    assert rollback(tmp_path).stem == names[5]
    assert rollback(tmp_path).stem == names[4]
    assert published_path(tmp_path) == (tmp_path / f"{names[4]}.duckdb").resolve()


def test_rollback_without_an_earlier_build_says_so(run: Run, home: Settings, demo: Path) -> None:
    run(demo)
    with pytest.raises(NothingPublished, match="no earlier build"):
        rollback(home.builds)


def test_what_a_killed_build_left_is_cleared(tmp_path: Path) -> None:
    kept = tmp_path / "20260331T190000-0000.duckdb"
    left = [tmp_path / f"20260331T190500-0000.unfinished{suffix}" for suffix in ("", ".wal", ".work", ".work.wal")]
    for path in (kept, *left):
        path.touch()
    spilt = tmp_path / "20260331T190500-0000.unfinished.tmp"
    spilt.mkdir()
    (spilt / "duckdb_temp_storage_DEFAULT-0.tmp").touch()
    clear_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == [kept]


def test_too_many_bad_rows_leave_the_previous_build_published(
    run: Run, home: Settings, demo: Path, tmp_path: Path
) -> None:
    good = run(demo)
    bad = tmp_path / "bad"
    bad.mkdir()
    lines = [f"T{n},{'2026-03-01T09:00:00Z' if n % 10 else 'yesterday'}" for n in range(100)]
    (bad / "tickets.csv").write_text("ticket_id,created_at\n" + "\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(RunRefused, match="10"):
        run(bad, name="mine", minutes=1)
    assert current_build(home).build_id == good.build_id
    told = status(home, NOW)["last_run"]
    assert told["outcome"] == "refused"
    assert list(home.builds.glob("*unfinished*")) == []


def test_a_build_that_fails_a_check_is_not_published(
    run: Run, home: Settings, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = run(demo)
    honest = pipeline.build_file

    def spoiled(*arguments: object) -> list[CheckResult]:
        return [*honest(*arguments), CheckResult("solves_agree", "Solves agree.", 3)]

    monkeypatch.setattr(pipeline, "build_file", spoiled)
    with pytest.raises(RunRefused, match=r"Solves agree\. \(3 rows"):
        run(demo, minutes=1)
    assert current_build(home).build_id == good.build_id


def test_the_demo_makes_way_for_real_data(run: Run, home: Settings, demo: Path, tmp_path: Path) -> None:
    run(demo)
    days_of_people = _agent_days(home)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "tickets.csv").write_text("ticket_id,created_at\n001,2026-03-01T09:00:00Z\n", encoding="utf-8")
    run(mine, name="mine", minutes=1)
    assert _created(home) == 1
    assert [source["source"] for source in status(home, NOW)["sources"]] == ["mine"]
    assert days_of_people > _agent_days(home) == 0
    rollback(home.builds)  # docs/erasure.md: a build that is kept holds them until it goes
    assert _agent_days(home) == days_of_people


def test_two_runs_at_once_are_refused(run: Run, home: Settings, demo: Path) -> None:
    with alone(home.home), pytest.raises(RunRefused, match="another run"):
        run(demo)


def test_nobody_goes_back_while_a_run_is_under_way(home: Settings) -> None:
    home.builds.mkdir(parents=True)
    for name in ("first", "second"):
        (home.builds / f"{name}.duckdb").touch()
        publish(home.builds, home.builds / f"{name}.duckdb")
    with alone(home.home), pytest.raises(RunRefused, match="another run is under way"):
        roll_back(home)
    assert published_path(home.builds) == home.builds.resolve() / "second.duckdb"
    assert roll_back(home) == "first"


def test_nothing_to_read_is_one_line(home: Settings) -> None:
    with pytest.raises(BadInput, match="--input"):
        pipeline.configured_sources(home)


def test_status_tells_what_is_published(run: Run, home: Settings, demo: Path) -> None:
    assert status(home, NOW)["build"] is None
    result = run(demo)
    told = json.loads(json.dumps(status(home, NOW + timedelta(hours=2))))
    assert told["build"] == result.build_id
    (source,) = told["sources"]
    assert source["source"] == "demo"
    assert source["age_seconds"] == 7200
    assert source["read"] == sum(count.read for count in result.counts)
    assert all(check["passed"] for check in told["checks"] if not check["check"].startswith("warn_"))
