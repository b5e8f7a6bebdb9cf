"""How values, intervals, changes and ages read."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from metrics import METRICS
from metrics.days import age_reads
from metrics.reading import THIN, Figure, Style, day_reads, instant_reads, month_reads, style_of

EN, US, DE, FR = (style_of(locale, "EUR") for locale in ("en-GB", "en-US", "de-DE", "fr-FR"))
FCR, AHT, BACKLOG = METRICS["fcr"], METRICS["aht"], METRICS["backlog_waiting_on_us"]
NPS, FREED = METRICS["nps"], METRICS["automation_hours"]
CREATED, REOPEN = METRICS["tickets_created"], METRICS["reopen_rate"]


def spaced(text: str) -> str:
    return text.replace(THIN, " ")


@pytest.mark.parametrize(
    ("style", "metric", "value", "reads"),
    [
        (EN, FCR, 0.7124, "71.2 %"),
        (US, FCR, 0.7124, "71.2%"),
        (DE, FCR, 0.7124, "71,2 %"),
        (EN, AHT, 45, "45 s"),
        (EN, AHT, 372.4, "6.2 min"),
        (EN, AHT, 2 * 3600, "2.0 h"),
        (EN, AHT, 5 * 86400, "5.0 days"),
        (EN, FREED, 108, "108.0 h"),  # work is not done by the clock: never 4.5 days
        (EN, BACKLOG, 12345, "12,345"),
        (DE, BACKLOG, 12345, "12.345"),
        (FR, BACKLOG, 12345, "12 345"),
        (EN, FCR, None, "–"),
        (EN, FCR, float("nan"), "–"),
    ],
)
def test_values_read_in_the_unit_and_locale_people_use(style, metric, value, reads):
    assert spaced(style.value(metric, value)) == reads


@pytest.mark.parametrize(
    ("metric", "now", "before", "reads"),
    [
        (FCR, 0.712, 0.698, "+1.4 points"),
        (FCR, 0.698, 0.712, "−1.4 points"),
        (FCR, 0.7, 0.7, "0.0 points"),
        (FCR, 0.70001, 0.7, "0.0 points"),
        (FCR, 0.7, 0.70001, "0.0 points"),
        (AHT, 540, 600, "−10 %"),
        (NPS, 10, -20, "+30.0 points"),
        (NPS, -20, 0, "−20.0 points"),
        (BACKLOG, 312, 273, "+14 %"),
        (BACKLOG, 12, 0, "+12"),
        (BACKLOG, 8, 1, "+7"),  # +700 % says less
        (BACKLOG, 8, 19, "−11"),
        (BACKLOG, 10, 20, "−50 %"),
    ],
)
def test_changes_are_points_for_shares_and_scores_tickets_of_few_and_per_cent_for_the_rest(metric, now, before, reads):
    assert spaced(EN.change(metric, now, before)) == reads


def test_an_interval_says_its_unit_once():
    assert spaced(EN.interval(FCR, 0.531, 0.642)) == "53.1–64.2 %"
    assert spaced(EN.interval(AHT, 50, 130)) == "50 s–2.2 min"
    assert EN.interval(FCR, None, 0.5) == ""
    assert EN.interval(FCR, float("nan"), 0.5) == ""


@pytest.mark.parametrize(
    ("locale", "currency", "reads"),
    [
        ("en-GB", "GBP", "£1,234.50"),
        ("de-DE", "EUR", "1.234,50 €"),
        ("en-US", "USD", "$1,234.50"),
        ("de-CH", "CHF", "CHF 1’234.50"),
        ("xx", "SEK", "SEK 1,234.50"),
    ],
)
def test_money_reads_as_the_locale_writes_it(locale, currency, reads):
    assert spaced(style_of(locale, currency).money(1234.5)) == reads


def test_dates_read_in_words():
    assert month_reads(date(2026, 10, 1)) == "October 2026"
    assert day_reads(date(2026, 10, 1)) == "1 October 2026"
    assert instant_reads(datetime(2026, 10, 1, 9, 5)) == "1 October 2026, 09:05"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("age", "reads"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=15, hours=3), "15 days ago"),
    ],
)
def test_ages_read_in_the_largest_unit_that_says_enough(age, reads):
    assert age_reads(age) == reads


def known(metric, now, before, half=0.001):
    bounds = (None, None) if before is None else (before - half, before + half)
    return Figure(metric, now, now - half, now + half, 1000, True, before, *bounds)


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (known(FCR, 0.72, 0.70), "better"),
        (known(FCR, 0.70, 0.72), "worse"),
        (known(FCR, 0.705, 0.70), "steady"),  # below one point
        (known(FCR, 0.71, 0.70), "better"),  # exactly material counts
        (known(FCR, 0.72, 0.70, half=0.03), "steady"),  # chance alone could do it
        (known(REOPEN, 0.05, 0.06), "better"),
        (known(REOPEN, 0.06, 0.05), "worse"),
        (known(AHT, 540, 600, half=5), "better"),
        (Figure(BACKLOG, 312, before=273), "worse"),
        (Figure(BACKLOG, 5, before=0), "worse"),
        (Figure(BACKLOG, 0, before=0), "steady"),
        (Figure(BACKLOG, 4, before=1), "steady"),  # three times as many, and a handful
        (Figure(BACKLOG, 17, before=20), "steady"),
        (Figure(CREATED, 1200, before=1000), "moved"),
        (known(FCR, 0.72, None), "unknown"),
        (Figure(FCR, None, before=0.7), "unknown"),
    ],
)
def test_a_change_is_news_only_when_material_and_beyond_chance(figure, verdict):
    assert figure.verdict == verdict


def test_styles_are_values():
    assert replace(Style(), currency="EUR") == Style()


def test_a_score_that_crosses_zero_is_news_of_as_many_points() -> None:
    risen = Figure(NPS, 10, 2, 18, before=-20, low_before=-28, high_before=-12)
    assert (risen.change, risen.verdict) == (30, "better")
    assert replace(risen, value=-18.5, low=-19, high=-18, low_before=-20.5, high_before=-19.5).verdict == "steady"
