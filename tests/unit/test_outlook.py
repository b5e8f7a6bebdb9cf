"""What is computed after publication: read where it is, a sentence where it is not, and only by whom it concerns."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from config.settings import Settings
from forecasting.steps import alone
from forecasting.store import note_attempt, store
from metrics import Scope
from metrics.outlook import LAST, outlook, outlook_states
from metrics.outlook_tables import INTERVENTION_EFFECT, INTERVENTION_PATH, STEPS
from metrics.shelf import KEPT, finished

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
EVERYTHING = Scope.everything()


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return replace(Settings(), home=tmp_path)


def path_frame(*teams: list[str]) -> pd.DataFrame:
    rows = [
        {"intervention_id": n, "team_keys": json.dumps(keys), "day": date(2026, 10, 2), "is_after": True, "rows": 5.0}
        for n, keys in enumerate(teams)
    ]
    return pd.DataFrame(rows, columns=INTERVENTION_PATH.names)


def written(home: Settings, build: str = "b1", now: datetime = NOW, *teams: list[str]) -> Path:
    frames = {INTERVENTION_PATH.name: path_frame(*teams)}
    frames[INTERVENTION_EFFECT.name] = pd.DataFrame(columns=INTERVENTION_EFFECT.names)
    return store("interventions", build, now, frames, home)


def test_nothing_there_is_an_empty_answer_and_a_sentence(home: Settings) -> None:
    told = outlook("interventions", home)
    assert (told.build_id, told.computed_at) == (None, None)
    assert "have not been computed yet; run python -m forecasting run" in told.says
    for table in (INTERVENTION_EFFECT, INTERVENTION_PATH):
        rows = told.read(table.name, EVERYTHING)
        assert list(rows.columns) == table.names
        assert rows.empty
    assert list(outlook_states(home)["outcome"]) == ["absent"] * len(STEPS)


def test_what_is_being_computed_is_said_to_be(home: Settings) -> None:
    with alone(home):
        assert outlook("strain", home).says == "Strain is being computed; look again in a minute"
    assert outlook("strain", home).says == "Strain has not been computed yet; run python -m forecasting run"


def test_what_is_stored_is_read_with_its_build_and_time(home: Settings) -> None:
    file = written(home, "b1", NOW, [], ["demo:billing"])
    told = outlook("interventions", home)
    assert (told.build_id, told.computed_at, told.says) == ("b1", NOW.replace(tzinfo=None), "")
    rows = told.read("intervention_path", EVERYTHING)
    assert list(rows.columns) == INTERVENTION_PATH.names
    assert list(rows["rows"]) == [5.0, 5.0]
    assert list(rows["is_after"]) == [True, True]
    assert rows["expected"].isna().all()
    assert told.read("intervention_effect", EVERYTHING).empty
    assert "b1" in file.name


def test_figures_of_a_part_are_for_who_may_see_all_of_it(home: Settings) -> None:
    written(home, "b1", NOW, [], ["demo:billing"], ["demo:front"], ["demo:billing", "demo:front"])

    def seen(*teams: str) -> list[int]:
        rows = outlook("interventions", home).read("intervention_path", Scope("x", frozenset(teams), "manager"))
        return list(rows["intervention_id"])

    assert seen("demo:billing") == [1]
    assert seen("demo:billing", "demo:front") == [1, 2, 3]
    assert seen() == []


def test_a_new_result_is_seen_at_once_a_reader_under_way_goes_on_and_a_few_are_kept(home: Settings) -> None:
    written(home, "b0", NOW, [])
    first = outlook("interventions", home)
    for n in range(1, KEPT + 3):
        written(home, f"b{n}", NOW + timedelta(minutes=n), *([[]] * (n + 1)))
        now = outlook("interventions", home)
        assert now.build_id == f"b{n}"
        assert len(now.read("intervention_path", EVERYTHING)) == n + 1
    assert len(first.read("intervention_path", EVERYTHING)) == 1
    assert len(finished(home.outlook / "interventions")) == KEPT


def test_a_failed_attempt_is_told_and_what_was_there_stays(home: Settings) -> None:
    state = {"step": "interventions", "outcome": "failed", "build": "b2", "at": "x", "seconds": 1.0, "says": "no power"}
    note_attempt(home, state)
    assert outlook("interventions", home).says == "Interventions could not be computed: no power"
    written(home, "b1", NOW, [])
    told = outlook("interventions", home)
    assert told.says == "Interventions could not be computed: no power; shown is what was computed for build b1"
    assert len(told.read("intervention_path", EVERYTHING)) == 1
    assert outlook_states(home).to_dict("records")[0] == state
    note_attempt(home, {**state, "outcome": "ready", "says": ""})
    assert outlook("interventions", home).says == ""


def test_files_nobody_can_read_are_as_if_absent(home: Settings) -> None:
    folder = home.outlook / "interventions"
    folder.mkdir(parents=True)
    (folder / LAST).write_text("{half")
    (folder / "current.duckdb").write_text("not a database")
    told = outlook("interventions", home)
    assert told.build_id is None
    assert told.read("intervention_path", EVERYTHING).empty
    assert list(outlook_states(home)["outcome"]) == ["absent"] * len(STEPS)


def test_a_table_of_another_version_is_as_if_empty(home: Settings) -> None:
    import duckdb

    folder = home.outlook / "interventions"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "current.duckdb")) as connection:
        connection.execute("create table outlook as select 'b' as build_id, timestamp '2026-01-01' as computed_at")
        connection.execute("create table intervention_path as select 1 as intervention_id")
    rows = outlook("interventions", home).read("intervention_path", EVERYTHING)
    assert list(rows.columns) == INTERVENTION_PATH.names
    assert rows.empty


def test_readers_cannot_write(home: Settings) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    written(home, "b1", NOW, [])
    engine = outlook("interventions", home).engine
    assert engine is not None
    with engine.connect() as reader, pytest.raises(DBAPIError):
        reader.execute(text("delete from intervention_path"))


def test_columns_other_than_those_told_are_a_bug(home: Settings) -> None:
    with pytest.raises(ValueError, match="has the columns"):
        store(
            "interventions", "b", NOW, dict.fromkeys(("intervention_effect", "intervention_path"), pd.DataFrame()), home
        )
    assert outlook("interventions", home).build_id is None
