"""An agent beside what others make of the same categories: worked out by hand, and by law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import Question, Scope, ask, metric_named
from metrics.case_mix import CELL, cells_of, compared, expected_by_case_mix, over_the_span
from metrics.dimensions import UnknownDimension
from metrics.narrative_agents import chance_reads
from metrics.published import Build
from metrics.question import BadQuestion
from metrics.rows import rows
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

WEEK, NEXT = date(2026, 3, 2), date(2026, 3, 9)
EVERYTHING = Scope.everything()


def _cells(*told: tuple[date, str, str | None, str | None, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(told, columns=["period", "team", "agent", "category", "n", "total"])
    return frame.assign(squares=frame["total"], mature=True).astype({"n": float, "total": float, "squares": float})


def _of(answer: pd.DataFrame, agent: str, period: date = WEEK) -> pd.Series:
    return answer[(answer["agent"] == agent) & (answer["period"] == period)].iloc[0]


DESK = _cells(
    (WEEK, "Red", "Kim", "billing", 6, 3),
    (WEEK, "Red", "Kim", "login", 4, 4),
    (WEEK, "Red", "Lee", "billing", 10, 8),
    (WEEK, "Red", "Lee", "login", 5, 1),
)


def test_an_agent_is_expected_to_do_as_others_do_in_each_category() -> None:
    kim = _of(compared(DESK, is_rate=True), "Kim")
    # Lee has 8 of 10 in billing and 1 of 5 in login: (6 x 0.8 + 4 x 0.2) / 10
    assert (kim["value"], kim["expected"]) == pytest.approx((0.7, 0.56))
    # Shares drawn towards a half: 9.9207 / 13.8415 = 0.71674, 2.9207 / 8.8415 = 0.33034, variances 0.20302, 0.22122;
    # 6 x 0.20302 x (1 + 6 / 10) + 4 x 0.22122 x (1 + 4 / 5) = 3.5418; 1.96 x sqrt(3.5418) / 10 = 0.36886
    assert (kim["low"], kim["high"]) == pytest.approx((0.56 - 0.36886, 0.56 + 0.36886), abs=5e-5)


def test_what_nobody_else_has_served_is_in_neither_figure() -> None:
    lee = _of(compared(DESK, is_rate=True), "Lee")
    assert (lee["value"], lee["expected"]) == pytest.approx((0.8, 0.5))  # Kim's four of login are too few
    assert (lee["n"], lee["left_out"]) == (10, 5)


def test_other_teams_and_then_other_weeks_stand_in() -> None:
    blue = _cells((WEEK, "Blue", "Mia", "login", 10, 5))
    lee = _of(compared(pd.concat([DESK, blue]), is_rate=True), "Lee")
    assert lee["expected"] == pytest.approx((10 * 0.5 + 5 * 9 / 14) / 15)  # login: Kim's 4 of 4 and Mia's 5 of 10
    later = _cells((NEXT, "Blue", "Mia", "login", 10, 5))
    lee = _of(compared(pd.concat([DESK, later]), is_rate=True), "Lee")
    assert lee["expected"] == pytest.approx((10 * 0.5 + 5 * 9 / 14) / 15)


def test_nobody_explains_themselves() -> None:
    alone = compared(_cells((WEEK, "Red", "Kim", "billing", 60, 30)), is_rate=True)
    kim = _of(alone, "Kim")
    assert pd.isna(kim["expected"])
    assert pd.isna(kim["value"])
    assert (kim["n"], kim["left_out"]) == (0, 60)


def test_tickets_of_nobody_and_of_no_category_are_others_too() -> None:
    cells = _cells((WEEK, "Red", "Kim", None, 5, 5), (WEEK, "Red", None, None, 10, 2))
    answer = compared(cells, is_rate=True)
    assert list(answer["agent"]) == ["Kim"]
    assert answer["expected"].tolist() == pytest.approx([0.2])


@settings(max_examples=60, deadline=None)
@given(
    shares=st.lists(st.integers(0, 10), min_size=1, max_size=4),
    mixes=st.lists(st.lists(st.integers(1, 9), min_size=4, max_size=4), min_size=2, max_size=5),
)
def test_where_all_do_alike_what_is_observed_is_expected(shares: list[int], mixes: list[list[int]]) -> None:
    told = [
        (WEEK, "Red" if index % 2 else "Blue", f"A{index}", f"c{c}", 10 * mix[c], mix[c] * share)
        for index, mix in enumerate(mixes)
        for c, share in enumerate(shares)
    ]
    answer = compared(_cells(*told), is_rate=True)
    assert len(answer) == len(mixes)
    assert answer["expected"].tolist() == pytest.approx(answer["value"].tolist())
    assert (answer["low"] <= answer["value"]).all()
    assert (answer["value"] <= answer["high"]).all()


@pytest.fixture(scope="module")
def build() -> Iterator[Build]:
    with warehouse(busy_month()) as connection:
        yield build_of(connection)


def test_the_squares_of_a_mean_are_those_of_its_rows(build: Build) -> None:
    cells = cells_of(metric_named("aht"), ask(Question(("aht",), CELL, "week"), EVERYTHING, build))
    behind = rows(Question(("aht",)), EVERYTHING, build, limit=None)
    behind["period"] = behind["at"].dt.to_period("W").dt.start_time
    keys = ["period", *CELL]
    direct = behind.assign(squares=behind["amount"] ** 2).groupby(keys)["squares"].sum()
    cells["period"] = pd.to_datetime(cells["period"])
    told = cells.dropna().set_index(keys)["squares"]
    assert len(told) > 10
    assert told.to_dict() == pytest.approx(direct.loc[told.index].to_dict())


def test_a_mean_is_compared_week_by_week(build: Build) -> None:
    answer = expected_by_case_mix(Question(("aht",), grain="week"), EVERYTHING, build)
    ned = answer[(answer["agent"] == "Ned") & answer["expected"].notna()]
    assert len(ned) >= 10
    assert (ned["low"] <= ned["high"]).all()


def test_only_teams_in_scope_are_seen(build: Build) -> None:
    answer = expected_by_case_mix(
        Question(("fcr",), grain="week"), Scope("vi", frozenset({"story:violet"}), "manager"), build
    )
    assert set(answer["agent"]) == {"Ned", "Oda"}


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question(("backlog",), grain="week"), "neither a rate nor a mean"),
        (Question(("context_switches",), grain="week"), "neither a rate nor a mean"),
        (Question(("fcr", "aht"), grain="week"), "one metric at a time"),
        (Question(("fcr",)), "by a grain"),
        (Question(("unbroken_days",), grain="week"), "cannot be split by category"),
    ],
)
def test_what_makes_no_sense_is_refused(build: Build, question: Question, says: str) -> None:
    with pytest.raises(BadQuestion, match=says):
        expected_by_case_mix(question, EVERYTHING, build)


def test_an_unknown_filter_is_refused(build: Build) -> None:
    with pytest.raises(UnknownDimension):
        expected_by_case_mix(Question(("fcr",), grain="week", where=(("moon", ("full",)),)), EVERYTHING, build)


def test_periods_of_a_rate_add_up_and_never_beyond_certain() -> None:
    """Kim's 9 of 10 and 20 of 20 beside 95 % ± 5 and 97.5 % ± 2.5: 29 of 30 beside 96.7 % ± 2.4, at most 100 %."""
    periods = {"agent": "Kim", "period": [WEEK, NEXT], "value": [0.9, 1.0], "expected": [0.95, 0.975]}
    frame = pd.DataFrame({**periods, "low": [0.9, 0.95], "high": [1.0, 1.0], "n": [10.0, 20.0]})
    [told] = over_the_span(frame, is_rate=True).to_dict("records")
    assert (told["n"], told["value"], told["expected"]) == (30, pytest.approx(29 / 30), pytest.approx(29 / 30))
    assert told["low"] == pytest.approx(29 / 30 - (0.5**2 + 0.5**2) ** 0.5 / 30)
    assert over_the_span(frame.assign(low=0.8, high=1.1), is_rate=True)["high"].tolist() == [1.0]
    assert over_the_span(frame.assign(low=0.8, high=1.1), is_rate=False)["high"].iloc[0] > 1.0


def test_of_many_people_some_stand_outside_by_chance() -> None:
    assert chance_reads(37) == "Chance alone puts about 2 of 37 outside what is expected."
    assert chance_reads(20) == "Chance alone puts about one of 20 outside what is expected."
    assert chance_reads(5) == ""
