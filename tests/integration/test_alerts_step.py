"""The step ``alerts`` on a demo: what is planted is found, each as one incident, and little else is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from config.settings import Settings
from forecasting import steps
from journal import open_journal
from metrics import Scope
from metrics.outlook import outlook
from tests.conftest import LAST_CAMPAIGN as CAMPAIGN
from tests.conftest import UNTIL
from tests.support.shared import copy_of

EVERYTHING = Scope.everything()
INVITATION = "Invite a colleague"


@pytest.fixture(scope="module")
def desk(
    year_desk: tuple[Settings, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, Mapping[str, Any]]:
    """A demo whose last campaign nobody wrote into the calendar, and the truth about it."""
    published, truth = year_desk
    settings = copy_of(published, tmp_path_factory.mktemp("alerts"))
    computed(settings)
    return settings, truth


def computed(settings: Settings) -> None:
    (result,) = steps.run_steps(settings, UNTIL + timedelta(hours=1), names=["alerts"])
    assert result.outcome == "ready", result.says


def table(settings: Settings, name: str = "alert", scope: Scope = EVERYTHING) -> pd.DataFrame:
    found = outlook("alerts", settings).read(name, scope)
    for column in ("began_on", "raised_on", "last_on"):
        if column in found:
            found[column] = pd.to_datetime(found[column]).dt.date
    return found


def between(alerts: pd.DataFrame, metric: str, since: date, until: date) -> pd.DataFrame:
    """Return the incidents a metric leads that were raised within a span."""
    inside = (alerts["raised_on"] >= since) & (alerts["raised_on"] <= until)
    return alerts[(alerts["metric"] == metric) & (alerts["direction"] != "") & inside]


def planted(truth: Mapping[str, Any]) -> dict[str, date]:
    campaign = next(push for push in truth["pushes"] if push["title"] == CAMPAIGN)
    days = {
        "outage": truth["outage"]["day"],
        "drop": truth["quality_drop"]["begins"],
        "campaign": campaign["starts_on"],
    }
    return {name: date.fromisoformat(str(day)[:10]) for name, day in days.items()}


@pytest.mark.slow
def test_outage_quality_drop_and_campaign_are_one_incident_each(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, truth = desk
    alerts, days = table(settings), planted(truth)
    (outage,) = between(alerts, "tickets_created", days["outage"], days["outage"]).to_dict("records")
    assert (outage["dimension"], outage["value"]) == ("category", truth["outage"]["category"])
    assert outage["cause"] == "Service not reachable"
    assert outage["severity"] == "critical"
    dropped = alerts[(alerts["value"] == truth["quality_drop"]["category"]) & (alerts["raised_on"] >= days["drop"])]
    (drop,) = dropped.to_dict("records")
    assert (drop["metric"], drop["direction"], drop["is_open"]) == ("fcr", "down", True)
    assert drop["raised_on"] <= days["drop"] + timedelta(days=10)
    concerned = next(push["categories"] for push in truth["pushes"] if push["title"] == CAMPAIGN)
    rush = between(alerts, "tickets_created", days["campaign"], days["campaign"] + timedelta(days=14))
    (sale,) = rush[rush["value"].isin(concerned)].to_dict("records")
    assert sale["dimension"] == "category"


@pytest.mark.slow
def test_a_campaign_in_the_calendar_is_one_incident_that_is_expected(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, truth = desk
    alerts, (push,) = table(settings), [one for one in truth["pushes"] if one["title"] == INVITATION]
    expected = alerts[alerts["is_expected"]]
    assert not expected["cause"].duplicated().any()  # one each
    (invited,) = expected[expected["cause"] == INVITATION].to_dict("records")
    assert [invited["value"]] == push["categories"]
    begins = date.fromisoformat(push["starts_on"])
    assert begins <= invited["began_on"] <= invited["raised_on"] <= begins + timedelta(days=push["days"] - 1)
    assert invited["says"].endswith(f"Planned: {INVITATION}.")
    asked = between(
        alerts[~alerts["is_expected"]], "tickets_created", begins, begins + timedelta(days=push["days"] - 1)
    )
    assert asked.empty


@pytest.mark.slow
def test_little_else_is_told_and_holidays_raise_nothing(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, _ = desk
    alerts = table(settings)
    alerts = alerts[~alerts["is_expected"]]
    assert len(alerts) - 3 <= 2.5 * 12  # pooled over seeds it is less: make bench-alerts
    christmas = alerts["raised_on"].isin([date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)])
    assert not (christmas & (alerts["metric"] == "tickets_created")).any()


@pytest.mark.slow
def test_evidence_names_parts_tickets_and_no_person(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, truth = desk
    alerts, evidence = table(settings), table(settings, "alert_evidence")
    drop = alerts[(alerts["value"] == truth["quality_drop"]["category"]) & alerts["is_open"]].iloc[0]
    mine = evidence[evidence["incident_id"] == drop["incident_id"]]
    parts = mine[mine["kind"] == "part"].sort_values("rank")
    assert parts.iloc[0]["value"] == truth["quality_drop"]["category"]
    assert (mine["kind"] == "ticket").sum() == 5
    (spread,) = mine.loc[mine["kind"] == "spread", "says"]
    assert "not one person's doing" in spread
    assert not evidence["dimension"].isin(["agent"]).any()
    bands = table(settings, "alert_band")
    assert set(bands["incident_id"]) <= set(alerts["incident_id"])
    rules = table(settings, "alert_rule").set_index("metric")
    assert rules["incidents"].sum() == (~alerts["is_expected"]).sum()


@pytest.mark.slow
def test_what_is_marked_as_expected_is_no_alert_any_more(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, truth = desk
    first, day = planted(truth)["campaign"], timedelta(days=1)
    before = between(table(settings), "tickets_created", first, first + 14 * day)
    concerned = next(push["categories"] for push in truth["pushes"] if push["title"] == CAMPAIGN)
    journal = open_journal(settings, "lena", None)
    for category in concerned:
        journal.mark_alert(
            "expected",
            metric="tickets_created",
            direction="up",
            dimension="category",
            value=category,
            since=first,
            until=first + 13 * day,
            note=CAMPAIGN,
        )
    computed(settings)
    after = between(table(settings), "tickets_created", first, first + 14 * day)
    assert before["value"].isin(concerned).any()
    assert not after["value"].isin(concerned).any()


@pytest.mark.slow
def test_who_sees_one_team_sees_its_incidents_only(desk: tuple[Settings, Mapping[str, Any]]) -> None:
    settings, _ = desk
    everything = table(settings)
    keys = {key for told in everything["team_keys"] for key in json.loads(told)}
    one = Scope("lena", frozenset(sorted(keys)[:1]), "manager")
    seen = table(settings, scope=one)
    assert 0 < len(seen) < len(everything)
    assert set(seen["dimension"]) == {"team"}
