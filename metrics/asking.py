"""Asking: a question, a scope and a build become an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from metrics.answers import finished
from metrics.kinds import Duration
from metrics.percentiles import measured_percentiles
from metrics.published import Build
from metrics.query import statement
from metrics.question import GRAINS, Question, period_end, period_start
from metrics.registry import metric_named
from metrics.scope import Scope


def ask(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Answer a question about the published warehouse.

    Returns one row per metric, period and dimension value, columns ``metric, period, *by, value, numerator,
    denominator, low, high, mature``; rates are fractions, durations seconds. ``low`` and ``high`` bound 95 %.

    Raises ``UnknownMetric``, ``UnknownDimension`` (names the valid ones), ``BadQuestion`` and ``OutOfScope``.
    """
    percentiles = [name for name in question.metrics if isinstance(metric_named(name), Duration)]
    others = [name for name in question.metrics if name not in percentiles]
    parts = [build.read(statement(question, scope, build.clock, others))] if others else []
    parts += [measured_percentiles(question, scope, build, percentiles)] if percentiles else []
    return finished(parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True), question, build)


def ask_both(now: Question, before: Question, scope: Scope, build: Build) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answer one question about two spans, as ``ask`` does; neighbouring weeks are read at once."""
    if not _are_neighbours(now, before):
        return ask(now, scope, build), ask(before, scope, build)
    told = ask(replace(now, since=before.since, grain="week"), scope, build)
    period = pd.to_datetime(told["period"]).dt.date
    found = [told[period == asked.since].drop(columns="period").reset_index(drop=True) for asked in (now, before)]
    if not now.by:  # of a period with no rows nothing is told, of a span that nothing is there
        found = [
            answer if len(answer) == len(now.metrics) else ask(asked, scope, build)
            for asked, answer in zip((now, before), found, strict=True)
        ]
    return found[0], found[1]


def _are_neighbours(now: Question, before: Question) -> bool:
    """Tell whether the spans are two weeks, one after the other, and all metrics can be told by the week."""
    if now.since is None or now.until is None or before.until is None or now.grain is not None:
        return False
    if replace(before, since=now.since, until=now.until) != now or before.until != now.since - timedelta(days=1):
        return False
    bases = [metric_named(name).on for name in now.metrics]
    if any(on.reads == "now" or GRAINS.index(on.finest) > GRAINS.index("week") for on in bases):
        return False
    spans = [(asked.since, asked.until) for asked in (now, before) if asked.since is not None]
    return all(period_start(first, "week") == first and period_end(first, "week") == last for first, last in spans)
