"""Every story comes to what METRICS.md says it must; the answers in the stories were worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metrics import METRICS, Question, Scope, ask
from metrics.kinds import Rate, Ratio
from metrics.ledger import ledger
from metrics.published import Build
from tests.support.stories import Story, stories
from tests.support.together import Groups, together

FOLDER = Path(__file__).parent
FAST_EVERY = 4  # of the stories the inner loop tells one in so many
DESKS = 4  # each is built on every engine, which takes Spark half a minute
DISPUTED = FOLDER / "disputed.txt"  # stories the warehouse does not come to yet, a file name a line
ALL = stories(FOLDER)
EVERYTHING = Scope.everything()


def _disputed() -> set[str]:
    lines = DISPUTED.read_text(encoding="utf-8").splitlines() if DISPUTED.exists() else []
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


TOLD = [story for story in ALL if story.path.name not in _disputed()]
GROUPS = Groups(TOLD)  # a build tells all stories of one evening
IN_ORDER = [story for group in together(TOLD) for story in group]


def _ledger_adds_up(story: Story, build: Build) -> None:
    """Whoever leaves is counted once, and those who stay are the denominator of the figure."""
    metrics = tuple(dict.fromkeys(expected.metric for expected in story.expected))
    question = Question(metrics, where=GROUPS.where(story))
    answers = ask(question, EVERYTHING, build).set_index("metric")
    for metric, lines in ledger(question, EVERYTHING, build).groupby("metric", sort=False):
        tickets, left = lines["tickets"].tolist(), lines["left"].tolist()
        assert tickets[0] == left[0], metric
        assert [before - gone for before, gone in zip(left, tickets[1:-1], strict=False)] == left[1:-1], metric
        assert left[-1] == left[-2] == tickets[-1], metric
        if isinstance(METRICS[metric], Rate) or (isinstance(METRICS[metric], Ratio) and METRICS[metric].per is None):
            assert left[-1] == answers.loc[metric, "denominator"], metric
        steps = dict(zip(lines["step"], tickets, strict=True))
        expected = story.told.get("expect_ledger", {}).get(metric, {})
        assert {step: steps.get(step) for step in expected} == expected, metric


def _param(nth: int, story: Story) -> Any:
    return pytest.param(story, id=story.name, marks=() if nth % FAST_EVERY == 0 else pytest.mark.slow)


@pytest.mark.parametrize("story", [_param(nth, story) for nth, story in enumerate(IN_ORDER)])
def test_a_story_comes_to_what_was_worked_out(story: Story) -> None:
    build = GROUPS.build(story)
    wrong = GROUPS.wrong(story, build)
    assert not wrong, "\n".join([story.told["story"], *wrong])
    _ledger_adds_up(story, build)


def test_every_metric_is_expected_in_a_story() -> None:
    expected = {row.metric for story in ALL for row in story.expected}
    assert set(METRICS) <= expected, sorted(set(METRICS) - expected)
    assert expected <= set(METRICS), sorted(expected - set(METRICS))


def test_stories_share_few_desks() -> None:
    assert len(together(ALL)) <= DESKS, "tell the new one of the evening, or see docs/testing.md"


def test_disputed_stories_exist() -> None:
    assert _disputed() <= {story.path.name for story in ALL}
