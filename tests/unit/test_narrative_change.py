"""Sentences about change know their signs, name what is sure and nothing else."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from metrics import METRICS, Question
from metrics.changes import Change
from metrics.compare import Explanation
from metrics.contributors import SMALLER, Contributor, Dimension
from metrics.days import span_reads
from metrics.kinds import Metric
from metrics.narrative_change import effect_reads, explanation_reads, value_reads
from metrics.reading import THIN, Figure, style_of

STYLE = style_of("en-GB", "EUR")
FCR, AHT, REPLY, CREATED = (METRICS[name] for name in ("fcr", "aht", "first_reply_time", "tickets_created"))
PAYMENTS = Contributor(
    "Payment failures", denominator=1204, denominator_before=1180, now=0.5, before=0.7, mix=-0.001, rate=-0.028,
    effect=-0.029, low=-0.038, high=-0.020, p=0.0001, is_material=True,
)  # fmt: skip
LOGINS = Contributor(
    "Logins", denominator=900, denominator_before=400, now=0.9, before=0.89, mix=0.012, rate=0.001,
    effect=0.013, low=0.008, high=0.018, p=0.001, is_material=True,
)  # fmt: skip
NOISE = Contributor(
    "Refunds", denominator=90, denominator_before=80, now=0.5, before=0.7, mix=0.0, rate=-0.012,
    effect=-0.012, low=-0.030, high=0.006, p=0.4, is_material=True,
)  # fmt: skip


def explanation(
    metric: Metric,
    value: float | None,
    before: float | None,
    *parts: Contributor,
    mix: float | None = -0.002,
    p: float | None = 0.001,
    **other: object,
) -> Explanation:
    question = Question((metric.name,), since=date(2026, 11, 1), until=date(2026, 11, 28))
    change = Change(Figure(metric, value, before=before, p=p))
    best = Dimension("category", mix, None if mix is None else 0.0, 0.9, parts)
    return replace(Explanation(change, question, question.previous(), "previous", None, (best,)), **other)


def told(*arguments: object, **options: object) -> str:
    return explanation_reads(explanation(*arguments, **options), STYLE).replace(THIN, " ")  # type: ignore[arg-type]


def test_a_fall_and_most_of_it() -> None:
    assert told(FCR, 0.663, 0.704, PAYMENTS, NOISE) == (
        "First contact resolution fell 4.1 points to 66.3 % (1–28 November against 4–31 October 2026). Most of it is "
        "category Payment failures (−2.9 points [−3.8, −2.0], n = 1,204): its own figure fell from 70.0 % to 50.0 %; "
        "the mix of work changed little (−0.2 points)."
    )


def test_what_stands_against_it_is_told_and_a_mix_that_matters() -> None:
    assert told(FCR, 0.663, 0.704, PAYMENTS, LOGINS, mix=0.011).endswith(
        "the mix of work alone made +1.1 points. Against it stands category Logins (+1.3 points [+0.8, +1.8], n = 900)."
    )


def test_a_change_of_few_tickets_is_told_in_tickets() -> None:
    logins = replace(LOGINS, effect=5.0, low=1.0, high=9.0, mix=None, rate=None, denominator=None)
    said = told(CREATED, 12.0, 4.0, logins, mix=None)
    assert said.startswith("Tickets created rose from 4 to 12 (")
    assert "category Logins (+5 [+1, +9])" in said
    assert "%" not in said


def test_more_of_the_work_is_told_as_such() -> None:
    assert "All of it is category Logins (+1.3 points [+0.8, +1.8], n = 900): there is more of it than before " \
        "(900 against 400); the mix" in told(FCR, 0.713, 0.70, LOGINS)  # fmt: skip
    less = replace(LOGINS, denominator=400.0, denominator_before=900.0)
    assert "there is less of it than before (400 against 900)" in told(FCR, 0.713, 0.70, less)


def test_a_small_share_is_the_largest_part() -> None:
    assert "The largest part is category Payment failures" in told(FCR, 0.60, 0.704, PAYMENTS)


def test_nothing_stands_out() -> None:
    assert told(FCR, 0.663, 0.704, NOISE).endswith(
        "No category stands out beyond chance; the mix of work changed little (−0.2 points)."
    )


def test_no_more_than_chance() -> None:
    assert "October 2026); no more than chance can do. " in told(FCR, 0.68, 0.704, NOISE, p=0.3)


def test_nothing_material_says_so_and_what_cancels_out_beneath() -> None:
    assert told(FCR, 0.70, 0.70) == (
        "First contact resolution did not change materially: 70.0 % (as before; "
        "1–28 November against 4–31 October 2026)."
    )
    assert told(FCR, 0.701, 0.70, PAYMENTS, LOGINS).endswith(
        "Beneath it, category Payment failures (−2.9 points [−3.8, −2.0], n = 1,204) and category Logins (+1.3 points "
        "[+0.8, +1.8], n = 900) moved."
    )


def test_seconds_and_counts_change_by_per_cent_of_the_whole() -> None:
    slower = replace(PAYMENTS, now=700.0, before=600.0, mix=2.0, rate=58.0, effect=60.0, low=30.0, high=90.0)
    assert told(AHT, 690.0, 600.0, slower, mix=3.0) == (
        "Average handle time rose 15 % to 11.5 min (1–28 November against 4–31 October 2026). Most of it is category "
        "Payment failures (+10.0 % [+5.0, +15.0], n = 1,204): its own figure rose from 10.0 min to 11.7 min; "
        "the mix of work changed little (+0.5 %)."
    )
    more = Contributor(
        "Logins", numerator=300, numerator_before=100, effect=200, low=150, high=250, p=0, is_material=True
    )
    assert told(CREATED, 1200.0, 1000.0, more, mix=None).endswith(
        "All of it is category Logins (+20.0 % [+15.0, +25.0], n = 300)."
    )


def test_from_none_at_all() -> None:
    new = Contributor("Logins", numerator=40, numerator_before=0, effect=40, low=28, high=52, p=0, is_material=True)
    assert told(CREATED, 40.0, 0.0, new, mix=None).startswith("Tickets created rose from none to 40 (")


def test_percentiles_say_that_they_do_not_add_up() -> None:
    own = Contributor("Logins", denominator=90, denominator_before=99, now=7200, before=3600, p=0.01, is_material=True)
    assert told(REPLY, 4000.0, 3600.0, own, mix=None).endswith(
        "Percentiles do not add up over segments, so this change has no exact parts; on their own changed category "
        "Logins from 60.0 min to 2.0 h. For exact effects explain a mean, such as aht."
    )


def test_too_little_and_not_final() -> None:
    assert told(FCR, None, 0.7) == (
        "First contact resolution cannot be compared (1–28 November against 4–31 October 2026): there is too little on "
        "one side."
    )
    early = explanation(FCR, 0.663, 0.704, PAYMENTS, immature_from=date(2026, 11, 22))
    assert explanation_reads(early, STYLE).endswith("The days from 22 November 2026 on are not final yet and left out.")


def test_names_of_what_has_none() -> None:
    assert [value_reads(value) for value in (None, True, False, 2, 2.0, "Billing", SMALLER)] == [
        "(none)", "yes", "no", "2", "2", "Billing", "smaller segments"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "reads"),
    [
        (date(2026, 11, 1), date(2026, 11, 28), "1–28 November 2026"),
        (date(2026, 11, 2), date(2026, 11, 2), "2 November 2026"),
        (date(2026, 10, 26), date(2026, 11, 1), "26 October – 1 November 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 – 4 January 2026"),
    ],
)
def test_spans(since: date, until: date, reads: str) -> None:
    assert span_reads(since, until) == reads


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_a_value_nobody_knows_has_a_name_of_its_own(unknown: float | None) -> None:
    assert value_reads(unknown) == "(none)"


@given(some.floats(0.01, 0.99), some.floats(0.01, 0.99), some.floats(-0.3, 0.3))
def test_verbs_and_signs_agree(value: float, before: float, effect: float) -> None:
    part = replace(PAYMENTS, effect=effect, rate=effect, mix=0.0, low=effect - 0.01, high=effect + 0.01)
    reads = told(FCR, value, before, part)
    assert not re.search(r"(fell|rose) [−+]", reads)
    assert ("fell" in reads.split("(")[0]) == (value < before and Figure(FCR, value, before=before).is_material)
    if "of it is" in reads or "part is" in reads:
        assert (effect > 0) == (value > before)
    if "own figure rose" in reads:
        assert effect > 0


@given(some.floats(-1, 1))
def test_an_effect_keeps_its_sign(effect: float) -> None:
    reads = effect_reads(FCR, effect, 0.7, STYLE)
    assert reads.startswith("+") == (effect >= 0.0005) or abs(abs(effect) - 0.0005) < 1e-9
    assert reads.startswith("−") == (effect <= -0.0005) or abs(abs(effect) - 0.0005) < 1e-9
