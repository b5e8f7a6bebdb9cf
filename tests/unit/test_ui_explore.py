"""Parts of Explore without a browser: rows to click, exports to open, pictures, names, spreads, kept views."""

from datetime import UTC, date, datetime
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from journal import SavedView
from metrics import METRICS, changes
from metrics.dimensions import dimensions_of
from metrics.kinds import unit_of
from metrics.question import NOT_SET
from metrics.reading import Point, style_of
from ui import explore, explore_views, spread, views
from ui.drill import is_web, readable
from ui.explore import Part
from ui.explore_choices import Asked
from ui.exports import xlsx
from ui.names import in_order, labels, shared_dimensions, value_named
from ui.pictures import Drawn, light_theme, painted_spec, png
from ui.readings import readings_of
from ui.series import Series
from ui.spans import Span, age_reads
from ui.specs import Axis
from ui.trends import Trend, trend_data, trend_spec

STYLE = style_of("en-GB", "EUR")
DAY = datetime(2026, 10, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", None, "//evil", "ftp://x", " https://x"]
)
def test_only_web_addresses_become_links(url):
    assert not is_web(url)


def test_rows_read_in_the_metrics_unit_and_hide_what_is_empty():
    rows = pd.DataFrame(
        {"at": [DAY, DAY], "source": ["a", "a"], "ticket_id": ["1", "2"], "subject": ["=1", "x"],
         "url": ["https://desk/1", "javascript:x"], "amount": [90, 600], "observed": [1, 0], "team": ["A", None]}
    )  # fmt: skip
    shown = readable(METRICS["first_reply_time"], rows)
    assert shown["Open"].tolist()[0] == "https://desk/1"
    assert pd.isna(shown["Open"].tolist()[1])
    assert shown["Minutes"].tolist() == [1.5, 10]
    assert shown["Over"].tolist() == [True, False]
    assert "Source" not in shown
    assert "Minutes" not in readable(
        METRICS["first_reply_time"], rows, is_alike=True
    )  # all count alike: nothing to tell
    assert readable(METRICS["fcr"], rows.assign(amount=[1, 0]))["Counts as a hit"].tolist() == [True, False]


@given(some.lists(some.one_of(some.text(), some.none(), some.floats(allow_nan=True, allow_infinity=False)), min_size=1))
def test_no_cell_of_a_workbook_is_a_formula(values):
    sheet = openpyxl.load_workbook(BytesIO(xlsx(pd.DataFrame({"=x": values})))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert cells[0].value == "'=x"


def test_a_picture_is_painted_in_the_pages_own_colours():
    line = Series((), (Point(date(2026, 10, 5), 1.0), Point(date(2026, 10, 12), 2.0)))
    drawn = Trend(METRICS["tickets_created"], "week", [line])
    picture = Drawn(trend_spec(Axis(), 100, False, False), trend_data(drawn, Axis(), STYLE), 300, "<b>Created</b>")
    spec = painted_spec(picture)
    assert spec["config"]["range"]["category"] == light_theme()["chartCategoricalColors"]
    assert len(spec["data"]["values"]) == picture.data.num_rows
    assert png(picture).startswith(b"\x89PNG")


def test_values_are_named_and_stand_in_their_own_order():
    assert [value_named("weekday", "1"), value_named("hour", "9"), value_named("team", NOT_SET)] == [
        "Monday",
        "09:00",
        "not known",
    ]
    assert value_named("bot_involved", "True") == "yes"
    assert in_order("hour", ["10", "9", NOT_SET]) == ["9", "10", NOT_SET]
    assert in_order("team", ["b", "a"]) == ["b", "a"]


def test_every_metric_has_a_label_of_its_own():
    assert sorted(labels().values()) == sorted(METRICS)


def test_metrics_are_split_by_what_all_of_them_know():
    both = shared_dimensions([METRICS["fcr"], METRICS["deflection_rate"]])
    assert set(both) == set(dimensions_of(METRICS["fcr"])) & set(dimensions_of(METRICS["deflection_rate"]))
    assert shared_dimensions([]) == ()


def asked(**more):
    return Asked((METRICS["fcr"],), (), Span(date(2026, 8, 3), date(2026, 11, 1)), "week", "business", "", (), **more)


def test_a_part_of_the_chart_narrows_the_question():
    part = Part(Span(date(2026, 9, 7), date(2026, 9, 13)), (("team", ("A",)),))
    question = explore_views.of_part(asked(), METRICS["fcr"], part)
    assert (question.since, question.until, question.where) == (
        date(2026, 9, 7),
        date(2026, 9, 13),
        (("team", ("A",)),),
    )
    assert question.clock == "calendar"  # the metric knows no other
    assert question.grain is None


def test_a_pivot_taken_away_has_every_row_and_column_the_page_has():
    answer = pd.DataFrame(
        {"team": ["B", None, "A", "B"], "channel": ["web", "web", None, None], "value": [0.5, None, None, 0.25]}
    )
    taken = explore_views.pivoted(answer, "team", "channel")
    assert taken["team"].tolist() == ["B", "(none)", "A"]
    assert list(taken.columns) == ["team", "web", "(none)"]
    assert taken.loc[0, ["web", "(none)"]].tolist() == [0.5, 0.25]
    assert taken.drop(columns="team").iloc[1:].isna().all(axis=None)


def test_what_is_told_as_of_now_has_no_span():
    for metric in METRICS.values():
        if metric.on.reads == "now":
            assert asked().question(metric, "week").since is None
            assert asked().question(metric, "week").grain is None
            assert Part(None, (("team", ("A",)),)).reads(asked(), metric) == "As of now · Team: A"


def test_a_spread_has_its_ticks_and_says_where_half_is_done():
    found = pd.DataFrame({"low": [60.0, 3600.0], "high": [75.0, 4400.0], "done": [3, 6], "waiting": [0, 1]})
    found["share"] = [0.3, 0.9]
    metric = METRICS["first_reply_time"]
    data = spread.spread_data(metric, found, STYLE).to_pylist()
    assert [row["at"] for row in data if row["kind"] == "tick"] == ["1\u202fmin", "10\u202fmin", "1\u202fh"]
    assert (
        spread.quartiles(metric, found, STYLE)
        == f"Half within {STYLE.duration(4400)}, nine in ten within {STYLE.duration(4400)}."
    )
    assert "Not enough" in spread.quartiles(metric, found.assign(share=0.1), STYLE)


@pytest.mark.parametrize(("seconds", "reads"), [(900, "15 min"), (86400, "1 day"), (259200, "3 days"), (14400, "4 h")])
def test_ages_read_short(seconds, reads):
    assert age_reads(seconds).replace("\u202f", " ") == reads


def test_other_readings_measure_the_same():
    for metric in METRICS.values():
        for reading in readings_of(metric):
            assert unit_of(reading) == unit_of(metric)
            assert not reading.name.endswith("_p90") or metric.name.endswith("_p90")
    assert METRICS["one_touch_zendesk"] in readings_of(METRICS["one_touch"])


def test_a_kept_view_is_only_ever_a_link_to_its_page():
    kept = SavedView(
        entry_id=1, teams=frozenset(), created_by="kim", created_at=DAY, changed_by="kim", changed_at=DAY,
        name='"><img src=x>', page="explore", query='category=a%26b&x="><script>', owner="kim", is_shared=True,
    )  # fmt: skip
    link = views.link(kept, "sam")
    assert link.startswith('<a href="explore?category=a%26b&amp;x=')
    assert link.count("<") == 2
    assert link.endswith(" · kim</a>")


@pytest.mark.parametrize(("now", "verdict"), [(120.0, "steady"), (190.0, "moved")])
def test_a_count_beside_the_span_before_is_tested_for_chance(monkeypatch, now, verdict):
    """Weeks of 90 and 110 in turn vary more than chance alone: 20 more is nothing, 90 more is."""
    columns = {"metric": "tickets_created", "low": None, "high": None, "denominator": None, "mature": True}

    def answer(question, *_):
        if question.grain == "week":
            weeks = pd.date_range(question.since, question.until, freq="7D")
            return pd.DataFrame({**columns, "period": weeks, "value": [90.0, 110.0] * (len(weeks) // 2) + [90.0]})
        return pd.DataFrame([{**columns, "value": now if question.since == date(2026, 10, 26) else 100.0}])

    monkeypatch.setattr(changes, "ask", answer)
    page = SimpleNamespace(answer=answer, scope=None, build=None, made=lambda asked, make: make())
    week = Span(date(2026, 10, 26), date(2026, 11, 1))
    one = Asked((METRICS["tickets_created"],), (), week, "week", "calendar", "previous", ())
    assert explore._figure(one, METRICS["tickets_created"], page).verdict == verdict
