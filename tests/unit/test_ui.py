"""What pages are made of: harmless text, periods, kept answers, weeks, specifications."""

import re
from datetime import date, datetime, timedelta
from threading import Event, Thread

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import METRICS
from metrics.reading import Point, style_of
from ui import charts
from ui.access import is_loopback
from ui.asking import Kept
from ui.figures import weekly
from ui.periods import Period, last_full_month, last_full_week, months_back, weeks_back, weeks_to
from ui.text import FORMULA_STARTS, JOINER, cell, csv, plain

STYLE = style_of("en-GB", "EUR")
AS_OF = datetime(2026, 11, 6, 8, 0)  # noqa: DTZ001 - reporting zone, as the build has it


MARKUP = """
<img src=x onerror=alert(1)>
**b**
[a](http://evil)
:material/home:
$x$
![i](http://evil/p.png)
`c`
# h
&lt;b&gt;
:red[x]
~~s~~
http://evil.example
a | b
- x
1. x
"""


@pytest.mark.parametrize("text", MARKUP.strip().splitlines())
def test_markup_of_the_data_is_escaped(text):
    escaped = plain(text)
    unescaped = "".join(c for i, c in enumerate(escaped) if c != "\\" or (i and escaped[i - 1] == "\\"))
    assert unescaped.replace(JOINER, "") == text
    for mark in "*_[]()<>`#$:!|~&":
        assert all(escaped[i - 1] == "\\" for i, c in enumerate(escaped) if c == mark)


@pytest.mark.parametrize("address", ["http://evil.example", "HTTPS://evil.example", "www.evil.example", "xhttp://e.x"])
def test_a_bare_address_of_the_data_is_no_link(address):
    linked = re.compile(r"https?://|www\.", re.IGNORECASE)  # what markdown makes links of, once escapes are gone
    assert linked.search(address)
    assert not linked.search(plain(f"see {address} now").replace("\\", ""))


@given(some.text())
def test_no_cell_is_a_formula(text):
    safe = str(cell(text))
    assert "\0" not in safe
    assert not safe.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\u00a0=1", "a\n=1", "\0=1", "＝1"])
def test_formulas_are_defused(text):
    assert str(cell(text)).startswith("'")


def test_csv_keeps_numbers_and_defuses_headings_too():
    data = csv(pd.DataFrame({"=x": ["=1", "ok", None], "n": [-1.5, 2, 3]})).decode("utf-8-sig")
    assert data.splitlines() == ["'=x,n", "'=1,-1.5", "ok,2.0", ",3.0"]


def test_the_last_full_month_and_the_ones_before():
    assert last_full_month(AS_OF) == date(2026, 10, 1)
    assert last_full_month(AS_OF.replace(month=1)) == date(2025, 12, 1)
    assert months_back(date(2026, 8, 15), AS_OF) == [date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)]
    assert months_back(date(2026, 11, 2), AS_OF) == [date(2026, 10, 1)]
    assert Period("month", date(2026, 2, 1)).last == date(2026, 2, 28)
    assert Period("month", date(2026, 1, 1)).before == Period("month", date(2025, 12, 1))
    week = Period("week", date(2025, 12, 29))
    assert (week.last, week.before.first, week.code) == (date(2026, 1, 4), date(2025, 12, 22), "2026-W01")
    assert last_full_week(AS_OF.replace(month=11, day=22)) == date(2026, 11, 9)  # a Sunday: its own week is not over
    assert last_full_week(AS_OF.replace(month=11, day=23)) == date(2026, 11, 16)
    assert weeks_back(date(2026, 11, 11), AS_OF.replace(month=11, day=23)) == [date(2026, 11, 16), date(2026, 11, 9)]


def test_weeks_are_whole_and_over():
    since, until = weeks_to(date(2026, 10, 31), AS_OF)
    assert (since, until) == (date(2026, 8, 3), date(2026, 11, 1))
    the_week_of_the_30th_is_not_over = datetime(2026, 10, 2, 8)  # noqa: DTZ001
    assert weeks_to(date(2026, 9, 30), the_week_of_the_30th_is_not_over)[1] == date(2026, 9, 27)


def test_kept_answers_are_bounded_and_the_least_used_leaves():
    kept: Kept[int] = Kept(2)
    made: list[str] = []

    def get(key: str) -> int:
        return kept.get(key, lambda: made.append(key) or len(made))

    for key in "aabacabc":
        get(key)
    assert len(kept) == 2
    assert "".join(made) == "abcbc"


def test_kept_answers_survive_threads():
    kept: Kept[int] = Kept(8)
    threads = [Thread(target=lambda: [kept.get(n % 20, lambda n=n: n % 20) for n in range(2000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept) <= 8
    assert kept.get(3, lambda: 3) == 3


def test_what_one_is_making_others_wait_for_and_a_failure_is_nobody_elses() -> None:
    kept: Kept[int] = Kept(8)
    made, begun, go_on = [], Event(), Event()

    def make() -> int:
        made.append(1)
        begun.set()
        go_on.wait(10)
        if len(made) == 1:
            raise ValueError("the first fails")
        return 7

    answers: list[object] = []

    def ask() -> None:
        try:
            answers.append(kept.get("key", make))
        except ValueError as error:
            answers.append(str(error))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    assert kept.get("another key", lambda: 1) == 1  # nobody waits for what they did not ask
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert sorted(map(str, answers)) == ["7"] * 7 + ["the first fails"]
    assert len(made) == 2


def test_weeks_without_rows_are_zero_for_stocks_and_gaps_for_rates():
    trend = pd.DataFrame(
        {
            "metric": ["fcr", "backlog"],
            "period": [date(2026, 10, 12)] * 2,
            "value": [0.7, 5],
            "low": [0.6, None],
            "high": [0.8, None],
            "mature": [False, True],
        }
    )
    since, until = date(2026, 10, 5), date(2026, 10, 25)
    rate = weekly(METRICS["fcr"], trend, since, until)
    stock = weekly(METRICS["backlog"], trend, since, until)
    assert [week.value for week in rate] == [None, 0.7, None]
    assert [week.mature for week in rate] == [True, False, True]
    assert [week.value for week in stock] == [0, 5, 0]
    assert [week.start for week in stock] == [since + timedelta(days=7 * n) for n in range(3)]


def test_young_weeks_are_drawn_dashed_from_the_last_final_one():
    weeks = [
        Point(date(2026, 10, 5), 0.6),
        Point(date(2026, 10, 12), 0.7),
        Point(date(2026, 10, 19), 0.8, mature=False),
    ]
    drawn = charts.spark_data(METRICS["fcr"], weeks, STYLE).to_pydict()
    assert drawn["final"] == [True, True, False]
    assert drawn["tail"] == [False, True, True]
    assert drawn["last"] == [False, False, True]
    assert drawn["reads"][2].endswith("so far")
    nothing = charts.spark_data(METRICS["fcr"], [Point(date(2026, 10, 5), None)], STYLE).to_pydict()
    assert nothing["last"] == [False]


@pytest.mark.parametrize("spec", [charts.spark_spec, charts.bullet_spec])
def test_specifications_are_built_once_without_data_or_colours(spec):
    assert spec() is spec()
    assert "datasets" not in spec()
    assert "#" not in str({key: value for key, value in spec().items() if key != "$schema"})


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_local_mode_serves_this_machine(address):
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", "10.0.0.5", "example.org"])
def test_local_mode_serves_nobody_else(address):
    assert not is_loopback(address)
