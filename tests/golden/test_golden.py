"""Every story comes to what METRICS.md says it must; the answers in the stories were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from metrics import METRICS, Question, Scope, ask
from metrics.kinds import Rate, Ratio
from metrics.ledger import ledger
from metrics.published import Build
from tests.support.asking import build_of
from tests.support.stories import Expected, Story, stories, warehouse

FOLDER = Path(__file__).parent
FAST_EVERY = 4  # of the stories the inner loop tells one in so many
DISPUTED = FOLDER / "disputed.txt"  # stories the warehouse does not come to yet, a file name a line
ALL = stories(FOLDER)
EVERYTHING = Scope.everything()


def _disputed() -> set[str]:
    lines = DISPUTED.read_text(encoding="utf-8").splitlines() if DISPUTED.exists() else []
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


TOLD = [story for story in ALL if story.path.name not in _disputed()]


def _asked(expected: list[Expected], build: Build) -> Iterator[tuple[Expected, pd.Series | None]]:
    """Ask for what is expected, alike questions in one, and return each with the one row it speaks of."""
    for _, alike in groupby(sorted(expected, key=_key), key=_key):
        together = list(alike)
        metrics = tuple(dict.fromkeys(one.metric for one in together))
        rows = ask(Question(metrics, tuple(together[0].by), **together[0].asked), EVERYTHING, build)
        for one in together:
            yield one, _row(one, rows[rows["metric"] == one.metric])


def _key(expected: Expected) -> str:
    return repr((tuple(expected.by), sorted(expected.asked.items())))


def _row(expected: Expected, rows: pd.DataFrame) -> pd.Series | None:
    for dimension, value in expected.by.items():
        rows = rows[rows[dimension] == value]
    if expected.period is not None:
        rows = rows[pd.to_datetime(rows["period"]) == pd.Timestamp(expected.period)]
    assert len(rows) <= 1, f"{expected} speaks of {len(rows)} rows"
    return rows.iloc[0] if len(rows) else None


def _same(got: object, wanted: object) -> bool:
    if wanted == "none":
        return bool(pd.isna(got))
    return got == pytest.approx(wanted, abs=5e-4, rel=5e-4 if isinstance(wanted, float) else 0)


def _got(row: pd.Series | None, answer: float | str) -> object:
    """Put a row into the words the answer is given in."""
    if row is None:  # nothing was counted: no row, no value, none of how many
        return {"absent": "absent", "none": "none", "0/0": "0/0", 0: 0}.get(answer, "absent")
    if isinstance(answer, str) and "/" in answer:
        return f"{row['numerator']:.0f}/{row['denominator']:.0f}"
    if answer == "none" and pd.isna(row["value"]):
        return "none"
    return row["value"]


def _disagreement(expected: Expected, row: pd.Series | None) -> str | None:
    got = _got(row, expected.answer)
    agrees = got == expected.answer if isinstance(expected.answer, str) else _same(got, expected.answer)
    if agrees and row is not None:
        got = {name: row[name] for name, bound in expected.bounds.items() if not _same(row[name], bound)}
        agrees = not got
    return None if agrees else f"{expected} — got {got}"


def _ledger_adds_up(story: Story, build: Build) -> None:
    """Whoever leaves is counted once, and those who stay are the denominator of the figure."""
    metrics = tuple(dict.fromkeys(expected.metric for expected in story.expected))
    answers = ask(Question(metrics), EVERYTHING, build).set_index("metric")
    for metric, lines in ledger(Question(metrics), EVERYTHING, build).groupby("metric", sort=False):
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


@pytest.mark.parametrize("story", [_param(nth, story) for nth, story in enumerate(TOLD)])
def test_a_story_comes_to_what_was_worked_out(story: Story) -> None:
    with warehouse(story) as connection:
        build = build_of(connection)
        found = [_disagreement(expected, row) for expected, row in _asked(story.expected, build)]
        wrong = [line for line in found if line]
        assert not wrong, "\n".join([story.told["story"], *wrong])
        _ledger_adds_up(story, build)


def test_every_metric_is_expected_in_a_story() -> None:
    expected = {row.metric for story in ALL for row in story.expected}
    assert set(METRICS) <= expected, sorted(set(METRICS) - expected)
    assert expected <= set(METRICS), sorted(expected - set(METRICS))


def test_disputed_stories_exist() -> None:
    assert _disputed() <= {story.path.name for story in ALL}
