"""What moved unusually: segments whose week lies outside what their own last 13 weeks predict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import pi

import numpy as np
import pandas as pd

from metrics.ages import equal_age
from metrics.asking import ask
from metrics.changes import HISTORY_WEEKS
from metrics.decompose import ALPHA, Array, benjamini_hochberg
from metrics.kinds import Count, Rate, Ratio
from metrics.measures import Z
from metrics.published import Build
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope

LEAST_ROWS = 30  # of a quotient, in the week; in each past week that is used
LEAST_COUNT = 10  # of a count, in the week or expected
LEAST_WEEKS = 8
CONFIDENCE = 0.95
NORMAL = 1.4826022185056018  # the median absolute deviation of a normal, turned into its standard deviation
QUARTILES = 1.204  # how far apart the quartiles of 13 normals are, on average (Blom 1958)
FREEDOM = 6  # degrees of freedom a robust width of 13 weeks is worth
MOST_SHARING = 10

COLUMNS = ("value", "numerator", "denominator", "expected", "low", "high", "score", "p", "is_unusual")


def unusual(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the segments of a week that can be judged, the most unusual first.

    The question has one metric (a count, rate or ratio), one dimension and the seven days from a Monday. Columns: the
    dimension, ``value, numerator, denominator``, what the 13 weeks before predict (``expected``, and ``low`` to
    ``high``: 95 %), ``score`` (deviation over its standard deviation), ``p`` corrected for how many segments were
    tested, ``is_unusual``. A week too young to be final is judged at equal age. Raises ``BadQuestion`` for another
    question, or a week that is not over.
    """
    since, metric = question.since, metric_named(question.metrics[0])
    if since is None or since.weekday() or question.until != since + timedelta(days=6):
        raise BadQuestion("what is unusual is told of one week: give a Monday and the Sunday after it")
    if len(question.metrics) != 1 or len(question.by) != 1 or not isinstance(metric, Count | Rate | Ratio):
        raise BadQuestion("what is unusual is told of one count, rate or mean by one dimension")
    if build.local_as_of.date() <= question.until:
        raise BadQuestion(f"the week from {since} is not over yet; ask for one before it")
    begins = since - timedelta(weeks=HISTORY_WEEKS)
    answer = ask(equal_age(replace(question, grain="week", since=begins), build), scope, build)
    mondays = [begins + timedelta(weeks=index) for index in range(HISTORY_WEEKS + 1)]
    weekly = _weekly(answer, question.by[0], mondays)
    found = _of_counts(weekly) if isinstance(metric, Count) else _of_quotients(weekly)
    found["p"] = benjamini_hochberg(found["p"])
    found["is_unusual"] = found["p"] < ALPHA
    found = found.rename_axis(question.by[0]).reset_index()[[question.by[0], *COLUMNS]]
    return found.sort_values("score", key=lambda score: -score.abs(), ignore_index=True)


def student(score: Array, freedom: int) -> Array:
    """Return two-sided p-values of Student's t; ``freedom`` is even (Abramowitz and Stegun 26.7.4)."""
    angle = np.arctan(np.abs(score) / np.sqrt(freedom))
    term = total = np.ones_like(angle)
    for index in range(1, freedom // 2):
        term = term * np.cos(angle) ** 2 * (2 * index - 1) / (2 * index)
        total = total + term
    p: Array = 1 - np.sin(angle) * total
    return p


def student_bound(freedom: int) -> float:
    """Return the score whose two-sided p-value is 5 %."""
    scores = np.linspace(1.9, 4.4, 25_001)
    return float(scores[np.argmax(student(scores, freedom) <= 1 - CONFIDENCE)])


def _weekly(answer: pd.DataFrame, by: str, mondays: list[date]) -> dict[str, pd.DataFrame]:
    """Return a table for each measure: a row a segment, a column a week, the last one the week in question."""
    answer = answer.assign(period=pd.to_datetime(answer["period"]), spread=answer["high"] - answer["low"])
    columns = pd.to_datetime(pd.Index(mondays))
    return {
        name: answer.pivot_table(index=by, columns="period", values=name, aggfunc="sum", dropna=False).reindex(
            columns=columns
        )
        for name in ("numerator", "denominator", "spread")
    }


def _of_counts(weekly: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Judge counts on the scale where Poisson's have variance 1 (Anscombe 1948), by the median of their weeks."""
    table = weekly["numerator"].fillna(0.0)
    count = table.to_numpy(float)
    level = 2 * np.sqrt(count + 3 / 8)
    middle = np.median(level[:, :-1], axis=1)
    first, third = np.quantile(level[:, :-1], [0.25, 0.75], axis=1)  # a desk busy every other week is no news
    width = np.maximum(1.0, (third - first) / QUARTILES)
    width = width * np.sqrt(1 + pi / 2 / HISTORY_WEEKS)  # the median of the weeks is not known for certain either
    reach = student_bound(FREEDOM) * width
    expected, low, high = (
        np.maximum((np.maximum(at, 0) / 2) ** 2 - 3 / 8, 0) for at in (middle, middle - reach, middle + reach)
    )
    score = (level[:, -1] - middle) / width
    found = pd.DataFrame({"value": count[:, -1], "numerator": count[:, -1], "denominator": np.nan}, index=table.index)
    found = found.assign(expected=expected, low=low, high=high, score=score, p=student(score, FREEDOM))
    judged: pd.DataFrame = found[np.maximum(count[:, -1], expected) >= LEAST_COUNT]
    return judged


def _of_quotients(weekly: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Judge quotients by their weeks' pooled value, the highest and the lowest week apart, each week by its own n.

    Where weeks differ by more than their n explains, the prediction is as much wider (Laney's p′ chart); all segments
    share that width, so that one with a wild past cannot hide in it.
    """
    n, hits = weekly["denominator"].to_numpy(float), weekly["numerator"].to_numpy(float)
    deviation = weekly["spread"].to_numpy(float) / 2 / Z
    known = (n >= LEAST_ROWS) & (deviation > 0)
    judged = known[:, -1] & (known[:, :-1].sum(axis=1) >= LEAST_WEEKS)
    rows, scores = [], [np.zeros(0)]
    for index in np.flatnonzero(judged):
        weeks = known[index]
        row, own = _predicted(hits[index, weeks], n[index, weeks], deviation[index, weeks])
        rows.append(row)
        scores.append(own)
    past = np.abs(np.concatenate(scores))
    wider = max(1.0, NORMAL * float(np.median(past))) if len(past) else 1.0
    names = ["value", "numerator", "denominator", "expected", "width"]
    found = pd.DataFrame(rows, columns=names, dtype=float, index=weekly["numerator"].index[judged])
    width = found.pop("width") * wider
    freedom = FREEDOM * min(max(len(rows), 1), MOST_SHARING)
    reach = student_bound(freedom) * width
    score = (found["value"] - found["expected"]) / width
    low, high = found["expected"] - reach, found["expected"] + reach
    return found.assign(low=low, high=high, score=score, p=student(score.to_numpy(float), freedom))


def _predicted(hits: Array, n: Array, deviation: Array) -> tuple[tuple[float, ...], Array]:
    """Return value, sums, expectation and standard deviation of the last week, and the scores of those before."""
    rate = hits / n
    kept = np.argsort(rate[:-1])[1:-1]
    expected = hits[kept].sum() / n[kept].sum()
    row_variance = np.median(deviation[:-1] ** 2 * n[:-1])
    width = np.sqrt(row_variance * (1 / n[-1] + 1 / n[kept].sum()))
    scores: Array = (rate[:-1] - expected) / np.sqrt(row_variance / n[:-1])
    return (rate[-1], hits[-1], n[-1], expected, width), scores
