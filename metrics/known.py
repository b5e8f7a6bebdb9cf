"""Whether what somebody names in writing exists: a metric, a dimension it can be told by, a value rows have."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from config.errors import NothingPublished, ServerAway
from config.settings import Settings
from metrics.dimensions import reach, values_of
from metrics.published import Build, current_build
from metrics.question import NOT_SET, BadQuestion
from metrics.registry import metric_named
from metrics.scope import Scope
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


def _must_have(metric: str, name: str, wanted: Sequence[str], build: Build) -> None:
    found = {_as_named(value) for value in values(name, Scope.everything(), build, metric, MOST)}
    for value in wanted:
        if value != NOT_SET and _as_named(value) not in found:
            near = get_close_matches(value, found, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"see: python -m metrics query {metric} --by {name}"
            raise BadQuestion(f"{metric} has no rows of {name} {value!r}; {hint}")


def _as_named(value: object) -> str:
    """Return a value as a filter names it: ``2`` of a whole number beside missing ones, ``true`` in any case."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.lower() if text.lower() in ("true", "false") else text
