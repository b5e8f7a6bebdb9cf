"""One busy month, built by both engines: every metric is answered alike, by its dimensions in turn and over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pandas as pd
import pytest

from etl.build import BuildStamp, configure
from etl.server.building import build_from
from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import dimensions_of
from metrics.published import Build, current_build
from tests.support.asking import build_of
from tests.support.stories import busy_month, chosen_in, tell, warehouse

ANSWERED = {"value", "numerator", "denominator", "low", "high", "mature"}
EVERYTHING = Scope.everything()


@pytest.fixture(scope="module")
def both(postgresql: str) -> Iterator[tuple[Build, Build]]:
    story = busy_month()
    settings = replace(chosen_in(story), warehouse=postgresql)
    stamp = BuildStamp("busy month", story.as_of, story.as_of)
    with duckdb.connect() as local:
        tell(local, {"story": story})
        configure(local, settings, stamp)
        build_from(local, settings, stamp)
    with warehouse(story) as embedded:
        yield build_of(embedded), current_build(settings)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(METRICS)), ids=list(METRICS))
def test_both_engines_give_the_same_answers(number: int, both: tuple[Build, Build]) -> None:
    metric = list(METRICS.values())[number]
    dimensions = dimensions_of(metric)
    by = (dimensions[number % len(dimensions)],) if dimensions else ()
    grain = None if metric.on.reads == "now" else metric.on.finest if metric.on.finest != "hour" else "week"
    for question in (Question((metric.name,), by), Question((metric.name,), grain=grain)):
        embedded, server = (_sorted(ask(question, EVERYTHING, build)) for build in both)
        pd.testing.assert_frame_equal(embedded, server, check_dtype=False, rtol=1e-9, obj=str(question))


def _sorted(answer: pd.DataFrame) -> pd.DataFrame:
    named = [name for name in answer.columns if name not in ANSWERED]
    return answer.sort_values(named).reset_index(drop=True)
