"""The golden stories on a PostgreSQL server: those of one evening and one installation in one build."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from config.settings import Settings
from etl.build import BuildStamp, configure
from etl.server.building import build_from
from metrics.published import Build, current_build
from tests.golden.test_golden import TOLD, _asked, _disagreement
from tests.support.stories import Expected, Story, chosen_in, tell

# What these tell is told of a whole installation, whatever its sources: hours of all teams, categories, the usual pace.
ALONE = frozenset(
    {
        *("automation_potential_of_what_is_known", "effort_unknown", "business_hours_over_a_holiday"),
        *("business_hours_over_a_night", "business_hours_schedule_changed_midway"),
        *("business_hours_with_a_lunch_break", "sla_business_clock_paused_overnight"),
        *("workload_back_in_the_queue", "workload_now"),
    }
)


def _together() -> dict[tuple[str, str, str], list[Story]]:
    """Return the stories that fit into one build: same installation, same instant it speaks of."""
    groups: dict[tuple[str, str, str], list[Story]] = {}
    for story in TOLD:
        apart = story.name if story.name in ALONE else ""
        groups.setdefault((str(story.as_of), repr(story.told.get("settings")), apart), []).append(story)
    return groups


def _built(stories: list[Story], url: str) -> Build:
    settings = replace(chosen_in(stories[0], Settings()), warehouse=url, keep_builds=1)
    stamp = BuildStamp(f"golden {stories[0].name}", stories[0].as_of, stories[0].as_of)
    with duckdb.connect() as local:
        tell(local, {story.name: story for story in stories})
        configure(local, settings, stamp)
        build_from(local, settings, stamp)
    return current_build(settings)


def _of(story: Story) -> list[Expected]:
    mine = ("source", (story.name,))
    return [replace(one, asked=one.asked | {"where": (*one.asked.get("where", ()), mine)}) for one in story.expected]


def _wrong(story: Story, build: Build) -> Iterator[str]:
    for expected, row in _asked(_of(story), build):
        if line := _disagreement(expected, row):
            yield f"{story.name}: {line}"


@pytest.mark.slow
@pytest.mark.parametrize("stories", _together().values(), ids=lambda stories: stories[0].name)
def test_stories_come_to_the_same_on_the_server(stories: list[Story], postgresql: str) -> None:
    build = _built(stories, postgresql)
    assert [line for story in stories for line in _wrong(story, build)] == []
