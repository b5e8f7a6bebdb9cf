"""Expansion hints by hand: who asks about what their plan lacks, and what cannot be said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.errors import BadSetting
from config.plan_features import PlanFeature, load_plan_features
from etl.demo.desk import CATEGORIES, PLANS
from metrics import Question, Scope
from metrics.expansion import asks_for, expansion_hints, expansion_tickets
from tests.support.asking import build_of
from tests.support.stories import Story, warehouse

ALL = Scope.everything()
SPAN = Question(("tickets_created",), since=date(2026, 1, 1), until=date(2026, 3, 31))
API = PlanFeature("API", ("api",), (), ("Starter",))
SYNC = PlanFeature("Sync", ("data",), ("sync", "stalled"), ("Starter", "Business"))
ORGANIZATIONS = [
    {"organization_id": "acme", "name": "Acme", "segment": "small", "plan": "Starter"},
    {"organization_id": "best", "name": "Best", "segment": "small", "plan": "Business"},
    {"organization_id": "core", "name": "Core", "segment": "large"},
]
# Acme asks twice about the API and once about syncing; Best, whose plan has the API, about syncing; an import is
# no sync, nor a synchrotron; of Core no plan is known; December is long ago.
ASKED = (
    ("2026-03-02", "acme", "api", "Webhook"),
    ("2026-03-03", "acme", "api", "401"),
    ("2026-03-04", "acme", "data", "SYNC-stopped"),
    ("2026-03-05", "best", "api", "Webhook"),
    ("2026-03-06", "best", "data", "It-stalled"),
    ("2026-03-07", "best", "data", "Import-stuck"),
    ("2026-03-08", "best", "data", "Synchrotron"),
    ("2026-03-09", "core", "api", "Webhook"),
    ("2025-12-31", "best", "data", "sync"),
    ("2026-03-10", "", "api", "Webhook"),
)


@pytest.fixture(scope="module")
def build():
    lines = [
        f"{day} 09:00 requester created ticket=t{n} category={category} subject={subject}"
        + (f" organization_id={who}" if who else "")
        for n, (day, who, category, subject) in enumerate(ASKED)
    ]
    told = {"as_of": datetime(2026, 4, 1, tzinfo=UTC), "events": "\n".join(lines), "organizations": ORGANIZATIONS}
    return build_of(warehouse(Story(Path("told"), told)))


def test_who_asks_about_what_their_plan_lacks(build) -> None:
    tickets = expansion_tickets(SPAN, (API, SYNC), ALL, build)
    assert tickets["ticket_id"].tolist() == ["t4", "t2", "t1", "t0"]
    hints = expansion_hints(tickets)
    assert hints[["organization", "plan", "feature", "tickets"]].to_numpy().tolist() == [
        ["Acme", "Starter", "API", 2],
        ["Acme", "Starter", "Sync", 1],
        ["Best", "Business", "Sync", 1],
    ]
    assert hints["last_asked_on"].tolist() == [date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 6)]
    assert asks_for(hints).to_dict() == {"Acme": "API (2); Sync (1)", "Best": "Sync (1)"}


def test_a_part_of_the_desk_and_nobody_who_asks(build) -> None:
    only = Question(("tickets_created",), since=SPAN.since, until=SPAN.until, where=(("category", ("data",)),))
    found = expansion_tickets(only, (API, PlanFeature("Data", ("data",), (), ("Starter",))), ALL, build)
    assert found["feature"].tolist() == ["Data"]
    for features in ((), (PlanFeature("Phone", ("phone",), (), ("Starter",)),)):
        nobody = expansion_hints(expansion_tickets(SPAN, features, ALL, build))
        assert nobody.empty
        assert asks_for(nobody).empty


def test_the_shipped_features_are_of_the_demo() -> None:
    features = load_plan_features()
    assert {name for feature in features for name in feature.categories} <= {c.name for c in CATEGORIES}
    assert {plan for feature in features for plan in feature.lacking} < set(PLANS)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("[api]\nlacking = ['Starter']", "[api]: categories must be a list of texts, not missing"),
        ("[api]\ncategories = ['api']\nlacking = 'Starter'", "[api]: lacking must be a list of texts, not 'Starter'"),
        ("[api]\ncategory = ['api']", "[api]: unknown 'category'; known are categories, words, lacking"),
        ("api = 3", "[api]: say categories"),
        ("[api", "not valid TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(tmp_path: Path, told: str, says: str) -> None:
    path = tmp_path / "plan_features.toml"
    path.write_text(told, encoding="utf-8")
    with pytest.raises(BadSetting) as refused:
        load_plan_features(path)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert load_plan_features(tmp_path / "missing.toml") == ()
