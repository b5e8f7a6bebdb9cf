"""What charts draw: spans and grains, points, dashes, labels, markers, brushes."""

from datetime import date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import METRICS, Question
from metrics.question import NOT_SET, period_start
from metrics.reading import THIN, Point, style_of
from ui import bars, heat
from ui.series import Series, series_of, value_reads
from ui.spans import (
    SPANS,
    Span,
    before,
    grains_for,
    own_span,
    period_reads,
    span_named,
    starts,
    tick_reads,
    usual_grain,
)
from ui.specs import Axis, axis_of
from ui.trend_data import millis
from ui.trends import Marker, Trend, brushed, reads, trend_data, trend_spec

STYLE = style_of("en-GB", "EUR")
AS_OF = datetime(2026, 11, 21, 23, 49)  # noqa: DTZ001 - a Saturday, in the reporting zone
FCR, CREATED = METRICS["fcr"], METRICS["tickets_created"]
MONDAYS = [date(2026, 10, 5) + timedelta(days=7 * n) for n in range(4)]


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("Last 7 days", date(2026, 11, 14), date(2026, 11, 20)),
        ("Last 4 weeks", date(2026, 10, 19), date(2026, 11, 15)),
        ("Last 13 weeks", date(2026, 8, 17), date(2026, 11, 15)),
        ("Last 12 months", date(2025, 11, 1), date(2026, 10, 31)),
        ("All time", date(2026, 1, 3), date(2026, 11, 21)),
        ("?", date(2026, 1, 3), date(2026, 11, 21)),
    ],
)
def test_a_named_span_is_whole_periods_that_are_over(name, since, until):
    assert span_named(name, date(2026, 1, 3), AS_OF) == Span(since, until)


def test_own_dates_stay_within_the_data():
    assert own_span((date(2020, 1, 1), date(2030, 1, 1)), date(2026, 1, 3), AS_OF) == Span(
        date(2026, 1, 3), AS_OF.date()
    )
    assert own_span((date(2026, 2, 1),), date(2026, 1, 3), AS_OF) is None
    assert own_span((date(2019, 2, 1), date(2019, 3, 1)), date(2026, 1, 3), AS_OF) is None


@given(some.dates(date(2020, 1, 1), date(2030, 1, 1)), some.integers(0, 800))
def test_whole_periods_cover_the_span_and_begin_where_they_start(since, days):
    span = Span(since, since + timedelta(days=days))
    for grain in ("day", "week", "month", "quarter"):
        whole = span.whole(grain)
        assert whole.since <= span.since
        assert whole.until >= span.until
        at = starts(whole, grain)
        assert at[0] == whole.since
        assert all(period_start(day, grain) == day for day in at)
        assert len(set(at)) == len(at)


def test_a_grain_is_offered_where_the_metric_knows_it_and_the_screen_has_room():
    weeks = span_named("Last 13 weeks", date(2026, 1, 1), AS_OF)
    assert grains_for([FCR], weeks) == ("day", "week", "month", "quarter")
    assert grains_for([FCR], Span(weeks.until, weeks.until))[0] == "hour"
    assert grains_for([METRICS["backlog"]], Span(weeks.until, weeks.until))[0] == "day"
    assert usual_grain(grains_for([FCR], weeks), weeks) == "week"
    assert all(usual_grain(grains_for([FCR], s), s) for s in (span_named(n, date(2020, 1, 1), AS_OF) for n in SPANS))


def test_a_year_back_lines_up():
    months = Question(("fcr",), grain="month", since=date(2026, 8, 1), until=date(2026, 10, 31))
    assert (before(months, "year").since, before(months, "year").until) == (date(2025, 8, 1), date(2025, 10, 31))
    weeks = Question(("fcr",), grain="week", since=MONDAYS[0], until=date(2026, 11, 1))
    assert before(weeks, "year").since == date(2025, 10, 6)  # a Monday too
    assert before(weeks, "previous").since == date(2026, 9, 7)


def test_periods_read():
    assert period_reads(date(2026, 8, 1), "quarter") == "3rd quarter of 2026"
    assert tick_reads(date(2026, 7, 1), "quarter") == "Q3 2026"
    assert tick_reads(date(2026, 10, 5), "week") == "5 Oct"


def test_lines_are_split_by_value_the_heaviest_first():
    rows = {"metric": "fcr", "low": None, "high": None, "mature": True, "numerator": 1}
    answer = pd.DataFrame(
        [
            {**rows, "period": MONDAYS[0], "team": "A", "value": 0.5, "denominator": 6},
            {**rows, "period": MONDAYS[0], "team": None, "value": 0.7, "denominator": 9},
        ]
    )
    lines = series_of(FCR, answer, ("team",), MONDAYS)
    assert [line.key for line in lines] == [(NOT_SET,), ("A",)]
    assert [point.value for point in lines[1].points] == [0.5, None, None, None]


def test_numbers_beside_a_missing_one_read_whole():
    assert [value_reads(value) for value in (1.0, None, "x", True)] == ["1", NOT_SET, "x", "True"]


def drawn(**more):
    points = [Point(MONDAYS[0], 0.5, 0.4, 0.6), Point(MONDAYS[1], None), Point(MONDAYS[2], 0.6), Point(MONDAYS[3], 0.7)]
    points[3] = Point(MONDAYS[3], 0.7, mature=False)
    return Trend(FCR, "week", [Series((), tuple(points))], **more)


def test_young_points_are_dashed_from_the_last_final_one():
    rows = [
        row for row in trend_data(drawn(), axis_of("fraction", [], STYLE), STYLE).to_pylist() if row["kind"] == "now"
    ]
    assert [row["final"] for row in rows] == [True, True, True, False]
    assert [row["tail"] for row in rows] == [False, False, True, True]
    assert rows[3]["reads"].endswith("so far")
    assert rows[0]["value"] == pytest.approx(50)
    assert rows[1]["value"] is None


def test_what_happened_and_what_is_chosen_are_drawn():
    happened = Marker(date(2026, 10, 1), date(2026, 10, 2), "=<b>outage</b>")
    table = trend_data(drawn(markers=[happened], chosen=Span(MONDAYS[1], MONDAYS[1])), Axis(), STYLE).to_pylist()
    [mark] = [row for row in table if row["kind"] == "mark"]
    assert (mark["name"], mark["at"]) == ("=<b>outage</b>", millis(MONDAYS[0]))  # not before the chart begins
    [chosen] = [row for row in table if row["kind"] == "chosen"]
    assert chosen["to"] - chosen["at"] == 86_400_000


def test_labels_at_the_ends_are_moved_apart():
    lines = [
        Series((name,), (Point(MONDAYS[0], 0.1), Point(MONDAYS[1], value))) for name, value in (("a", 0.5), ("b", 0.51))
    ]
    table = trend_data(Trend(FCR, "week", lines), Axis(), STYLE).to_pylist()
    low, high = (row["value"] for row in table if row["kind"] == "label")
    assert high - low > 0.03


def test_a_line_that_ends_early_says_when_at_the_edge_and_a_lone_period_has_a_bar():
    at = [date(2026, month, 1) for month in range(1, 7)]
    values = [0.8, 0.7, None, 0.833, None, None]
    line = Series((), tuple(Point(start, value) for start, value in zip(at, values, strict=True)))
    told = trend_data(Trend(METRICS["csat"], "month", [line]), axis_of("fraction", values, STYLE), STYLE).to_pylist()
    [label] = [row for row in told if row["kind"] == "label"]
    assert label["reads"].replace(THIN, " ") == "83.3 %, Apr"
    assert label["at"] == millis(at[-1])
    assert [row["nth"] for row in told if row["kind"] == "now" and row["alone"] and row["value"] is not None] == [3]


def test_a_brush_means_whole_periods_and_a_click_one():
    def selected(**selection):
        return brushed({"selection": selection}, MONDAYS, "week")

    noon = 43_200_000
    assert selected(brush={"at": [millis(MONDAYS[1]) - noon, millis(MONDAYS[2]) + noon]}) == Span(
        MONDAYS[1], MONDAYS[2] + timedelta(days=6)
    )
    between = [millis(MONDAYS[1]) + noon, millis(MONDAYS[1]) + 2 * noon]
    assert selected(brush={"at": between}) == Span(MONDAYS[1], MONDAYS[1] + timedelta(days=6))
    assert selected(pick=[{"at": millis(MONDAYS[3])}]) == Span(MONDAYS[3], MONDAYS[3] + timedelta(days=6))
    assert selected(brush={}, pick=[]) is None
    assert brushed(None, MONDAYS, "week") is None


def test_a_trend_reads_line_by_line():
    assert "4 weeks" in reads(drawn(), STYLE)[0]
    two = Trend(FCR, "week", [Series(("a",), drawn().lines[0].points), Series(("b",), drawn().lines[0].points)])
    assert [text.split(":")[0] for text in reads(two, STYLE)] == ["a", "b"]


@pytest.mark.parametrize(
    ("largest", "divisor", "after"),
    [
        (90, 1, "s"),
        (4000, 60, "min"),
        (90_000, 3600, "h"),
        (1e6, 86400, "days"),
    ],
)
def test_durations_are_drawn_in_the_unit_they_are_said_in(largest, divisor, after):
    axis = axis_of("seconds", [1.0, largest, None, float("nan")], STYLE)
    assert (axis.divisor, axis.after.strip("\u202f")) == (divisor, after)
    assert axis.scaled(None) is None
    assert axis.scaled(float("nan")) is None


def test_heat_shades_from_the_smallest_to_the_largest():
    assert heat.shares([1, None, 3, 2]) == [0, None, 1, 0.5]
    assert heat.shares([2, 2]) == [0.5, 0.5]
    assert heat.shares([]) == []
    data = heat.heat_data([heat.Cell("a", "x", "1", 0.0), heat.Cell("gone", "x", "2", 1.0)], ["a"], ["x"]).to_pylist()
    assert [row["row"] for row in data] == ["a"]


@pytest.mark.parametrize(
    "spec",
    [
        lambda: trend_spec(Axis(), 90, False, True),
        lambda: trend_spec(Axis(), 90, True, False),
        lambda: bars.standing_spec(Axis(), True),
        lambda: bars.diverging_spec(Axis()),
        lambda: heat.heat_spec(True, False),
    ],
)
def test_specifications_are_built_once_without_data_or_colours(spec):
    assert spec() is spec()
    assert "datasets" not in spec()
    assert "#" not in str({key: value for key, value in spec().items() if key != "$schema"})


def test_what_is_selected_comes_back_as_it_was_drawn():
    assert bars.picked({"selection": {"pick": [{"name": "Billing"}]}}) == "Billing"
    assert bars.picked({"selection": {"pick": []}}) is None
    assert heat.picked({"selection": {"pick": [{"row": "a", "column": "b"}]}}) == ("a", "b")
    assert heat.picked(None) is None
