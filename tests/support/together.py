"""Stories of one evening and one installation, told in one build, and asked for what each must come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import duckdb
import pandas as pd
import pytest

from config.settings import Settings
from etl.build import BuildStamp, build_into
from metrics import Question, Scope, ask
from metrics.published import Build
from tests.support.asking import build_of
from tests.support.stories import Expected, Story, settings_of, tell

EVERYTHING = Scope.everything()


def together(stories: Sequence[Story]) -> list[tuple[Story, ...]]:
    """Return the stories that fit into one build, most first: told of the same instant, with settings or without.

    Those that choose settings share an installation that chose all of them (``chosen_by``). What a build tells of all
    its sources at once is why the others stand apart: the pace of a desk, the day its records begin.
    """
    groups: dict[tuple[str, bool], list[Story]] = {}
    for story in stories:
        groups.setdefault((str(story.as_of), "settings" in story.told), []).append(story)
    return sorted((tuple(group) for group in groups.values()), key=len, reverse=True)


def chosen_by(group: Sequence[Story]) -> Settings:
    """Return the settings of a group's installation: what any of its stories chooses; none may choose otherwise."""
    chosen: dict[str, Any] = {}
    for story in group:
        for name, value in story.told.get("settings", {}).items():
            assert chosen.setdefault(name, value) == value, f"{story.name}: another {name} is chosen by its neighbours"
    return settings_of(chosen)


def told_in(connection: duckdb.DuckDBPyConnection, group: Sequence[Story]) -> BuildStamp:
    """Fill the raw tables with a group, each story a source; returns what its build is stamped with."""
    tell(connection, {story.name: story for story in group})
    return BuildStamp(f"of {group[0].name}", group[0].as_of, group[0].as_of)


class Groups:
    """The builds of groups of stories, each made when its first story is asked for; one stays open."""

    def __init__(self, stories: Sequence[Story]) -> None:
        self.of = {story.name: group for group in together(stories) for story in group}
        self._built = lru_cache(maxsize=1)(self._build)

    def build(self, story: Story) -> Build:
        """Return the build that tells a story, among others."""
        return self._built(self.of[story.name][0].name)

    def where(self, story: Story) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the filter that leaves a story's own rows: none where it is told alone."""
        return (("source", (story.name,)),) if len(self.of[story.name]) > 1 else ()

    def _build(self, first: str) -> Build:
        group = self.of[first]
        connection = duckdb.connect(config={"threads": 1})  # stories are too short to share
        stamp = told_in(connection, group)
        build_into(connection, chosen_by(group), stamp)
        return build_of(connection)

    def wrong(self, story: Story, build: Build) -> list[str]:
        """Return what a story does not come to in a build."""
        mine = self.where(story)
        expected = [
            replace(one, asked=one.asked | {"where": (*one.asked.get("where", ()), *mine)}) for one in story.expected
        ]
        return [line for one, row in asked(expected, build) if (line := disagreement(one, row))]


def wrong_in(group: Sequence[Story], build: Build, at_once: int = 25) -> list[str]:
    """Return what the stories of one build do not come to there; what several ask alike is asked once, by source."""
    told = [(story.name, one) for story in group for one in story.expected]
    apart = len(group) > 1
    lines = []
    for _, alike in groupby(sorted(told, key=lambda one: _key(one[1])), key=lambda one: _key(one[1])):
        together = list(alike)
        metrics = tuple(dict.fromkeys(one.metric for _, one in together))
        by = (*(["source"] if apart else []), *together[0][1].by)
        parts = [
            ask(Question(metrics[nth : nth + at_once], by, **together[0][1].asked), EVERYTHING, build)
            for nth in range(0, len(metrics), at_once)
        ]
        rows = pd.concat(parts)
        for name, one in together:
            mine = rows[(rows["metric"] == one.metric) & ((rows["source"] == name) if apart else True)]
            line = disagreement(one, _row(one, mine))
            lines += [f"{name}: {line}"] if line else []
    return lines


def asked(expected: list[Expected], build: Build) -> Iterator[tuple[Expected, pd.Series | None]]:
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


def _same(got: Any, wanted: Any) -> bool:
    if wanted == "none":
        return bool(pd.isna(got))
    return bool(got == pytest.approx(wanted, abs=5e-4, rel=5e-4 if isinstance(wanted, float) else 0))


def _got(row: pd.Series | None, answer: float | str) -> object:
    """Put a row into the words the answer is given in."""
    if row is None:  # nothing was counted: no row, no value, none of how many
        return {"absent": "absent", "none": "none", "0/0": "0/0", 0: 0}.get(answer, "absent")
    if isinstance(answer, str) and "/" in answer:
        return f"{row['numerator']:.0f}/{row['denominator']:.0f}"
    if answer == "none" and pd.isna(row["value"]):
        return "none"
    return row["value"]


def disagreement(expected: Expected, row: pd.Series | None) -> str | None:
    got = _got(row, expected.answer)
    agrees = got == expected.answer if isinstance(expected.answer, str) else _same(got, expected.answer)
    if agrees and row is not None:
        got = {name: row[name] for name, bound in expected.bounds.items() if not _same(row[name], bound)}
        agrees = not got
    return None if agrees else f"{expected} — got {got}"
