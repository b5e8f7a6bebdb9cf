"""Whether what somebody names in writing exists: a metric, a dimension it can be told by, a value rows have."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from config.errors import NothingPublished, ServerAway
from config.settings import Settings
from metrics.dimensions import dimensions_of, reach, values_of
from metrics.published import Build, current_build
from metrics.question import NOT_SET, BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope
from metrics.teams import team_keys
from metrics.values import values

ANY_METRIC = "tickets_created"  # what an entry that names no metric is about: tickets
MOST = 100_000  # values of a dimension that are looked through


def must_be_known(metric: str, where: Sequence[tuple[str, tuple[str, ...]]], settings: Settings) -> None:
    """Raise where something named does not exist; ``metric`` is empty where none is named.

    Values are looked for where a build is published and can be read: before the first none is known. Raises
    ``UnknownMetric``, ``UnknownDimension`` or ``BadQuestion``, each with what there is.
    """
    told = metric_named(metric or ANY_METRIC)
    where = [(name, values_of(name, reach(told, name).column, wanted)) for name, wanted in where]
    if not where:
        return
    try:
        build = current_build(settings)
    except (NothingPublished, ServerAway):
        return
    for name, wanted in where:
        _must_have(told.name, name, wanted, build)


def must_be_set(question: Question, settings: Settings) -> None:
    """Raise ``BadQuestion`` where the one metric asked for is none without a setting that is not made."""
    alone = metric_named(question.metrics[0])
    if len(question.metrics) == 1 and alone.needs and getattr(settings, alone.needs) is None:
        raise BadQuestion(f"{alone.name}: no rate is set; give {alone.needs} in the settings and run again")


def must_have_rows(question: Question, build: Build) -> None:
    """Raise where a filter names what nothing has.

    What one metric has no rows of may be there for others: tickets are looked at too, and teams nobody wrote to exist.
    Raises ``UnknownMetric``, ``UnknownDimension`` or ``BadQuestion``.
    """
    also = dimensions_of(metric_named(ANY_METRIC))
    for name, asked in question.where:
        wanted = values_of(name, reach(metric_named(question.metrics[0]), name).column, asked)
        found = {_as_named(team) for team in team_keys(build)} if name == "team" else set()
        for metric in dict.fromkeys((*question.metrics, *((ANY_METRIC,) if name in also else ()))):
            if all(value == NOT_SET or _as_named(value) in found for value in wanted):
                break
            found |= _named(metric, name, build)
        _must_be_among(found, question.metrics[0], name, wanted)


def _must_have(metric: str, name: str, wanted: Sequence[str], build: Build) -> None:
    _must_be_among(_named(metric, name, build), metric, name, wanted)


def _named(metric: str, name: str, build: Build) -> set[str]:
    return {_as_named(value) for value in values(name, Scope.everything(), build, metric, MOST)}


def _must_be_among(found: set[str], metric: str, name: str, wanted: Sequence[str]) -> None:
    for value in wanted:
        if value != NOT_SET and _as_named(value) not in found:
            near = get_close_matches(value, found, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"see: python -m metrics query {metric} --by {name}"
            raise BadQuestion(f"{metric} has no rows of {name} {value!r}; {hint}")


def _as_named(value: object) -> str:
    """Return a value as a filter names it: ``2`` of a whole number beside missing ones, ``true`` in any case."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.lower() if text.lower() in ("true", "false") else text
