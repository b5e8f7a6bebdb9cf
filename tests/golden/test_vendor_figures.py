"""What the helpdesk tells of single tickets, held against ours; the answers in the story were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.models import models
from metrics import METRICS, Question, Scope
from metrics.published import Build
from metrics.reconcile import FIGURES, differing, reconcile
from metrics.scope import OutOfScope
from tests.support.asking import build_of
from tests.support.stories import SOURCE, stories, warehouse

[STORY] = [story for story in stories(Path(__file__).parent) if story.name == "vendor_figures"]
ALL = Question(("vendor_figures",))


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    connection = warehouse(STORY)
    yield build_of(connection)
    connection.close()


def test_figures_are_held_against_ours_as_worked_out(build: Build) -> None:
    expected = STORY.told["expect_figures"]
    found = reconcile(ALL, Scope.everything(), build).set_index("figure")
    assert list(found.index) == sorted(expected)
    for figure, wanted in expected.items():
        numbers = {name: value for name, value in wanted.items() if name != "tickets"}
        assert {name: found.loc[figure, name] for name in numbers} == pytest.approx(numbers), figure
        rows = differing(ALL, figure, Scope.everything(), build)
        assert sorted(rows["ticket_id"]) == wanted["tickets"], figure


def test_a_viewer_sees_the_tickets_of_their_scope(build: Build) -> None:
    red, blue = (Scope("lee", frozenset({f"{SOURCE}:{team}"}), "manager") for team in ("red", "blue"))
    kim, lee = (Scope(name, None, "agent", f"{SOURCE}:{name}") for name in ("kim", "lee"))
    for scope in (red, kim):  # T1 alone is theirs
        assert reconcile(ALL, scope, build).set_index("figure").loc["reopens", "told"] == 1
        assert differing(ALL, "reopens", scope, build)["ticket_id"].tolist() == ["T1"]
    for scope in (blue, lee):
        assert reconcile(ALL, scope, build).empty
        assert differing(ALL, "reopens", scope, build).empty
    executive = Scope("eve", None, "executive")
    assert len(reconcile(ALL, executive, build)) == len(STORY.told["expect_figures"])
    with pytest.raises(OutOfScope, match="not for this role"):
        differing(ALL, "reopens", executive, build)
    with pytest.raises(OutOfScope):
        reconcile(ALL, Scope("nobody", None), build)


def test_every_figure_of_ours_is_explained_and_the_other_way_round() -> None:
    [model] = [model for model in models() if model.name == "fct_vendor_figure"]
    assert model.says - {"solved"} == set(FIGURES)
    assert {figure.as_vendor for figure in FIGURES.values()} - {""} <= set(METRICS)
