"""The step ``volume`` on a small demo: its tables, what adds up, who may see it, and a refresh that remembers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from config.settings import Settings
from forecasting import steps
from metrics import Scope
from metrics.outlook import outlook
from tests.conftest import UNTIL
from tests.support.shared import copy_of

EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def home(forecast_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return copy_of(forecast_desk, tmp_path_factory.mktemp("volume"))


def table(home: Settings, name: str, scope: Scope = EVERYTHING) -> pd.DataFrame:
    return outlook("volume", home).read(name, scope)


@pytest.mark.slow
def test_parts_and_hours_add_up_to_four_weeks_of_the_desk(home: Settings) -> None:
    days, hours = table(home, "forecast"), table(home, "forecast_hourly")
    total = days[days["dimension"] == "all"].set_index("ds")["yhat"]
    assert len(total) == 28
    assert total.index.min() == date(2026, 11, 20)
    assert total.min() >= 0 < total.sum()
    for dimension in ("channel", "category", "team"):
        part = days[days["dimension"] == dimension].groupby("ds")["yhat"].sum()
        assert part.to_numpy() == pytest.approx(total.to_numpy()), dimension
    for dimension, sums in hours.groupby("dimension"):
        assert sums.groupby("ds")["yhat"].sum().to_numpy() == pytest.approx(total.to_numpy()), dimension
    assert (days["lo80"] <= days["lo50"]).all()
    assert (days["hi50"] <= days["q80"]).all()
    assert (days["q80"] <= days["hi80"]).all()


@pytest.mark.slow
def test_each_series_says_how_its_forecasts_went(home: Settings) -> None:
    told = table(home, "forecast_backtest").set_index(["dimension", "value"])
    desk = told.loc[("all", "")]
    assert desk["windows"] >= 2
    assert 0 < desk["noise_floor"] < desk["wape"] < 1
    assert 0.4 < desk["coverage80"] <= 1
    assert "repeating last week" in desk["says"]
    assert set(table(home, "forecast")["model"]) == set(told["model"])


@pytest.mark.slow
def test_the_planted_outage_is_told_where_it_struck_and_not_elsewhere(home: Settings) -> None:
    effects = table(home, "calendar_effect")
    outages = effects[(effects["kind"] == "outage") & (effects["title"] != "")].set_index(["dimension", "value"])
    assert ("category", "Delivery problem") not in outages.index
    struck = outages.loc[("all", "")]
    assert struck["low"] < struck["effect"] < struck["high"]
    assert struck["effect"] > 0


@pytest.mark.slow
def test_a_team_lead_sees_the_own_team_only(home: Settings) -> None:
    teams = table(home, "forecast")
    keys = teams.loc[(teams["dimension"] == "team") & (teams["team_keys"] != "[]"), "team_keys"].unique()
    key = keys[0].strip('[]"')
    seen = table(home, "forecast", Scope("lead", frozenset({key}), "manager"))
    assert set(seen["team_keys"]) == {f'["{key}"]'}
    assert set(seen["dimension"]) == {"team"}


@pytest.mark.slow
def test_a_refresh_remembers_and_tells_the_same(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = table(home, "forecast")
    monkeypatch.setattr("forecasting.volume.pool.Asking._made", lambda *_: pytest.fail("forecast anew"))
    (result,) = steps.run_steps(home, UNTIL + timedelta(hours=2), names=["volume"])
    assert result.outcome == "ready", result.says
    pd.testing.assert_frame_equal(table(home, "forecast"), before)
    assert Path(home.home / "cache").exists()
