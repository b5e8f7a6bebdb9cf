"""Case mix: what an agent's figure would be had others served the same categories.

Indirect standardisation: every ticket of the agent is expected to go as it went for others in its category. The agent
is left out of the others, so that nobody explains themselves. Others are the own team in the same period; where they
served fewer than five of the category, everybody in the same period; else everybody over the whole span.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from metrics.asking import ask
from metrics.dimensions import dimensions_of
from metrics.kinds import Metric, Rate, Ratio
from metrics.measures import SHOWN_FROM, Z
from metrics.published import Build
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import Scope

CELL = ("team", "agent", "category")
SUMS = ("n", "total", "squares")
WIDENING = (("period", "team", "category"), ("period", "category"), ("category",))  # who the others are, nearest first
NOBODY = ""  # stands for a team, agent or category that is not known
ANSWER = ("agent", "period", "value", "expected", "low", "high", "n", "left_out", "mature")


def expected_by_case_mix(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return each agent's value beside the one expected from their mix of categories.

    ``question`` names one rate or mean that can be split by agent, team and category, a grain (week, usually), a span
    and filters; its ``by`` is not used. Columns: ``agent, period, value, expected, low, high, n, left_out, mature``,
    one row an agent and period. Chance alone puts the value between ``low`` and ``high`` 19 times in 20; ``n`` rows
    were compared and ``left_out`` not, as nobody else served their category: they are in neither figure.

    Raises ``BadQuestion`` for other metrics, and what ``ask`` raises.
    """
    if len(question.metrics) != 1 or question.grain is None:
        raise BadQuestion("a case mix is compared for one metric at a time, by a grain")
    metric = metric_named(question.metrics[0])
    if not (isinstance(metric, Rate) or (isinstance(metric, Ratio) and metric.per is None)):
        raise BadQuestion(f"{metric.name} is neither a rate nor a mean: a case mix explains nothing of it")
    lacking = set(CELL) - set(dimensions_of(metric))
    if lacking:
        raise BadQuestion(f"{metric.name} cannot be split by {', '.join(sorted(lacking))}, as a case mix needs")
    return compared(cells_of(metric, ask(replace(question, by=CELL), scope, build)), isinstance(metric, Rate))


def over_the_span(frame: pd.DataFrame, is_rate: bool) -> pd.DataFrame:
    """Return a row an agent of what ``expected_by_case_mix`` answers: ``agent, n, value, expected, low, high``.

    By name; periods are added up by their n, the band narrowing as independent ones do.
    """
    known = frame[frame["n"].fillna(0) > 0]
    half = (known["high"] - known["low"]) / 2
    sums = known.assign(
        hits=known["value"] * known["n"], hoped=known["expected"] * known["n"], noise=(half * known["n"]) ** 2
    )
    added = sums.groupby("agent", as_index=False)[["n", "hits", "hoped", "noise"]].sum()
    expected, band = added["hoped"] / added["n"], added["noise"] ** 0.5 / added["n"]
    answer = added.assign(
        value=added["hits"] / added["n"],
        expected=expected,
        low=(expected - band).clip(lower=0),
        high=(expected + band).clip(upper=1 if is_rate else None),
    )
    by_name = answer.sort_values("agent", key=lambda names: names.str.casefold(), ignore_index=True)
    return by_name[["agent", "n", "value", "expected", "low", "high"]]


def cells_of(metric: Metric, answer: pd.DataFrame) -> pd.DataFrame:
    """Return an answer by period, team, agent and category as sums: ``n``, ``total`` and ``squares`` of what was added.

    The squares of a mean are taken back from its interval, those of a rate are its hits.
    """
    cells = answer[["period", *CELL, "mature"]].copy()
    cells["n"], cells["total"] = answer["denominator"], answer["numerator"]
    cells = cells[cells["n"] > 0]
    if isinstance(metric, Rate):
        return cells.assign(squares=cells["total"])
    n, half = cells["n"], ((answer["high"] - answer["low"]) / 2).loc[cells.index].fillna(0)
    return cells.assign(squares=(half * n / Z) ** 2 * (n - 1) / n + cells["total"] ** 2 / n)


def compared(cells: pd.DataFrame, is_rate: bool) -> pd.DataFrame:
    """Return what ``expected_by_case_mix`` answers, from the cells of ``cells_of``."""
    cells = cells.astype(dict.fromkeys(CELL, object)).fillna(dict.fromkeys(CELL, NOBODY))
    mine = cells[cells["agent"] != NOBODY].reset_index(drop=True)
    n, total, squares = _others(cells, mine)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        variance = _spread_of_rate(n, total) if is_rate else np.maximum(squares - total**2 / n, 0) / (n - 1)
        # A cell of the agent's varies by itself, and what is expected of it as it was learnt from others.
        noise = mine["n"] * variance * (1 + mine["n"] / n)
    known = n >= SHOWN_FROM
    parts = mine.assign(
        kept=mine["n"].where(known, 0),
        observed=mine["total"].where(known, 0),
        hoped=(mine["n"] * mean).where(known, 0),
        noise=noise.where(known, 0),
    )
    sums = parts.groupby(["agent", "period"], as_index=False).agg(
        {"kept": "sum", "observed": "sum", "hoped": "sum", "noise": "sum", "n": "sum", "mature": "all"}
    )
    return _answered(sums, is_rate)


def _others(cells: pd.DataFrame, mine: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return ``n, total, squares`` of the nearest others with enough of each cell's category; zero where few have."""
    found = pd.DataFrame(0.0, index=mine.index, columns=list(SUMS))
    for keys in WIDENING:
        theirs = _sums(cells, mine, keys) - _sums(cells, mine, (*keys, "agent"))
        nearer = found["n"] >= SHOWN_FROM
        found = found.where(nearer, theirs)
    return found["n"], found["total"], found["squares"]


def _sums(cells: pd.DataFrame, mine: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    whole = cells.groupby(list(keys), as_index=False)[list(SUMS)].sum()
    joined = mine[list(keys)].merge(whole, on=list(keys), how="left")
    return joined[list(SUMS)].set_axis(mine.index)


def _spread_of_rate(n: pd.Series, total: pd.Series) -> pd.Series:
    """Return the variance of a yes or no, drawn towards a half: none of ten is not never (Agresti and Coull 1998)."""
    share = (total + Z**2 / 2) / (n + Z**2)
    return share * (1 - share)


def _answered(sums: pd.DataFrame, is_rate: bool) -> pd.DataFrame:
    kept = sums["kept"].where(sums["kept"] > 0)
    expected, half = sums["hoped"] / kept, Z * np.sqrt(sums["noise"]) / kept
    low, high = (expected - half).clip(lower=0), expected + half
    answer = sums.assign(
        value=sums["observed"] / kept,
        expected=expected,
        low=low,
        high=high.clip(upper=1) if is_rate else high,
        left_out=sums["n"] - sums["kept"],
        n=sums["kept"],
    )
    return answer[list(ANSWER)].sort_values(["agent", "period"], ignore_index=True)
