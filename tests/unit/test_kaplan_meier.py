"""Percentiles, by statement and from lists, against small independent ones: Kaplan and Meier's with ties, and plain."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import column, select, table

from metrics import METRICS
from metrics.kinds import Duration, Metric
from metrics.measures import MEASURES, measured
from metrics.percentiles import lists_of, percentiles_of
from metrics.published import Build
from tests.support.asking import build_of
from tests.support.stories import Story, warehouse

Z = 1.959964
WAITS = table("waits", column("team"), column("amount"), column("observed"), column("mature"))
Desk = tuple[duckdb.DuckDBPyConnection, Build]
NEARLY = 1e-6  # where a curve passes this close to its mark, rounding may decide

a_wait = st.tuples(st.sampled_from("ab"), st.integers(0, 12), st.booleans())
waits = st.lists(a_wait, min_size=1, max_size=30)
percentiles = st.sampled_from([0.5, 0.9])
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with warehouse(Story(Path("nothing"), {"as_of": datetime(2026, 3, 2, tzinfo=UTC)})) as connection:
        yield connection, build_of(connection)


def _asked(desk: Desk, lived: list[tuple[str, int, bool]], metric: Metric, keys: list[str]) -> pd.DataFrame:
    assert isinstance(metric, Duration)
    connection, build = desk
    frame = pd.DataFrame(lived, columns=["team", "amount", "observed"])
    frame["observed"], frame["mature"] = frame["observed"].astype(int), 1
    connection.register("waits_told", frame)
    connection.execute("create or replace table waits as select * from waits_told")
    rows = select(WAITS).subquery("rows")
    by_statement = build.read(measured(metric, rows, keys))
    from_lists = percentiles_of([metric], keys, build.read_lists(lists_of(metric, rows, keys)))
    sides = [frame.sort_values(keys or "metric", ignore_index=True) for frame in (by_statement, from_lists)]
    told = [bound for bound in MEASURES if bound not in ("low", "high")]  # where a bound is close, rounding may decide
    pd.testing.assert_frame_equal(sides[0][[*keys, *told]], sides[1][[*keys, *told]], check_dtype=False)
    return from_lists


def _curve(lived: list[tuple[int, bool]]) -> list[tuple[int, Fraction, float]]:
    """Survival after each time somebody's wait ended, and Greenwood's standard error of it (NaN where undefined)."""
    survival, greenwood, steps = Fraction(1), Fraction(0), []
    for time in sorted({amount for amount, observed in lived if observed}):
        at_risk = sum(amount >= time for amount, _ in lived)
        ended = sum(amount == time and observed for amount, observed in lived)
        survival *= 1 - Fraction(ended, at_risk)
        if survival:
            greenwood += Fraction(ended, at_risk * (at_risk - ended))
        steps.append((time, survival, float(survival) * math.sqrt(greenwood) if survival else math.nan))
    return steps


def _first(times: Iterator[int]) -> float:
    return next(times, math.nan)


def _agrees(got: float, wanted: float) -> bool:
    return (math.isnan(wanted) and pd.isna(got)) or got == wanted


@QUICK
@given(lived=waits, p=percentiles)
def test_kaplan_meier_against_its_definition(desk: Desk, lived: list[tuple[str, int, bool]], p: float) -> None:
    metric = replace(METRICS["first_reply_time"], percentile=p)
    left = 1 - Fraction(str(p))
    answers = _asked(desk, lived, metric, ["team"]).set_index("team")
    assert set(answers.index) == {team for team, _, _ in lived}
    for team, answer in answers.iterrows():
        of_team = [(amount, observed) for name, amount, observed in lived if name == team]
        curve = _curve(of_team)
        assert _agrees(answer["value"], _first(time for time, s, _ in curve if s <= left))
        assert answer["denominator"] == len(of_team)  # those who still wait included
        bounded = [(time, float(s), Z * error) for time, s, error in curve if s]
        if all(abs(abs(s - float(left)) - margin) > NEARLY for _, s, margin in bounded):
            # Where the curve ends at nought its error is not defined, so no bound is found there.
            assert _agrees(answer["low"], _first(time for time, s, margin in bounded if s - margin <= left))
            assert _agrees(answer["high"], _first(time for time, s, margin in bounded if s + margin <= left))


@QUICK
@given(lived=waits, p=percentiles)
def test_without_anybody_waiting_it_is_a_step_of_the_plain_one(
    desk: Desk, lived: list[tuple[str, int, bool]], p: float
) -> None:
    over = [(team, amount, True) for team, amount, _ in lived]
    answer = _asked(desk, over, replace(METRICS["first_reply_time"], percentile=p), []).iloc[0]
    assert answer["value"] == np.quantile([amount for _, amount, _ in over], p, method="inverted_cdf")


@QUICK
@given(lived=waits, p=percentiles)
def test_plain_percentiles_against_numpy(desk: Desk, lived: list[tuple[str, int, bool]], p: float) -> None:
    metric = replace(METRICS["first_reply_time_replied"], percentile=p)
    answers = _asked(desk, lived, metric, ["team"]).set_index("team")
    for team, answer in answers.iterrows():
        amounts = sorted(amount for name, amount, _ in lived if name == team)
        n = len(amounts)
        assert answer["value"] == pytest.approx(np.quantile(amounts, p))
        assert answer["denominator"] == n
        # Conover (1999), 3.2: the order statistics of ranks n p ∓ z √(n p (1 − p)), the upper one rank higher.
        half = Z * math.sqrt(n * p * (1 - p))
        lower, upper = math.ceil(n * p - half), math.ceil(n * p + half + 1)
        if lower >= 1:
            assert answer["low"] == amounts[lower - 1]
        assert _agrees(answer["high"], amounts[upper - 1] if upper <= n else math.nan)


@pytest.mark.parametrize("name", ["first_reply_time", "first_reply_time_replied"])
def test_nobody_is_no_percentile(desk: Desk, name: str) -> None:
    _asked(desk, [("a", 1, True)], METRICS[name], ["team"])
    connection, build = desk
    connection.execute("delete from waits")
    metric, rows = METRICS[name], select(WAITS).subquery("rows")
    assert isinstance(metric, Duration)
    from_lists = percentiles_of([metric], [], build.read_lists(lists_of(metric, rows, [])))
    for told in (build.read(measured(metric, rows, [])), from_lists):
        assert pd.isna(told["value"].iloc[0])
        assert told["denominator"].iloc[0] == 0
