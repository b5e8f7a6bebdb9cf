"""The parts add up to the whole: by any dimension, over any grain, and row by row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import OVERLAPPING, REACH, dimensions_of
from metrics.kinds import Count, Duration, Rate, Ratio, Stock
from metrics.published import Build
from metrics.question import GRAINS
from metrics.rows import rows
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

EVERYTHING = Scope.everything()
Where = tuple[tuple[str, tuple[str, ...]], ...]
OF_EACH_BASIS = ("tickets_created", "fcr", "reopens", "aht", "csat", "sla_attainment", "first_reply_time")
QUICK = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


def _counted(answer: pd.DataFrame) -> pd.DataFrame:
    return answer[["metric", "numerator", "denominator"]].fillna(0).groupby("metric").sum()


def _distinct(name: str) -> bool:
    """A ticket counted once may be counted under two values: it has been with two teams."""
    metric = METRICS[name]
    return isinstance(metric, Count) and metric.distinct is not None


def _adds_up(build: Build, names: tuple[str, ...], **asked: object) -> None:
    whole = _counted(ask(Question(names), EVERYTHING, build))
    parts = _counted(ask(Question(names, **asked), EVERYTHING, build)).reindex(whole.index, fill_value=0)
    for name in names:
        if _distinct(name) or OVERLAPPING & set(asked.get("by", ())):
            assert (parts.loc[name].abs() >= whole.loc[name].abs()).all(), (name, asked)
        else:
            assert parts.loc[name].tolist() == pytest.approx(whole.loc[name].tolist(), rel=1e-12), (name, asked)


def test_the_busy_month_is_busy(build: Build) -> None:
    whole = ask(Question(tuple(METRICS)), EVERYTHING, build).set_index("metric")
    quiet = [name for name in METRICS if not whole.loc[name, ["numerator", "denominator"]].fillna(0).any()]
    assert not quiet, "laws hold trivially for metrics that count nothing"


@pytest.mark.parametrize("dimension", REACH)
def test_dimensions_add_up(build: Build, dimension: str) -> None:
    _adds_up(build, tuple(n for n, m in METRICS.items() if dimension in dimensions_of(m)), by=(dimension,))


@pytest.mark.parametrize("grain", GRAINS)
def test_periods_add_up(build: Build, grain: str) -> None:
    fine_enough = (m for m in METRICS.values() if GRAINS.index(m.on.finest) <= GRAINS.index(grain))
    _adds_up(build, tuple(m.name for m in fine_enough if m.on.reads == "event"), grain=grain)


@QUICK
@given(
    pair=st.lists(st.sampled_from(list(REACH)), min_size=2, max_size=2, unique=True),
    grain=st.sampled_from(["day", None]),
)
def test_two_dimensions_add_up(build: Build, pair: list[str], grain: str | None) -> None:
    names = tuple(name for name in OF_EACH_BASIS if set(pair) <= set(dimensions_of(METRICS[name])))
    if names:
        _adds_up(build, names, by=tuple(pair), grain=grain)


@pytest.mark.parametrize("dimension", ["team", "category", "channel", "tag"])
def test_a_value_asked_for_is_its_part(build: Build, dimension: str) -> None:
    """Filtering by a value gives the very row that splitting by the dimension gives."""
    names = tuple(n for n, m in METRICS.items() if dimension in dimensions_of(m))
    split = ask(Question(names, by=(dimension,)), EVERYTHING, build)
    for value in split[dimension].dropna().unique():
        alone = ask(Question(names, where=((dimension, (value,)),)), EVERYTHING, build).set_index("metric")
        part = split[split[dimension] == value].drop(columns=dimension).set_index("metric")
        pd.testing.assert_frame_equal(alone.loc[part.index, part.columns], part, check_dtype=False)


def test_a_row_with_several_values_asked_for_counts_once(build: Build) -> None:
    """A ticket tagged vip and macro is one ticket among those tagged vip or macro, and a line under each."""
    tagged = (("tag", ("vip", "macro")),)
    for name in ("tickets_created", "fcr", "reopens", "first_reply_time"):
        together = _counted(ask(Question((name,), where=tagged), EVERYTHING, build)).iloc[0]
        split = ask(Question((name,), by=("tag",), where=tagged), EVERYTHING, build)
        assert sorted(split["tag"]) == ["macro", "vip"]
        # Every ticket tagged macro is tagged vip too.
        assert together.tolist() == _counted(split[split["tag"] == "vip"]).iloc[0].tolist(), name


def _rows_reproduce(name: str, where: Where, answer: pd.Series, build: Build) -> None:
    """The rows behind a figure come to it, whatever kind it is of."""
    metric = METRICS[name]
    behind = rows(Question((name,), where=where), EVERYTHING, build, limit=None)
    if isinstance(metric, Ratio | Stock) and metric.per is not None:
        assert (behind["amount"].sum(), behind["per"].sum()) == pytest.approx(
            (answer["numerator"], answer["denominator"])
        )
    elif isinstance(metric, Rate | Ratio):
        assert (behind["amount"].sum(), len(behind)) == (answer["numerator"], answer["denominator"])
    elif isinstance(metric, Duration):
        known = behind["amount"].dropna()
        assert len(known) == answer["denominator"]
        if metric.observed is None or behind["observed"].all():
            # Nobody waits any more: Kaplan and Meier's percentile is the first time enough are done.
            how = "linear" if metric.observed is None else "inverted_cdf"
            value = np.quantile(known.astype(float), metric.percentile, method=how) if len(known) else np.nan
            assert answer["value"] == pytest.approx(value, nan_ok=True)
    elif _distinct(name):
        counted = "ticket_id" if metric.on.has_ticket else "organization"
        assert behind.loc[behind["amount"] == 1, counted].nunique() == answer["numerator"]
    else:
        assert behind["amount"].sum() == pytest.approx(answer["numerator"])


@pytest.mark.parametrize("name", METRICS)
def test_the_rows_behind_add_up(build: Build, name: str) -> None:
    _rows_reproduce(name, (), ask(Question((name,)), EVERYTHING, build).iloc[0], build)


@pytest.mark.parametrize("dimension", REACH)
def test_the_rows_of_a_part_are_its_figure(build: Build, dimension: str) -> None:
    """Drilling into a bar of any metric by any dimension lists exactly what the bar counted."""
    able = [name for name, metric in METRICS.items() if dimension in dimensions_of(metric)]
    split = ask(Question(tuple(able), by=(dimension,)), EVERYTHING, build)
    for name in able:
        parts = split[(split["metric"] == name) & split[dimension].notna()]
        largest = parts.sort_values("denominator" if parts["numerator"].isna().all() else "numerator").tail(1)
        for _, part in largest.iterrows():
            _rows_reproduce(name, ((dimension, (str(part[dimension]),)),), part, build)
