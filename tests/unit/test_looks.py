"""Looks at one single person's figures stand in the access log, once and under the right name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from sqlalchemy import StaticPool, create_engine
from streamlit.testing.v1 import AppTest

from config.settings import ROOT, Settings
from journal import open_journal
from metrics import Question, Scope
from metrics.people import agent_keys
from metrics.published import Build
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui import access, asking

EVERYTHING = Scope.everything()
OF_RED = Scope("mia", frozenset({"story:red"}), "manager")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path))
    access.house.cache_clear()
    for name in ("_frames", "_made", "_options", "_health", "_first_days"):
        monkeypatch.setattr(asking, name, asking.Kept())
    with warehouse(busy_month()) as connection:
        build = build_of(connection)
        monkeypatch.setattr(access, "published", lambda: build)

        def show(page: str, scope: Scope) -> AppTest:
            monkeypatch.setattr(access, "viewer_scope", lambda: scope)
            return AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30).run()

        yield show
    access.house.cache_clear()


def test_who_looks_at_one_persons_figures_is_written_down_once(shown: Any, tmp_path: Path) -> None:
    def looks() -> list[tuple[str, str, str]]:
        log = open_journal(replace(Settings(), home=tmp_path), "x", None).looks_at("story:kim")
        return [(one.viewer, one.role, one.what) for one in reversed(log)]

    app = shown("manager/agents", EVERYTHING)
    assert looks() == []  # everybody, side by side
    app.selectbox(key="person").set_value("Kim").run()
    app.segmented_control(key="by").set_value("Weeks").run()
    assert not app.exception
    assert looks() == [("local", "local", "figures")]
    app = shown("analyst/explore", EVERYTHING)
    app.multiselect(key="also").set_value(["Agent"]).run()
    app.multiselect(key="agent").set_value(["Kim", "Lee"]).run()
    assert len(looks()) == 1
    app.multiselect(key="agent").set_value(["Kim"]).run()
    assert not app.exception
    assert looks()[1:] == [("local", "local", "explored")]
    shown("manager/workload", EVERYTHING)
    assert len(looks()) == 2
    for page in ("manager/workload", "manager/agents"):  # Kim is the only one in red
        assert not shown(page, OF_RED).exception
    assert looks()[2:] == [("mia", "manager", "open work"), ("mia", "manager", "figures")]


def test_who_is_listed_by_name_for_a_weeks_load_is_written_down(shown: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Kim is above 120 % of the median and Lee below 80 %: the list says so, Lou is not on it."""

    def answer(question: Question, *_: object) -> pd.DataFrame:
        rows = [
            {"metric": name, "agent": agent, "team": "red", "numerator": float(agent == flagged), "value": 0.0}
            for name, flagged in (("workload_balance", "Kim"), ("workload_balance_below", "Lee"))
            for agent in ("Kim", "Lee", "Lou")
        ]
        return pd.DataFrame(rows)

    told = asking.answer
    monkeypatch.setattr(asking, "answer", lambda q, *a: (answer if "workload_balance" in q.metrics else told)(q, *a))
    app = shown("manager/weekly_review", OF_RED)
    app.session_state["capacity"] = True
    assert not app.run().exception
    journal = open_journal(replace(Settings(), home=tmp_path), "x", None)
    assert [one.what for one in journal.looks_at("story:kim")] == ["reviewed load"]
    assert [one.what for one in journal.looks_at("story:lee")] == ["reviewed load"]
    assert journal.looks_at("story:lou") == []


def test_of_two_agents_of_one_name_the_viewers_own_is_meant() -> None:
    spells = [("a:1", "Kim", "red", True), ("a:2", "Kim", "blue", True), ("a:2", "Kim", "green", False)]
    spells += [("a:3", "Lee", "red", True), ("a:4", "Kim", "red", False), ("a:4", "Kay", "red", True)]
    engine = create_engine("sqlite://", poolclass=StaticPool)
    columns = ["agent_key", "name", "team_key", "is_current"]
    pd.DataFrame(spells, columns=columns).to_sql("dim_agent", engine, index=False)
    told = cast(Build, SimpleNamespace(read=lambda statement: pd.read_sql(statement, engine)))

    def keys(name: str, *teams: str) -> tuple[str, ...]:
        return agent_keys(name, Scope("x", frozenset(teams) if teams else None, "manager"), told)

    assert keys("Kim", "red") == ("a:1",)
    assert keys("Kim", "green") == ("a:2",)  # as it was then
    assert keys("Kim") == keys("Kim", "red", "blue") == keys("Kim", "elsewhere") == ("a:1", "a:2")
    assert keys("Nobody") == ()
