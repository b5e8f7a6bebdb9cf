"""The golden stories on a PostgreSQL server: those of one evening and one installation in one build."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from etl.build import configure
from etl.server.building import build_from
from metrics.published import Build, current_build
from tests.golden.test_golden import TOLD
from tests.support.stories import Story
from tests.support.together import chosen_by, together, told_in, wrong_in


def _built(group: tuple[Story, ...], url: str) -> Build:
    settings = replace(chosen_by(group), warehouse=url, keep_builds=1)
    with duckdb.connect() as local:
        stamp = told_in(local, group)
        configure(local, settings, stamp)
        build_from(local, settings, stamp)
    return current_build(settings)


@pytest.mark.slow
@pytest.mark.parametrize("group", together(TOLD), ids=lambda group: group[0].name)
def test_stories_come_to_the_same_on_the_server(group: tuple[Story, ...], postgresql: str) -> None:
    build = _built(group, postgresql)
    assert wrong_in(group, build) == []
