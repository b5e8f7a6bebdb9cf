"""Asking: a question, a scope and a build become an answer."""

from __future__ import annotations

import pandas as pd

from metrics.answers import finished
from metrics.kinds import Duration
from metrics.percentiles import measured_percentiles
from metrics.published import Build
from metrics.query import statement
from metrics.question import Question
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
