"""A change is the sum of its parts, whatever the table; intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.decompose import (
    Side,
    benjamini_hochberg,
    binomial,
    dispersion,
    mix_and_rate,
    newcombe,
    p_of_interval,
    pooled,
    unevenness,
)

EXACT = 1e-9


@st.composite
def tables(draw: st.DrawFn) -> tuple[Side, Side]:
    """Two periods of the same segments; any may be empty in one or both, as long as each period has something."""
    size = draw(st.integers(1, 12))
    sides = []
    for _ in range(2):
        n = draw(st.lists(st.integers(0, 5000), min_size=size, max_size=size).filter(any))
        sides.append(binomial([draw(st.integers(0, most)) for most in n], n))
    return sides[0], sides[1]


@st.composite
def amounts(draw: st.DrawFn) -> tuple[Side, Side]:
    """The same with seconds in the numerator; a numerator may even stand over nothing."""
    size = draw(st.integers(1, 12))

    def column(most: float) -> st.SearchStrategy[list[float]]:
        return st.lists(st.floats(0, most, allow_subnormal=False), min_size=size, max_size=size)

    sides = []
    for _ in range(2):
        n = np.array(draw(st.lists(st.integers(0, 5000), min_size=size, max_size=size).filter(any)), float)
        sides.append(Side(np.array(draw(column(1e6))), n, np.array(draw(column(1e9))), n))
    return sides[0], sides[1]


@given(tables())
def test_effects_of_a_rate_add_up_to_its_change(table: tuple[Side, Side]) -> None:
    now, before = table
    assert mix_and_rate(now, before).total.sum() == pytest.approx(now.overall - before.overall, abs=EXACT)


@given(amounts())
def test_effects_of_a_mean_add_up_to_its_change(table: tuple[Side, Side]) -> None:
    now, before = table
    size = max(1.0, now.overall, before.overall)
    assert mix_and_rate(now, before).total.sum() / size == pytest.approx(
        (now.overall - before.overall) / size, abs=EXACT
    )


@given(tables(), st.data())
def test_they_still_add_up_when_small_segments_are_one(table: tuple[Side, Side], data: st.DataObject) -> None:
    size = len(table[0].numerator)
    small = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    now, before = (pooled(side, small) for side in table)
    assert len(now.numerator) == size - small.sum() + 1
    assert now.overall == pytest.approx(table[0].overall, abs=EXACT)
    assert mix_and_rate(now, before).total.sum() == pytest.approx(now.overall - before.overall, abs=EXACT)


@given(tables())
def test_the_way_back_is_the_way_there_turned_round(table: tuple[Side, Side]) -> None:
    there, back = mix_and_rate(*table), mix_and_rate(table[1], table[0])
    assert there.mix == pytest.approx(-back.mix, abs=EXACT)
    assert there.rate == pytest.approx(-back.rate, abs=EXACT)
    assert there.variance == pytest.approx(back.variance, abs=EXACT)


@given(tables())
def test_who_was_absent_on_a_side_has_no_rate_effect(table: tuple[Side, Side]) -> None:
    now, before = table
    absent = (now.denominator == 0) | (before.denominator == 0)
    assert not mix_and_rate(now, before).rate[absent].any()


def test_simpson() -> None:
    """Both segments got better by 10 points and the whole fell by 16.67, by hand:

    Before: easy 80 of 100, hard 8 of 20 (40 %)  → 88 of 120 = 73.33 %; shares 5/6 and 1/6.
    Now:    easy 18 of 20 (90 %), hard 50 of 100 → 68 of 120 = 56.67 %; shares 1/6 and 5/6.
    Midpoints: shares 1/2 and 1/2, rates .85 and .45, whole .65.
    Rate effects +.10 × 1/2 each. Mix effects: easy −2/3 × (.85 − .65) = −.1333; hard +2/3 × (.45 − .65) = −.1333.
    Together −.2667 + .10 = −.1667 = .5667 − .7333.
    """
    effects = mix_and_rate(binomial([18, 50], [20, 100]), binomial([80, 8], [100, 20]))
    assert effects.rate == pytest.approx([0.05, 0.05])
    assert effects.mix == pytest.approx([-2 / 15, -2 / 15])
    assert effects.total.sum() == pytest.approx(-1 / 6)


def test_more_of_what_is_good_counts_for_and_more_of_what_is_bad_against() -> None:
    effects = mix_and_rate(binomial([160, 20], [200, 100]), binomial([80, 40], [100, 200]))
    assert effects.rate == pytest.approx([0, 0])
    assert (effects.mix > 0).all()  # more of the 80 %, less of the 20 %


def test_intervals_of_effects_hold_the_true_effect_as_often_as_they_say() -> None:
    """Desks drawn at random, shares and rates both by chance: 95 % within four standard errors of the simulation."""
    rng = np.random.default_rng(7)
    p0, p1 = np.array([0.8, 0.6, 0.7, 0.3]), np.array([0.8, 0.45, 0.7, 0.35])
    load0, load1 = np.array([300, 200, 80, 120.0]), np.array([260, 220, 160, 110.0])
    true = mix_and_rate(binomial(p1 * load1, load1), binomial(p0 * load0, load0)).total
    runs, held = 2000, np.zeros(4)
    for _ in range(runs):
        n0, n1 = rng.poisson(load0), rng.poisson(load1)
        effects = mix_and_rate(binomial(rng.binomial(n1, p1), n1), binomial(rng.binomial(n0, p0), n0))
        held += np.abs(effects.total - true) <= 1.959964 * np.sqrt(effects.variance)
    assert held / runs == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / runs))


def test_given_denominators_are_not_subject_to_chance() -> None:
    now, before = binomial([50, 50], [100, 100]), binomial([50, 60], [100, 100])
    given_now, given_before = (
        Side(side.numerator, side.denominator, side.spread, np.zeros(2)) for side in (now, before)
    )
    assert (mix_and_rate(given_now, given_before).variance < mix_and_rate(now, before).variance).all()


def test_unevenness_finds_the_dimension_the_change_lies_on() -> None:
    before = binomial([700] * 5, [1000] * 5)
    share = np.full(5, 0.2)

    def of(*hits: int) -> float:
        effects = mix_and_rate(binomial(hits, [1000] * 5), before)
        return unevenness(effects.total, effects.variance, share)

    assert of(500, 700, 700, 700, 700) > 0.5
    assert of(660, 660, 660, 660, 660) == 0
    assert of(600, 600, 700, 700, 700) < of(500, 700, 700, 700, 700)


def test_unevenness_of_chance_is_mostly_nothing() -> None:
    rng = np.random.default_rng(3)
    n = np.full(20, 200)
    loud = 0
    for _ in range(400):
        effects = mix_and_rate(*(binomial(rng.binomial(n, 0.7), n) for _ in range(2)))
        loud += unevenness(effects.total, effects.variance, np.full(20, 0.05)) > 0
    assert loud / 400 < 0.08


def test_counts_that_vary_as_poisson_have_no_more_width_than_that() -> None:
    rng = np.random.default_rng(5)
    level = np.linspace(50, 90, 13)  # growth is not noise
    assert dispersion(rng.poisson(level, (40, 13)).astype(float)) == pytest.approx(1, abs=0.3)
    wild = rng.poisson(rng.gamma(25, level / 25, (40, 13))).astype(float)  # variance 1 + 70 / 25 times Poisson's
    assert dispersion(wild) == pytest.approx(3.8, rel=0.25)
    assert dispersion(np.zeros((3, 13))) == 1


P_VALUES = st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=30)


@given(P_VALUES)
def test_corrected_p_values_keep_their_order_and_never_shrink(p: list[float]) -> None:
    raw, corrected = np.array(p), benjamini_hochberg(p)
    tested = ~np.isnan(raw)
    assert (np.isnan(corrected) == ~tested).all()
    assert (corrected[tested] >= raw[tested]).all()
    assert (corrected[tested] <= 1).all()
    assert (np.diff(corrected[tested][np.argsort(raw[tested])]) >= 0).all()


def test_corrected_p_values_by_hand() -> None:
    """.01 × 4 / 1 = .04; .02 × 4 / 2 = .04; .03 × 4 / 3 = .04; .5 × 4 / 4 = .5; untested ones do not count."""
    assert benjamini_hochberg([0.5, 0.01, np.nan, 0.03, 0.02]) == pytest.approx(
        [0.5, 0.04, np.nan, 0.04, 0.04], nan_ok=True
    )


def test_the_p_value_of_an_interval_is_five_per_cent_where_it_touches_zero() -> None:
    assert p_of_interval(-2.0, -4.0, 0.0) == pytest.approx(0.05)
    assert p_of_interval(2.0, 0.0, 3.0) == pytest.approx(0.05)
    assert p_of_interval(0.0, -1.0, 1.0) == 1


def test_newcombes_printed_example() -> None:
    """Newcombe (1998), table II: 56 of 70 against 48 of 80, method 10: .0524 to .3339."""
    from metrics.answers import wilson

    sides = [(hits / n, *(float(bound) for bound in wilson(hits, n))) for hits, n in ((56, 70), (48, 80))]
    assert newcombe(*sides) == pytest.approx((0.0524, 0.3339), abs=5e-5)
