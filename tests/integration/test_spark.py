"""The warehouse on a Spark Thrift Server: stories, metrics, publication; one server, and as few builds as tell them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from config.errors import BadSetting, DeskpulseError, RunRefused, ServerAway
from config.settings import Settings
from etl.build import BuildStamp, build_into, configure
from etl.models import Model, models, tables_read
from etl.publish import roll_back
from etl.server import building
from etl.server.building import build_from
from forecasting.store import note_attempt, store
from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import dimensions_of
from metrics.outlook import outlook
from metrics.outlook_tables import TABLES
from metrics.published import Build, current_build
from metrics.server import connected
from metrics.servers.spark import said
from tests.golden.test_golden import TOLD
from tests.support.asking import build_of
from tests.support.spark import SparkServer
from tests.support.stories import Story, busy_month, tell
from tests.support.together import Groups, chosen_by, together, told_in, wrong_in

EVERYTHING = Scope.everything()
ANSWERED = {"value", "numerator", "denominator", "low", "high", "mature"}
AT_ONCE = 20  # metrics of a question: a statement is planned in a second, whatever it asks
NOW = datetime(2026, 4, 1, tzinfo=UTC)
EVENING, *OTHERS = together(TOLD)  # most stories are told of the same evening

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def both(spark: SparkServer) -> Iterator[tuple[Build, Build]]:
    """Return one desk built here and there: the stories of an evening, and a busy month, each a source."""
    told = {**{story.name: story for story in EVENING}, "busy_month": busy_month()}
    settings = _there(spark, chosen_by(EVENING))
    stamp = BuildStamp("stories", EVENING[0].as_of, EVENING[0].as_of)
    with duckdb.connect() as embedded, duckdb.connect() as local:
        tell(embedded, told)
        build_into(embedded, settings, stamp)
        tell(local, told)
        configure(local, settings, stamp)
        build_from(local, settings, stamp)
        yield build_of(embedded), current_build(settings)


def _there(spark: SparkServer, settings: Settings) -> Settings:
    return replace(settings, warehouse=spark.address, warehouse_files=spark.files)


def test_stories_come_to_the_same_there(both: tuple[Build, Build]) -> None:
    assert wrong_in(EVENING, both[1]) == []


def _questions() -> Iterator[Question]:
    """Ask every metric by one of its dimensions in turn, and over time; those that are asked alike in one question."""
    asked = []
    for number, metric in enumerate(METRICS.values()):
        dimensions = dimensions_of(metric)
        asked.append(Question((metric.name,), (dimensions[number % len(dimensions)],) if dimensions else ()))
        grain = None if metric.on.reads == "now" else metric.on.finest if metric.on.finest != "hour" else "week"
        asked.append(Question((metric.name,), grain=grain))

    def alike(question: Question) -> str:
        return repr((question.by, question.grain))

    for _, group in groupby(sorted(asked, key=alike), key=alike):
        together = list(group)
        names = list(dict.fromkeys(one.metrics[0] for one in together))
        for at in range(0, len(names), AT_ONCE):
            yield together[0].of(names[at : at + AT_ONCE])


@pytest.mark.parametrize("question", list(_questions()), ids=lambda q: f"{q.by or q.grain}-{q.metrics[0]}")
def test_both_engines_give_the_same_answers(question: Question, both: tuple[Build, Build]) -> None:
    embedded, server = (_sorted(ask(question, EVERYTHING, build)) for build in both)
    pd.testing.assert_frame_equal(embedded, server, check_dtype=False, rtol=1e-9, obj=str(question))


@pytest.mark.parametrize("group", OTHERS, ids=lambda group: group[0].name)
def test_stories_that_stand_apart_come_to_the_same_there(
    group: tuple[Story, ...], spark: SparkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _read_by(group)
    monkeypatch.setattr("etl.server.building.models", lambda: [model for model in models() if model.name in made])
    monkeypatch.setattr("etl.server.building.all_checks", list)
    settings = _there(spark, chosen_by(group))
    with duckdb.connect() as local:
        stamp = told_in(local, group)
        configure(local, settings, stamp)
        build_from(local, settings, stamp)
    assert wrong_in(group, current_build(settings)) == []


def _read_by(group: tuple[Story, ...]) -> set[str]:
    """Return the tables a group's questions read, and those they are made of: any other costs a second for nothing."""
    build = Groups(group).build(group[0])
    made = {"build_clock"}

    @event.listens_for(build.engine, "before_cursor_execute")
    def _note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        made.update(tables_read(statement))

    assert wrong_in(group, build) == []
    for model in reversed(models()):  # each stands after those it reads
        if model.name in made:
            made.update(model.reads)
    return made


def _sorted(answer: pd.DataFrame) -> pd.DataFrame:
    named = [name for name in answer.columns if name not in ANSWERED]
    return answer.sort_values(named).reset_index(drop=True)


# What publication is tested with: a whole build takes a minute.
CLOCK = "select as_of, as_of as local_as_of, reporting_time_zone from cfg_setting"
FEW = (
    Model("build_clock", Path("build_clock.sql"), CLOCK, (), frozenset(), frozenset()),
    *(model for model in models() if model.name in {"stg_article", "dim_article"}),
)
RULE = ("rule", "There is an article.", "select 1 as broken where not exists (select * from dim_article)")


@pytest.fixture
def desk(spark: SparkServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return a desk of which only a few tables are made."""
    raw = " ".join(model.sql for model in FEW)
    lands = building.tables_to_land

    def needed(local: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
        return [(catalog, table) for catalog, table in lands(local) if table in raw]

    for module in ("building", "spark"):
        monkeypatch.setattr(f"etl.server.{module}.tables_to_land", needed)
    monkeypatch.setattr("etl.server.building.models", lambda: FEW)
    monkeypatch.setattr("etl.server.building.all_checks", lambda: [RULE])
    return replace(_there(spark, Settings()), keep_builds=2)


def _publish(settings: Settings, number: int, progress: building.Progress = lambda _: None) -> str:
    story = busy_month(tickets=5)
    stamp = BuildStamp(f"20261120T180000-{number:04}", NOW + timedelta(minutes=number), story.as_of)
    with duckdb.connect() as local:
        tell(local, {"story": story})
        configure(local, settings, stamp)
        build_from(local, settings, stamp, progress)
    return stamp.build_id


def _look(settings: Settings) -> tuple[str, tuple[str, int]]:
    """Read twice, as a page does; returns which build was meant, and what was read."""
    build = current_build(settings)
    [told] = build.read(text("select build_id from build")).itertuples(index=False)
    [count] = build.read(text("select count(*) as articles from dim_article")).itertuples(index=False)
    return build.build_id, (told.build_id, count.articles)


def _databases(settings: Settings) -> list[str]:
    with connected(settings.warehouse) as server:
        return sorted(str(row[0]) for row in said(server, "show databases like 'deskpulse_*'"))


def test_a_build_is_published_gone_back_from_and_forgotten(desk: Settings) -> None:
    first, second = _publish(desk, 1), _publish(desk, 2)
    assert _look(desk) == (second, (second, 1))
    assert roll_back(desk) == first == current_build(desk).build_id
    with connected(desk.warehouse) as server:  # as a run leaves them that is killed
        said(server, "create database deskpulse_build_killed")
        said(server, "create database deskpulse_building comment 'elsewhere 1 2026-01-01T00:00:00+00:00'")
    third = _publish(desk, 3)
    assert _look(desk) == (third, (third, 1))
    kept = [name for name in _databases(desk) if name.startswith("deskpulse_build")]
    assert kept == [f"deskpulse_build_20261120t180000_{number:04}" for number in (1, 2, 3)]  # 1 held until now
    _publish(desk, 4)
    assert len([name for name in _databases(desk) if name.startswith("deskpulse_build")]) == 2


def test_what_fails_a_check_is_not_published(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = current_build(desk).build_id
    broken = ("broken", "No article.", "select * from dim_article")
    monkeypatch.setattr("etl.server.building.all_checks", lambda: [RULE, broken])
    with pytest.raises(RunRefused, match=r"No article\. \(1 rows break it\)"):
        _publish(desk, 5)
    assert current_build(desk).build_id == before


def test_two_runs_do_not_build_there_at_once(desk: Settings) -> None:
    before = current_build(desk).build_id

    def second(step: str) -> None:
        if step == "land cfg_setting":
            with pytest.raises(RunRefused, match="another run is building on this server"):
                roll_back(desk)
            _publish(desk, 7)

    with pytest.raises(RunRefused, match="another run is building on this server"):
        _publish(desk, 6, second)
    assert current_build(desk).build_id == before


def test_readers_notice_nothing_while_builds_are_published(desk: Settings) -> None:
    wrong: list[str] = []
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                meant, told = _look(desk)
            except (DeskpulseError, DBAPIError) as error:
                wrong.append(repr(error))
                return
            seen.add(meant)
            if told != (meant, 1):
                wrong.append(f"{meant}: {told}")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    published = [_publish(desk, number) for number in (8, 9)]
    done.wait(2)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert published[-1] in seen


SAID: dict[str, list[object]] = {
    "text": ['it\'s \\ "so"\n', None],
    "integer": [2**40, -1],
    "number": [0.1, None],
    "boolean": [True, False],
    "day": [date(2026, 3, 29), date(1900, 1, 1)],
}


def test_what_a_step_computed_is_read_there_as_it_was_written(desk: Settings) -> None:
    kinds = set()
    for step in ("alerts", "topics"):
        tables = [table for table in TABLES.values() if table.step == step]
        told = {table.name: pd.DataFrame({name: SAID[kind] for name, kind in table.columns}) for table in tables}
        kinds |= {kind for table in tables for _, kind in table.columns}
        store(step, "a build", NOW, told, desk)
        there = outlook(step, desk)
        assert (there.build_id, there.says) == ("a build", "")
        for name, frame in told.items():
            back = there.read_unscoped(name).sort_values(frame.columns[0], key=lambda c: c.map(repr))
            wanted = frame.sort_values(frame.columns[0], key=lambda c: c.map(repr))
            for column in frame:
                assert list(back[column].map(repr)) == list(wanted[column].map(repr)), (name, column)
    assert kinds == set(SAID)
    state = {"step": "volume", "outcome": "failed", "build": "b", "at": "", "seconds": 1.0, "says": "it's \\ too short"}
    note_attempt(desk, state)
    assert outlook("volume", desk).says == "Volume could not be computed: it's \\ too short"


def test_what_spark_cannot_do_is_told_in_a_line(desk: Settings) -> None:
    before = current_build(desk).build_id
    with pytest.raises(BadSetting, match="warehouse_readers: a Spark Thrift Server knows no roles"):
        _publish(replace(desk, warehouse_readers={"dashboard": "*"}), 10)
    with pytest.raises(BadSetting, match="warehouse_files: say which folder"):
        _publish(replace(desk, warehouse_files=""), 10)
    with connected(desk.warehouse) as server:
        said(server, "drop database raw cascade")
        said(server, "create database raw comment 'of somebody else'")
    with pytest.raises(BadSetting, match="a database raw that is not Deskpulse's"):
        _publish(desk, 10)
    with connected(desk.warehouse) as server:
        said(server, "drop database raw")
    assert current_build(desk).build_id == before


def test_a_server_that_is_killed_serves_the_build_before(desk: Settings, spark: SparkServer) -> None:
    _publish(desk, 10)
    before = _look(desk)

    def struck(step: str) -> None:
        if step == "build stg_article":
            spark.stop()

    with pytest.raises(ServerAway, match=r"the warehouse at sparksql://\S+ cannot be reached"):
        _publish(desk, 11, struck)
    with pytest.raises(ServerAway):
        current_build(desk)
    assert "cannot be read" in outlook("volume", desk).says
    spark.start()
    assert _look(desk) == before
    again = _publish(desk, 12)
    assert _look(desk) == (again, (again, 1))
    assert f"deskpulse_build_{11:04}" not in " ".join(_databases(desk))
