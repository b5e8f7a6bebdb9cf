"""No scope, no rows; a scope of some teams never shows another's, and nothing asked can widen it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, Question, Scope, ask
from metrics.kinds import BuildClock
from metrics.ledger import ledger
from metrics.published import Build
from metrics.query import statement
from metrics.rows import rows
from metrics.scope import OutOfScope
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

AS_OF = datetime(2026, 4, 5)  # noqa: DTZ001 - as the warehouse stores it
CLOCK = BuildClock(AS_OF, AS_OF, "UTC")
NAMES = {"story:red": "Red", "story:blue": "O'Blue", "story:green": "green"}
OF_TEAMS = tuple(name for name, metric in METRICS.items() if metric.on.team is not None)
OF_NOBODY = tuple(name for name, metric in METRICS.items() if metric.on.team is None)
SHOWN = ("tickets_created", "fcr", "reopens", "aht", "csat", "sla_attainment", "first_reply_time", "backlog")
QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("nothing", [None, "everything", True, frozenset({"story:red"}), object()])
def test_without_a_scope_nothing_is_compiled(name: str, nothing: Any) -> None:
    with pytest.raises(OutOfScope):
        statement(Question((name,)), nothing, CLOCK)


def test_without_a_scope_nothing_is_asked(build: Build) -> None:
    for asking in (ask, ledger, rows):
        with pytest.raises(OutOfScope):
            asking(Question(("fcr",)), None, build)


@pytest.mark.parametrize("name", OF_NOBODY)
def test_what_belongs_to_no_team_is_refused(name: str) -> None:
    with pytest.raises(OutOfScope):
        statement(Question((name,)), Scope("kim", frozenset({"story:red"}), "manager"), CLOCK)


def test_one_refused_metric_refuses_the_question() -> None:
    with pytest.raises(OutOfScope):
        statement(Question((OF_TEAMS[0], OF_NOBODY[0])), Scope("kim", frozenset({"story:red"}), "manager"), CLOCK)


@QUICK
@given(teams=st.sets(st.sampled_from(list(NAMES))), grain=st.sampled_from([None, "week"]))
def test_other_teams_are_never_shown(build: Build, teams: set[str], grain: Any) -> None:
    scope = Scope("kim", frozenset(teams), "manager")
    seen = ask(Question(SHOWN, by=("team",), grain=grain), scope, build)
    assert set(seen["team"]) <= {NAMES[team] for team in teams}  # nor what belongs to no team yet
    for name in ("fcr", "tickets_created", "csat", "backlog"):
        assert set(rows(Question((name,)), scope, build)["team"]) <= {NAMES[team] for team in teams}


@pytest.mark.parametrize("team", NAMES)
def test_a_scope_gives_what_a_filter_gives(build: Build, team: str) -> None:
    scoped = ask(Question(OF_TEAMS), Scope("kim", frozenset({team}), "manager"), build)
    filtered = ask(Question(OF_TEAMS, where=(("team", (NAMES[team],)),)), Scope.everything(), build)
    assert scoped.equals(filtered)
    assert scoped["numerator"].fillna(0).sum() > 0


def test_a_filter_cannot_widen_a_scope(build: Build) -> None:
    scope = Scope("kim", frozenset({"story:red"}), "manager")
    seen = ask(Question(OF_TEAMS, where=(("team", ("O'Blue", "green")),)), scope, build)
    assert not seen[["numerator", "denominator"]].fillna(0).to_numpy().any()
    everyone = ledger(Question(("fcr",), where=(("team", ("O'Blue",)),)), scope, build)
    assert not everyone["tickets"].any()


def test_a_scope_of_no_team_is_empty(build: Build) -> None:
    seen = ask(Question(OF_TEAMS), Scope("newcomer", frozenset(), "manager"), build)
    assert not seen[["numerator", "denominator"]].fillna(0).to_numpy().any()
    assert seen["value"].fillna(0).eq(0).all()
