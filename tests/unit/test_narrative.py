"""Sentences know their signs."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import HEADLINE, METRICS
from metrics.narrative import (
    delta_reads,
    early_reads,
    evidence,
    handling_cost,
    headline,
    listed,
    moved,
    result_reads,
    spoken,
    target_reads,
    trend_reads,
)
from metrics.reading import THIN, Figure, Point, style_of

STYLE = style_of("en-GB", "EUR")
FCR, AHT, BACKLOG = METRICS["fcr"], METRICS["aht"], METRICS["backlog_waiting_on_us"]


def sentence(*figures: Figure) -> str:
    return headline("October 2026", "September 2026", figures, STYLE).replace(THIN, " ")


def test_good_news_bad_news_and_what_held():
    told = sentence(
        Figure(FCR, 0.712, before=0.698),
        Figure(BACKLOG, 312, before=273),
        Figure(AHT, 600, before=601),
        Figure(METRICS["csat"], 0.86, before=0.861),
    )
    assert told == (
        "In October 2026, against September 2026, first contact resolution rose to 71.2 % (+1.4 points), but backlog "
        "waiting on us rose to 312 (+14 %); average handle time and customer satisfaction held."
    )


def test_what_chance_can_do_is_not_said_to_have_held():
    """3.7 points fewer, of some hundred: that nothing changed is as little proved as that something did."""
    unsure = Figure(FCR, 0.623, 0.545, 0.695, 159, True, 0.66, 0.58, 0.73)
    created = Figure(METRICS["tickets_created"], 164, before=200, p=0.08)
    assert sentence(unsure, created, Figure(BACKLOG, 7, before=4), Figure(AHT, 600, before=601)) == (
        "In October 2026, against September 2026, first contact resolution and tickets created showed no change beyond "
        "chance; backlog waiting on us moved by too few to tell; average handle time held."
    )


def test_only_bad_news_needs_no_but():
    assert sentence(Figure(FCR, 0.66, before=0.70)) == (
        "In October 2026, against September 2026, first contact resolution fell to 66.0 % (−4.0 points)."
    )


def test_nothing_moved():
    assert sentence(Figure(FCR, 0.70, before=0.70), Figure(AHT, 600, before=601)) == (
        "In October 2026, against September 2026, first contact resolution and average handle time "
        "did not move materially."
    )


def test_nothing_to_compare_with_and_nothing_at_all():
    assert sentence(Figure(FCR, 0.70)) == (
        "In October 2026 first contact resolution stood at 70.0 %; there is nothing before to compare with."
    )
    assert sentence(Figure(FCR, None)) == "There are no figures for October 2026."
    assert sentence() == "There are no figures for October 2026."


def test_an_early_figure_says_so():
    assert "so far" in sentence(Figure(FCR, 0.66, before=0.70, mature=False))


@given(some.sampled_from(HEADLINE), some.floats(0, 1), some.floats(0, 1))
def test_the_verb_and_the_sign_always_agree(name, now, before):
    told = moved(Figure(METRICS[name], now, before=before), STYLE)
    assert not re.search(r"rose[^(]*\(−", told)
    assert not re.search(r"fell[^(]*\(\+", told)


@pytest.mark.parametrize(
    ("value", "target", "at_least", "reads"),
    [
        (0.712, 0.70, True, "Target at least 70.0 %: reached"),
        (0.70, 0.70, True, "Target at least 70.0 %: reached"),
        (0.688, 0.70, True, "Target at least 70.0 %: missed by 1.2 points"),
        (0.05, 0.06, False, "Target at most 6.0 %: reached"),
        (0.074, 0.06, False, "Target at most 6.0 %: missed by 1.4 points"),
        (None, 0.06, False, "Target at most 6.0 %"),
    ],
)
def test_targets_know_their_side(value, target, at_least, reads):
    assert target_reads(Figure(FCR, value), target, at_least, STYLE).replace(THIN, " ") == reads


def test_a_target_within_the_interval_is_missed_by_what_chance_can_do():
    def read(low: float, high: float) -> str:
        return target_reads(Figure(FCR, 0.679, low, high, 700), 0.70, True, STYLE).replace(THIN, " ")

    assert read(0.643, 0.713) == "Target at least 70.0 %: missed by 2.1 points, within chance"
    assert read(0.662, 0.695) == "Target at least 70.0 %: missed by 2.1 points"
    assert result_reads(0.679, 0.643, 0.713, 0.70, at_least=True) == "missed, within chance"
    assert result_reads(0.7, 0.69, 0.71, 0.70, at_least=True) == "reached"
    assert result_reads(None, None, None, 0.70, at_least=True) == ""


def test_cost_is_absent_without_a_rate_never_zero():
    assert handling_cost(600, None, STYLE) == ""
    assert handling_cost(None, 38, STYLE) == ""
    assert handling_cost(600, 38, STYLE) == "Hands-on time of a solved ticket cost €6.33, at €38.00 an hour."


def test_a_delta_says_its_meaning_without_colour():
    def read(figure):
        return delta_reads(figure, STYLE).replace(THIN, " ")

    assert read(Figure(FCR, 0.72, before=0.70)) == "+2.0 points, better"
    assert read(Figure(FCR, 0.68, before=0.70)) == "−2.0 points, worse"
    assert read(Figure(FCR, 0.701, before=0.70)) == "+0.1 points, not material"
    assert read(Figure(FCR, 0.72, 0.66, 0.78, 50, True, 0.70, 0.64, 0.76)) == "+2.0 points, within chance"
    assert read(Figure(METRICS["tickets_created"], 1200, before=1000)) == "+20 %"
    assert read(Figure(METRICS["tickets_created"], 164, before=200, p=0.08)) == "−18 %, within chance"
    assert read(Figure(BACKLOG, 7, before=4)) == "+3, too few to tell"
    assert read(Figure(FCR, 0.72)) == ""


def test_evidence_gives_interval_and_n():
    figure = Figure(FCR, 0.59, 0.531, 0.642, 296)
    assert evidence(figure, STYLE).replace(THIN, " ") == "95 % interval 53.1–64.2 % · n = 296"
    assert evidence(Figure(BACKLOG, 12), STYLE) == ""


def test_titles_keep_their_abbreviations_inside_a_sentence():
    assert spoken(METRICS["sla_attainment"]) == "SLA attainment"
    assert spoken(FCR) == "first contact resolution"
    assert listed([]) == ""
    assert listed("a") == "a"
    assert listed("abc") == "a, b and c"


def test_early_figures_name_the_day_and_the_window():
    assert early_reads(METRICS["reopen_rate"], "23 October 2026", timedelta(days=14)) == (
        "Early: first solved up to 23 October 2026; younger ones wait 14 days for their verdict"
    )


def test_a_trend_reads_without_its_chart():
    weeks = [
        Point(date(2026, 10, 5), 0.6),
        Point(date(2026, 10, 12), None),
        Point(date(2026, 10, 19), 0.7, mature=False),
    ]
    assert trend_reads(FCR, weeks, STYLE).replace(THIN, " ") == (
        "First contact resolution, 3 weeks, the last from 19 October 2026: from 60.0 % to 70.0 %, "
        "between 60.0 % and 70.0 %; the last still early."
    )
    assert "nothing to show" in trend_reads(FCR, [], STYLE)
