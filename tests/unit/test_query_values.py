"""Whatever is typed into a filter is a value, never SQL; whatever names nothing is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, Question, Scope, ask
from metrics.dimensions import REACH, UnknownDimension, dimensions_of
from metrics.kinds import BuildClock
from metrics.published import Build
from metrics.query import statement
from metrics.question import GRAINS, BadQuestion
from metrics.registry import UnknownMetric
from metrics.sql import sql_text
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse

EVERYTHING = Scope.everything()
AS_OF = datetime(2026, 4, 5)  # noqa: DTZ001 - as the warehouse stores it
CLOCK = BuildClock(AS_OF, AS_OF, "UTC")
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Desk = tuple[duckdb.DuckDBPyConnection, Build]
NASTY = [
    "'; drop table fct_ticket; --",
    "' or '1'='1",
    "billing' union select * from fct_ticket --",
    'billing"; delete from fct_ticket; --',
    "%s %(x)s :x {x} $1 ?",
    "\\'; drop table fct_ticket; --",
    "\\",
    "it''s",
    "",
    "%",
    "_",
    "NULL",
    "billing\x00",
    "бил\u202elling 💥",
    "x" * 10_000,
]
anything = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with warehouse(busy_month()) as connection:
        yield connection, build_of(connection)


def _unharmed(connection: duckdb.DuckDBPyConnection) -> bool:
    return connection.execute("select count(*) from fct_ticket").fetchone() == (360,)  # 300 are the quiet team's


@QUICK
@given(value=anything, dimension=st.sampled_from(["category", "team", "agent", "channel", "hour", "segment", "brand"]))
def test_a_value_is_only_a_value(desk: Desk, value: str, dimension: str) -> None:
    connection, build = desk
    known = ask(Question(("tickets_created",), by=(dimension,)), EVERYTHING, build)
    wanted = known.loc[known[dimension] == value, "value"].sum()
    got = ask(Question(("tickets_created",), where=((dimension, (value,)),)), EVERYTHING, build)["value"].sum()
    assert got == wanted
    assert _unharmed(connection)


@QUICK
@given(value=anything)
def test_a_value_never_stands_in_the_statement(desk: Desk, value: str) -> None:
    build = desk[1]
    plain = str(statement(Question(("fcr",), where=(("category", ("plain",)),)), EVERYTHING, build.clock))
    assert str(statement(Question(("fcr",), where=(("category", (value,)),)), EVERYTHING, build.clock)) == plain


@QUICK
@given(team=anything)
def test_a_scope_is_only_a_value(desk: Desk, team: str) -> None:
    connection, build = desk
    seen = ask(Question(("tickets_created",)), Scope("kim", frozenset({team}), "manager"), build)
    assert seen["value"].tolist() == [0]
    assert _unharmed(connection)


@QUICK
@given(value=anything.filter(lambda text: "\x00" not in text))
def test_the_printed_statement_gives_the_same(desk: Desk, value: str) -> None:
    """The text for other SQL clients has its values written out, and still only as values."""
    connection, build = desk
    question = Question(("tickets_created",), where=(("category", (value, "it's")),))
    printed = connection.execute(sql_text(question, EVERYTHING, build)).df()
    assert printed["value"].tolist() == ask(question, EVERYTHING, build)["value"].tolist()
    assert printed["value"].tolist()[0] > 0
    assert _unharmed(connection)


@pytest.mark.parametrize("name", METRICS)
def test_every_printed_statement_runs(desk: Desk, name: str) -> None:
    connection, build = desk
    by = tuple(d for d in ("team", "category", "channel") if d in dimensions_of(METRICS[name]))
    on = METRICS[name].on
    grain = on.finest if GRAINS.index(on.finest) > GRAINS.index("week") else "week"
    periods = {} if on.reads == "now" else {"grain": grain, "since": date(2026, 3, 2), "until": date(2026, 3, 29)}
    question = Question((name,), by=by, **periods)
    printed = connection.execute(sql_text(question, EVERYTHING, build)).df()
    answer = ask(question, EVERYTHING, build)
    keys = [*(["period"] if question.grain else []), *by]
    both = [frame.sort_values(keys, ignore_index=True)[["numerator", "denominator"]] for frame in (printed, answer)]
    pd.testing.assert_frame_equal(*both, check_dtype=False)


@QUICK
@given(name=anything)
def test_unknown_names_are_refused(name: str) -> None:
    if name not in REACH:
        for asked in ({"by": (name,)}, {"where": ((name, ("x",)),)}):
            with pytest.raises(UnknownDimension):
                statement(Question(("fcr",), **asked), EVERYTHING, CLOCK)
    if name not in METRICS:
        with pytest.raises(UnknownMetric):
            statement(Question((name,)), EVERYTHING, CLOCK)


@pytest.mark.parametrize("grain", ["decade", "'; drop table fct_ticket; --", "DAY"])
def test_an_unknown_grain_is_refused(grain: str) -> None:
    with pytest.raises(BadQuestion, match="grain"):
        Question(("fcr",), grain=grain)


@pytest.mark.parametrize("metrics", [("first_reply_time",), ("first_reply_time", "fcr")])
def test_an_unknown_clock_is_refused(metrics: tuple[str, ...]) -> None:
    with pytest.raises(BadQuestion, match="clock"):
        Question(metrics, clock="lunar")


@pytest.mark.parametrize(
    "asked",
    [
        {"metrics": ()},
        {"metrics": ("fcr",), "since": date(2026, 3, 2), "until": date(2026, 3, 1)},
        {"metrics": ("fcr",), "by": ("team", "team")},
    ],
)
def test_questions_without_sense_are_refused(asked: dict[str, object]) -> None:
    with pytest.raises(BadQuestion):
        Question(**asked)
