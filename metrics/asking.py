"""Asking: a question, a scope and a build become an answer."""

from __future__ import annotations

import pandas as pd

from metrics.answers import finished
from metrics.published import Build
from metrics.query import statement
from metrics.question import Question
from metrics.scope import Scope


def ask(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Answer a question about the published warehouse.

    Returns one row per metric, period and dimension value, columns ``metric, period, *by, value, numerator,
    denominator, low, high, mature``; rates are fractions, durations seconds. ``low`` and ``high`` bound 95 %.

    Raises ``UnknownMetric``, ``UnknownDimension`` (names the valid ones), ``BadQuestion`` and ``OutOfScope``.
    """
    return finished(build.read(statement(question, scope, build.clock)), question, build)
