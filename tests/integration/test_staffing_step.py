"""The step ``staffing`` on a small demo: need against the roster, the work behind it, the backlog, who may see it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from config.settings import Settings
from forecasting import steps
from forecasting.staffing.week import team_week
from metrics import Scope
from metrics.outlook import outlook
from metrics.outlook_tables import STEPS
from tests.conftest import UNTIL
from tests.support.shared import DEMO, HOME, publish_demo

EVERYTHING = Scope.everything()
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(forecast_desk: Settings) -> Settings:
    return forecast_desk


@pytest.fixture(scope="module")
def told(forecast_desk: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same desk without a roster; of the steps only ``staffing`` has run. Its forecasts are remembered."""
    folder = tmp_path_factory.mktemp("unrostered")
    (folder / DEMO).mkdir()
    for file in (forecast_desk.home.parent / DEMO).iterdir():
        if file.name != "rosters.parquet":
            (folder / DEMO / file.name).symlink_to(file)
    publish_demo(folder, UNTIL + timedelta(hours=1), loaded_rate_per_hour=40.0)
    settings = replace(forecast_desk, home=folder / HOME)
    shutil.copytree(forecast_desk.home / "cache", settings.home / "cache")
    (result,) = steps.run_steps(settings, UNTIL + timedelta(hours=1), names=["staffing"])
    assert result.outcome == "ready", result.says
    return settings


def table(home: Settings, name: str, scope: Scope = EVERYTHING) -> pd.DataFrame:
    return outlook("staffing", home).read(name, scope)


def test_every_hour_of_four_weeks_is_told_for_every_team(home: Settings) -> None:
    need = table(home, "staffing_need")
    assert set(need["value"]) == {"Front line", "Technical", "Billing", "Evening"}
    assert need.groupby("value").size().tolist() == [28 * 24] * 4
    assert need["ds"].min() == date(2026, 11, 20)
    assert need.loc[~need["is_open"], "needed"].sum() == 0
    assert need["gap"].to_numpy() == pytest.approx((need["rostered"] - need["needed"]).to_numpy(), nan_ok=True)
    assert need["cost"].to_numpy() == pytest.approx(40 * need["needed"].to_numpy())


def test_rostered_people_are_the_ticket_spells_of_the_roster(home: Settings) -> None:
    """Billing keeps one zone; its ticket time of a week of the roster, against the file."""
    folder = home.home.parent / "demo"
    spells = pd.read_parquet(folder / "rosters.parquet")
    people = pd.read_parquet(folder / "agents.parquet").query("team_id == 'team-billing'")["agent_id"]
    mine = spells[spells["agent_id"].isin(people) & (spells["activity"] == "tickets")]
    starts, ends = (pd.to_datetime(mine[name]).dt.tz_localize(None) for name in ("starts_at", "ends_at"))
    week = (starts >= "2026-11-23") & (starts < "2026-11-30")
    need = table(home, "staffing_need").query("value == 'Billing'")
    days = pd.to_datetime(need["ds"])
    told = need.loc[(days >= "2026-11-23") & (days < "2026-11-30"), "rostered"].sum()
    assert told == pytest.approx((ends - starts)[week].dt.total_seconds().sum() / 3600)
    assert told > 100


def test_what_is_on_the_roster_is_not_shrunk_again(home: Settings) -> None:
    assumed = table(home, "staffing_assumption")
    assert set(assumed["in_shift"]) == {0.0}
    assert set(assumed["absence"]) == {0.0}
    assert assumed["says"].str.contains("are as rostered").all()
    assert set(assumed["work"]) == {"calls", "chats", "deferred"}
    assert assumed["handling_seconds"].between(200, 4000).all()


def test_the_work_is_that_of_the_forecast(home: Settings) -> None:
    """Every ticket is a call, a chat or a written one; beside them are callers who gave up, less what has no team."""
    tickets = outlook_total(home)
    work = table(home, "staffing_work")
    assert 0.95 * tickets < work["yhat"].sum() < 1.1 * tickets
    for more, less in (("q90", "q80"), ("q80", "q75"), ("q75", "yhat")):
        assert (work[more] >= work[less] - 1e-9).all()


def outlook_total(home: Settings) -> float:
    backlog = table(home, "backlog_ahead")
    return float(backlog.loc[backlog["dimension"] == "all", "arrivals"].sum())


def test_a_stored_week_asked_anew_says_what_was_stored(home: Settings) -> None:
    days = sorted(set(table(home, "staffing_need")["ds"]))[:7]
    parts = [table(home, name).query("value == 'Front line'") for name in ("staffing_work", "staffing_need")]
    work, need = (rows[rows["ds"].isin(days)] for rows in parts)
    assumed = table(home, "staffing_assumption").query("value == 'Front line'")
    asked = team_week("Front line", work, need, assumed).need()
    stored = need.sort_values(["ds", "hour"])["needed"].to_numpy()
    assert asked.rostered == pytest.approx(stored)


def test_the_backlog_has_a_band_and_says_how_it_went(home: Settings) -> None:
    ahead, told = table(home, "backlog_ahead"), table(home, "backlog_backtest").set_index(["dimension", "value"])
    assert (ahead["lo80"] <= ahead["lo50"]).all()
    assert (ahead["hi50"] <= ahead["hi80"]).all()
    assert (ahead["lo80"] >= 0).all()
    desk = ahead[ahead["dimension"] == "all"]
    assert len(desk) == 28
    need = table(home, "staffing_need").dropna(subset="rostered")
    fullness = need["needed"].sum() / need["rostered"].sum()  # a promise in every hour takes more than the work alone
    assert 0 < desk["arrivals"].sum() / desk["capacity"].sum() < fullness
    assert told.loc[("all", ""), "windows"] >= 2
    assert "tickets" in told.loc[("all", ""), "says"]


def test_a_team_lead_sees_the_own_team_only(home: Settings) -> None:
    lead = Scope("lead", frozenset({"demo:team-billing"}), "manager")
    for name in ("staffing_need", "staffing_work", "staffing_assumption", "backlog_ahead", "backlog_backtest"):
        assert set(table(home, name, lead)["value"]) == {"Billing"}, name


def test_without_a_roster_need_is_told_with_shrinkage_and_no_gap(told: Settings) -> None:
    need, assumed = table(told, "staffing_need"), table(told, "staffing_assumption")
    assert need["rostered"].isna().all()
    assert need["gap"].isna().all()
    assert need["needed"].sum() > 0
    assert set(assumed["in_shift"]) == {0.15}
    assert set(assumed["absence"]) == {0.08}
    # At most as busy as the cap allows, on average: people are never fewer than work over cap and absence.
    assert (need["needed"] >= need["at_work"] / (1 - 0.15) / (1 - 0.08) - 1e-9).all()
    assert not np.isnan(table(told, "backlog_ahead")["still_open"]).any()


def test_nothing_is_missing_after_a_run(home: Settings, told: Settings) -> None:
    assert steps.missing(home) == []
    assert steps.missing(told, ["staffing"]) == []
    assert steps.missing(told) == [step for step in STEPS if step != "staffing"]
