"""The warehouse on a PostgreSQL server: published there, rolled back, read by roles, killed at work."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from config.errors import BadSetting, DeskpulseError, NothingPublished, RunRefused, ServerAway
from config.settings import Settings, utc_naive
from etl.build import BuildStamp
from etl.pipeline import build_and_publish
from etl.publish import roll_back
from etl.status import status
from forecasting.steps import run_steps
from forecasting.store import store
from metrics import Question, Scope, ask
from metrics.outlook import outlook
from metrics.outlook_tables import STEPS, TABLES, OutlookTable
from metrics.published import current_build
from metrics.server import HOUSE
from tests.support.postgresql import server_of_its_own, server_programs
from tests.support.shared import copy_of

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
EVERYTHING = Scope.everything()
WHOLE = Question(("tickets_created", "fcr", "first_reply_time"), ("team",))

pytestmark = pytest.mark.slow


def of_step(step: str) -> list[OutlookTable]:
    return [table for table in TABLES.values() if table.step == step]


def _publish(settings: Settings, number: int) -> str:
    stamp = BuildStamp(f"20261120T180000-{number:04}", NOW + timedelta(minutes=number))
    build_and_publish(settings, stamp)
    return stamp.build_id


def _executed(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="module")
def desk(postgresql: str, small_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the small desk, published on the server, with a dashboard, a manager and a stranger among its roles."""
    _executed(postgresql, *(f"create role {role} login" for role in ("dashboard", "anna", "stranger")))
    teams = ask(Question(("tickets_created",), ("team",)), EVERYTHING, current_build(small_desk))
    keys = current_build(small_desk).read(text("select team_key from dim_team order by team_key"))["team_key"]
    assert len(keys) == len(teams) == 3
    settings = replace(
        copy_of(small_desk, tmp_path_factory.mktemp("server")),
        warehouse=postgresql,
        warehouse_readers={"dashboard": "*", "anna": [keys[0]]},
    )
    _publish(settings, 1)
    return settings


@pytest.fixture
def roles(desk: Settings) -> Iterator[dict[str, Engine]]:
    """Return an engine a role, reading from the schema that holds, as any SQL client would."""
    schema = current_build(desk).engine.url
    assert schema is not None
    path = {"options": f"-csearch_path={_schema(desk)},{HOUSE}"}
    url = make_url(desk.warehouse)
    engines = {
        role: create_engine(url.set(username=role), connect_args=path) for role in ("dashboard", "anna", "stranger")
    }
    yield engines
    for engine in engines.values():
        engine.dispose()


def _schema(settings: Settings) -> str:
    with current_build(settings).engine.connect() as connection:
        return str(connection.scalar(text("select current_schema()")))


def test_what_is_published_there_is_what_is_published_here(desk: Settings, small_desk: Settings) -> None:
    here, there = current_build(small_desk), current_build(desk)
    assert there.as_of == here.as_of
    for metrics in (("tickets_created", "tickets_solved"), ("fcr", "csat"), ("aht", "resolution_time_full")):
        question = Question(metrics, ("team",), grain="month")
        told = [ask(question, EVERYTHING, build).sort_values(["metric", "period", "team"]) for build in (here, there)]
        assert told[0].round(9).to_csv(index=False) == told[1].round(9).to_csv(index=False)
    known = status(desk, NOW)
    assert known["build"] == there.build_id
    assert all(check["passed"] for check in known["checks"] if not check["check"].startswith("warn_"))
    assert sum(source["loaded"] for source in known["sources"]) > 0


def test_a_step_is_computed_of_it_and_stands_beside_it(desk: Settings) -> None:
    [done] = run_steps(desk, NOW, names=["interventions"])
    assert (done.outcome, done.says) == ("ready", "")
    there = outlook("interventions", desk)
    assert (there.build_id, there.says) == (current_build(desk).build_id, "")
    assert "has not been computed" in outlook("volume", desk).says


@pytest.mark.parametrize("step", STEPS)
def test_what_steps_computed_is_read_there_as_it_was_written(step: str, desk: Settings, small_desk: Settings) -> None:
    told = {table.name: outlook(step, small_desk).read_unscoped(table.name) for table in of_step(step)}
    store(step, "a build", NOW, told, desk)
    there = outlook(step, desk)
    assert (there.build_id, there.computed_at) == ("a build", utc_naive(NOW))
    for name, frame in told.items():
        pd.testing.assert_frame_equal(frame, there.read_unscoped(name), check_dtype=False, obj=name)


def test_a_step_leaves_a_build_alone_that_is_under_way(desk: Settings, small_desk: Settings) -> None:
    _executed(desk.warehouse, "create schema unfinished_elsewhere")  # as one has it between its transactions
    told = {table.name: outlook("topics", small_desk).read_unscoped(table.name) for table in of_step("topics")}
    store("topics", "a build", NOW, told, desk)
    assert outlook("topics", desk).build_id == "a build"
    _executed(desk.warehouse, "drop schema unfinished_elsewhere")  # raises where it is gone


def test_rolling_back_goes_one_build_back(desk: Settings) -> None:
    before = current_build(desk).build_id
    second = _publish(desk, 2)
    assert current_build(desk).build_id == second
    assert roll_back(desk) == before == current_build(desk).build_id
    with pytest.raises(NothingPublished, match="no earlier build on the server"):
        roll_back(desk)


def test_the_dashboard_reads_everything_and_writes_nothing(desk: Settings, roles: dict[str, Engine]) -> None:
    as_dashboard = replace(desk, warehouse=desk.warehouse.replace("deskpulse@", "dashboard@"))
    owner, reader = (ask(WHOLE, EVERYTHING, current_build(settings)) for settings in (desk, as_dashboard))
    assert reader.sort_values(["metric", "team"]).to_csv() == owner.sort_values(["metric", "team"]).to_csv()
    for attempt in (
        "delete from fct_ticket",
        "with gone as (delete from fct_ticket returning 1) select count(*) from gone",
        "insert into dim_category (category) values ('mine')",
        "create table mine (a integer)",
        "create table deskpulse_warehouse.mine (a integer)",
        "update deskpulse_warehouse.shelf set holds = false",
        "alter table fct_ticket disable row level security",
        "select * from raw.files_requesters",
        "drop table fct_ticket",
    ):
        with (
            roles["dashboard"].connect() as connection,
            pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(attempt))


def test_a_manager_sees_their_teams_in_any_client(desk: Settings, roles: dict[str, Engine]) -> None:
    mine = desk.warehouse_readers["anna"][0]
    schema = _schema(desk)
    with roles["anna"].connect() as anna, roles["dashboard"].connect() as all_rows:
        tables = [
            str(name)
            for (name,) in all_rows.execute(
                text(
                    "select table_name from information_schema.columns "
                    "where table_schema = :s and column_name = 'team_key'"
                ),
                {"s": schema},
            )
        ]
        assert len(tables) > 10
        told = 0
        for table in set(tables) - {"dim_team", "dim_calendar_event"}:
            teams = anna.execute(text(f"select distinct team_key from {table}")).scalars().all()
            assert set(teams) <= {mine}, table
            told += bool(teams)
        assert told > 8
        count = "select count(*) from {table} where {where}"
        theirs = f"'{mine}' in (first_team_key, solving_team_key, final_team_key)"
        for table, where in (
            ("fct_ticket", theirs),
            ("fct_ticket_event", f"ticket_key in (select ticket_key from fct_ticket where {theirs})"),
        ):
            seen = anna.scalar(text(count.format(table=table, where="true")))
            assert seen == all_rows.scalar(text(count.format(table=table, where=where))) > 0
            assert seen < all_rows.scalar(text(count.format(table=table, where="true")))
        for table in ("dim_requester", "fct_organization_week", "fct_support_demand", "quarantine"):
            with pytest.raises(DBAPIError, match="permission denied"), anna.begin_nested():
                anna.execute(text(f"select * from {table}"))
    with roles["stranger"].connect() as stranger, pytest.raises(DBAPIError, match=r"permission denied|does not exist"):
        stranger.execute(text(f"select * from {schema}.fct_ticket"))


def test_whom_the_server_does_not_know_is_told_in_a_line(desk: Settings) -> None:
    before = current_build(desk).build_id
    with pytest.raises(BadSetting, match="the server has no role 'ben'; create it there first"):
        _publish(replace(desk, warehouse_readers={"ben": "*"}), 3)
    assert current_build(desk).build_id == before


def test_readers_notice_nothing_while_builds_are_published(desk: Settings) -> None:
    wrong: list[str] = []
    seen: set[str] = set()
    done = threading.Event()
    first = ask(WHOLE, EVERYTHING, current_build(desk)).sort_values(["metric", "team"]).to_csv()

    def read() -> None:
        while not done.is_set():
            try:
                build = current_build(desk)
                answer = ask(WHOLE, EVERYTHING, build).sort_values(["metric", "team"]).to_csv()
            except (DeskpulseError, DBAPIError) as error:
                wrong.append(repr(error))
                return
            seen.add(build.build_id)
            if answer != first:
                wrong.append(answer)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    published = [_publish(replace(desk, keep_builds=2), number) for number in (4, 5, 6)]
    time.sleep(1)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert published[-1] in seen
    with create_engine(desk.warehouse).connect() as connection:
        kept = connection.execute(text("select nspname from pg_namespace where nspname like 'build%'")).scalars().all()
    assert len(kept) == 2


def test_a_server_that_is_killed_serves_the_build_before(small_desk: Settings, tmp_path: Path) -> None:
    programs = server_programs()
    assert programs is not None
    with server_of_its_own(programs) as server:
        settings = replace(copy_of(small_desk, tmp_path), warehouse=server.address)
        with pytest.raises(NothingPublished, match="no build is published on the server"):
            current_build(settings)
        first = _publish(settings, 1)
        answer = ask(WHOLE, EVERYTHING, current_build(settings))

        models: list[str] = []

        def struck(step: str) -> None:
            models.append(step)
            if step == "build fct_ticket":
                server.stop(signal.SIGQUIT)

        with pytest.raises(ServerAway, match=r"the warehouse at postgresql\+psycopg://\S+ cannot be reached"):
            build_and_publish(settings, BuildStamp("20261120T190000-0002", NOW), struck)
        assert "build fct_ticket" in models
        with pytest.raises(ServerAway):
            current_build(settings)
        assert "cannot be read" in outlook("volume", settings).says

        server.start()
        build = current_build(settings)
        assert build.build_id == first
        assert ask(WHOLE, EVERYTHING, build).to_csv() == answer.to_csv()
        again = _publish(settings, 3)
        assert current_build(settings).build_id == again
        with create_engine(server.address).connect() as connection:
            left = connection.execute(text("select nspname from pg_namespace where nspname like 'unfinished%'")).all()
        assert left == []


def test_two_runs_do_not_build_on_one_server_at_once_and_nobody_goes_back(desk: Settings, tmp_path: Path) -> None:
    before = current_build(desk).build_id

    def second(step: str) -> None:
        if step == "build dim_date":
            with pytest.raises(RunRefused, match="another run is building on this server"):
                roll_back(replace(desk, home=tmp_path))  # as from another machine
            _publish(desk, 8)

    with pytest.raises(RunRefused, match="another run is building on this server"):
        build_and_publish(desk, BuildStamp("20261120T200000-0007", NOW), second)
    assert current_build(desk).build_id == before
