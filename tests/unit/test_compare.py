"""Explanations add up to what the warehouse answers, for every metric and dimension; what cannot be told says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from metrics import METRICS, Question, Scope, ask, segments
from metrics.changes import Change, changes, final_part
from metrics.compare import ONLY_BY_NAME, drivers, explain
from metrics.contributors import Contributor, Dimension, corrected
from metrics.dimensions import OVERLAPPING, dimensions_of
from metrics.kinds import Count, Duration, Stock
from metrics.published import Build
from metrics.question import BadQuestion
from metrics.reading import Figure
from metrics.scope import OutOfScope
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

SCOPE = Scope.everything()
PERIODIC = [name for name, metric in METRICS.items() if metric.on.reads != "now"]
ADDITIVE = [name for name in PERIODIC if not isinstance(METRICS[name], Duration)]


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month(tickets=150)) as connection:
        yield build_of(connection)


def second_week(name: str) -> Question:
    return Question((name,), since=date(2026, 3, 9), until=date(2026, 3, 15))


@pytest.mark.parametrize("least", [1, 5])
@pytest.mark.parametrize("name", ADDITIVE)
def test_effects_add_up_to_the_change_the_warehouse_answers(
    build: Build, monkeypatch: pytest.MonkeyPatch, name: str, least: int
) -> None:
    monkeypatch.setattr(segments, "LEAST", least)
    question = second_week(name)
    now, before = (ask(asked, SCOPE, build).iloc[0]["value"] for asked in (question, question.previous()))
    apart = tuple(name for name in dimensions_of(METRICS[name]) if name not in OVERLAPPING)
    found = explain(question, SCOPE, build, by=apart)
    if found.change.change is None:
        assert np.isnan(now) or np.isnan(before)
        return
    assert found.change.change == pytest.approx(now - before, abs=1e-9)
    assert {dimension.name for dimension in found.dimensions} == set(apart)
    for dimension in found.dimensions:
        parts = [contributor.effect or 0.0 for contributor in dimension.contributors]
        assert sum(parts) == pytest.approx(now - before, rel=1e-12, abs=1e-9), dimension.name
        if dimension.mix is not None and dimension.rate is not None:
            assert dimension.mix + dimension.rate == pytest.approx(now - before, rel=1e-12, abs=1e-9)
        for c in dimension.contributors:
            if c.low is not None and c.high is not None:
                assert c.low <= (c.effect or 0.0) <= c.high
            assert c.p is None or 0 <= c.p <= 1


def test_a_ticket_reopened_in_two_teams_is_told_apart(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LEAST", 1)
    whole = Figure(METRICS["tickets_reopened"], 5.0, before=2.0)
    answer = ask(Question(("tickets_reopened",), by=("team",)), SCOPE, build)
    now = answer.head(2).assign(team=["red", "blue"], numerator=[3.0, 4.0])
    before = answer.head(2).assign(team=["red", "blue"], numerator=[1.0, 1.0])
    parts = segments.decomposed("team", whole, now, before, 1.0).contributors
    assert {c.value: c.effect for c in parts} == {"red": 2, "blue": 3, "in several segments": -2}


def test_percentiles_have_no_effects(build: Build) -> None:
    found = explain(second_week("first_reply_time"), SCOPE, build, by=("team", "channel"))
    assert [dimension.mix for dimension in found.dimensions] == [None, None]
    assert all(c.effect is None for dimension in found.dimensions for c in dimension.contributors)


def test_only_what_makes_sense_is_tried_unless_named(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LEAST", 1)
    question = second_week("tickets_created")
    tried = {dimension.name for dimension in explain(question, SCOPE, build).dimensions}
    assert tried
    assert not tried & {*ONLY_BY_NAME, *OVERLAPPING}
    assert [d.name for d in explain(question, SCOPE, build, by=("agent",)).dimensions] == ["agent"]


def test_small_segments_are_one_unless_new_or_gone() -> None:
    def rows(**n: int) -> list[dict[str, float]]:
        return [{"numerator": x / 2, "denominator": x} for x in n.values()]

    marked = segments._small(METRICS["fcr"], rows(a=29, b=30, c=0, d=500, e=3), rows(a=500, b=30, c=40, d=0, e=0))
    assert marked.tolist() == [True, False, False, False, True]


def test_days_that_are_not_final_are_left_out_on_both_sides(build: Build) -> None:
    last = build.local_as_of.date() - timedelta(days=8)
    question = Question(("fcr",), since=last - timedelta(days=9), until=last + timedelta(days=4))
    final, immature_from = final_part(question, METRICS["fcr"], build)
    assert (final.until, immature_from) == (last, last + timedelta(days=1))
    found = explain(question, SCOPE, build)
    assert found.immature_from == immature_from
    assert found.earlier == final.previous()
    assert found.change.figure.mature
    untouched, none = final_part(final, METRICS["fcr"], build)
    assert (untouched, none) == (final, None)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question(("fcr", "csat"), since=date(2026, 3, 2), until=date(2026, 3, 8)), "one metric"),
        (Question(("fcr",), grain="week", since=date(2026, 3, 2), until=date(2026, 3, 8)), "one metric"),
        (Question(("fcr",), since=date(2026, 3, 2)), "both --since and --until"),
        (Question(("fcr",), since=date(2030, 3, 2), until=date(2030, 3, 8)), "final up to"),
    ],
)
def test_what_cannot_be_explained_says_why(build: Build, question: Question, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        explain(question, SCOPE, build)


def test_parts_that_overlap_explain_nothing(build: Build) -> None:
    with pytest.raises(BadQuestion, match="more than one tag"):
        explain(second_week("tickets_created"), SCOPE, build, by=("channel", "tag"))


def test_a_scope_holds_in_explanations(build: Build) -> None:
    red = Scope("ann", frozenset({"story:red"}), "manager")
    found = explain(second_week("tickets_created"), red, build, by=("team",))
    values = {c.value for c in found.dimensions[0].contributors if c.kind == "segment"}
    assert values <= {"Red"}
    with pytest.raises(OutOfScope):
        explain(second_week("deflection_rate"), red, build)


def test_drivers_are_the_best_dimensions_contributors_by_size(build: Build) -> None:
    found = explain(second_week("tickets_created"), SCOPE, build, by=("team", "channel"))
    frame = drivers(found)
    assert list(frame["value"]) == [c.value for c in found.dimensions[0].contributors]
    assert frame["effect"].abs().is_monotonic_decreasing
    assert len(drivers(found, "channel")) == len(next(d for d in found.dimensions if d.name == "channel").contributors)
    assert drivers(found, "weather").empty


def test_what_changed_is_corrected_for_how_many_were_tested(build: Build) -> None:
    question = Question(tuple(PERIODIC), since=date(2026, 3, 9), until=date(2026, 3, 15))
    found = changes(question, SCOPE, build)
    assert found
    alone = {change.metric.name: changes(question.of((change.metric.name,)), SCOPE, build)[0] for change in found}
    for change in found:
        single = alone[change.metric.name]
        assert replace(change.figure, p=None) == replace(single.figure, p=None)
        assert (change.p is None) == isinstance(change.metric, Stock) or not isinstance(change.metric, Count)
        if change.p is not None and single.p is not None:
            assert change.p >= single.p - 1e-12
    steady = [change.verdict == "steady" for change in found]
    assert steady == sorted(steady)


def test_a_material_change_within_chance_is_steady() -> None:
    moved = Figure(METRICS["tickets_created"], 130.0, before=100.0)
    assert Change(replace(moved, p=0.2)).verdict == "steady"
    assert Change(replace(moved, p=0.01)).verdict == "moved"
    assert Change(moved).verdict == "moved"  # a stock: nothing is tested


def test_p_values_are_corrected_over_all_dimensions_tried() -> None:
    """By hand: three are tested, .01 × 3 = .03 and .04 × 3 / 2 = .06; the one that is not tested stays so."""

    def of(*p: float | None) -> Dimension:
        return Dimension("team", None, None, 0.0, tuple(Contributor("x", p=value) for value in p))

    first, second = corrected([of(0.01, None), of(0.04, 0.9)])
    assert [c.p for c in first.contributors] == [pytest.approx(0.03), None]
    assert [c.p for c in second.contributors] == [pytest.approx(0.06), pytest.approx(0.9)]
