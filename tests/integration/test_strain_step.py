"""Strain on a demo, by the real pipeline: who slides is found, who is busy is load, and what is stored adds up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from config.settings import Settings
from forecasting.steps import run_steps
from journal import open_journal
from metrics import Scope
from metrics.outlook import outlook
from metrics.published import Build, current_build
from metrics.strain import strain
from tests.conftest import UNTIL
from tests.support.planted_strain import judged
from tests.support.shared import copy_of

pytestmark = pytest.mark.slow
BASIS = {"individual": {"purpose": "Early talks about workload", "notice_on": "2026-01-01"}}


@pytest.fixture(scope="module")
def demo(
    year_desk: tuple[Settings, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, Build, dict[str, Any]]:
    published, truth = year_desk
    settings = copy_of(published, tmp_path_factory.mktemp("strain"))
    return settings, current_build(settings), truth


def test_who_slides_is_found_and_who_is_busy_is_load_without_drift(
    demo: tuple[Settings, Build, dict[str, Any]],
) -> None:
    _, build, truth = demo
    told = judged(1, build, truth)
    assert told.found == [True, True]
    assert (told.busy_loaded, told.busy_watched) == (True, False)
    assert told.false_talks / told.agent_years <= 0.1


def test_what_is_stored_adds_up_and_says_what_is_missing(demo: tuple[Settings, Build, dict[str, Any]]) -> None:
    home, _, truth = demo
    (result,) = run_steps(replace(home, wellbeing=BASIS), UNTIL, names=["strain"])
    assert result.outcome == "ready", result.says
    told = strain(Scope.everything(), home, lambda what, agents: None)
    people = told.people()
    assert {f"demo:{one['agent_id']}" for one in truth["sliders"]} <= set(people["agent_key"])
    weeks = told.weeks()
    assert weeks["week_starts_on"].nunique() == 30
    signals = outlook("strain", home).read("strain_signal", Scope.everything())
    drift = signals[signals["part"] == "drift"].groupby(["agent_key", "week_starts_on"])["contribution"].sum()
    z = weeks.set_index(["agent_key", "week_starts_on"])["z"].dropna()
    pd.testing.assert_series_equal(drift, z.loc[drift.index], check_names=False, atol=1e-9, rtol=0)
    assert set(told.missing()["signal"]) <= {"roster", "availability", "time_entries", "answers", "handling"}
    newest = people[(people["load_band"] == "high") | people["band"].isin(["watch", "talk"])]
    for move in told.moves().to_dict("records"):
        assert move["agent_key"] in set(newest["agent_key"])
        assert move["to_agent"] not in set(newest["agent"])
        assert move["balance_after"] < move["balance_before"]
        assert move["agent_key"] != move["to_agent_key"]


def test_drift_of_persons_is_stored_only_with_a_notice(demo: tuple[Settings, Build, dict[str, Any]]) -> None:
    home, _, _ = demo
    book = open_journal(home, "test", None)
    given = book.notice()
    assert given is not None  # the demo brings one along, whether or not forecasts were asked for
    run_steps(home, UNTIL, names=["strain"])
    assert strain(Scope.everything(), home, lambda what, agents: None).people()["z"].notna().any()
    book.delete(given)
    run_steps(home, UNTIL, names=["strain"])
    told = strain(Scope.everything(), home, lambda what, agents: None)
    assert told.people()["z"].isna().all()
    assert set(told.people()["band"]) == {"off"}
    rows = outlook("strain", home).read("strain_signal", Scope.everything())
    assert set(rows["part"]) == {"load"}
    assert told.teams()["told"].sum() > 0  # counts of teams are told all the same


def test_the_files_of_the_step_name_nobody_to_who_looks_after_nobody(
    demo: tuple[Settings, Build, dict[str, Any]],
) -> None:
    home, _, _ = demo
    told = strain(Scope("eva", None, "executive"), home, lambda what, agents: None)
    shown = json.dumps([told.people().to_dict("list"), told.groups().astype(str).to_dict("list")])
    assert "Agent" not in shown
