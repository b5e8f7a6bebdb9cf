"""Queueing formulas against 50-digit arithmetic and printed tables; the fewest agents against an exhaustive search."""

from __future__ import annotations

from math import ceil

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.staffing.erlang_a import ErlangA
from forecasting.staffing.erlang_c import ErlangC, waiting_probability
from forecasting.staffing.errors import BadStaffing, UnstableQueue
from forecasting.staffing.need import Promise, Shrinkage, agents_for_calls, rostered

mpmath.mp.dps = 50
WITHIN = 1e-12


def exact_waiting(load: float, agents: int) -> mpmath.mpf:
    """Erlang C from its textbook sum."""
    a = mpmath.mpf(load)
    top = a**agents / mpmath.factorial(agents) * agents / (agents - a)
    return top / (mpmath.fsum(a**k / mpmath.factorial(k) for k in range(agents)) + top)


def exact_impatient(
    arrivals: float, handling: float, agents: int, patience: float, within: float
) -> dict[str, mpmath.mpf]:
    """Erlang A from its stationary distribution, and the answered share by integrating over the offered wait."""
    lam, mu, theta = mpmath.mpf(arrivals), 1 / mpmath.mpf(handling), 1 / mpmath.mpf(patience)
    weights = [mpmath.mpf(1)]
    while len(weights) <= agents or weights[-1] > mpmath.mpf(10) ** -60 * max(weights):
        k = len(weights)
        weights.append(weights[-1] * lam / (min(k, agents) * mu + max(k - agents, 0) * theta))
    total = mpmath.fsum(weights)
    waits = mpmath.fsum(weights[agents:]) / total
    gone = mpmath.fsum((k - agents) * theta * w for k, w in enumerate(weights) if k > agents) / (lam * total)

    def density(t: mpmath.mpf) -> mpmath.mpf:
        return mpmath.exp(lam / theta * (1 - mpmath.exp(-theta * t)) - agents * mu * t)

    scale = waits / mpmath.quad(density, mpmath.linspace(0, 60 / float(agents * mu) * 4 + 40 * patience, 60))
    answered = scale * mpmath.quad(lambda t: density(t) * mpmath.exp(-theta * t), mpmath.linspace(0, within, 8))
    return {"waits": waits, "gone": gone, "in time": 1 - waits + answered}


def test_printed_tables() -> None:
    assert waiting_probability(48, 55) == pytest.approx(0.2387, abs=5e-5)
    assert ErlangC(48 / 240, 240, 55).mean_wait_seconds == pytest.approx(8.184, abs=5e-4)
    assert waiting_probability(10, 12) == pytest.approx(0.44939, abs=5e-6)


@given(st.integers(1, 400), st.floats(0.01, 0.9999))
def test_waiting_is_exact(agents: int, occupancy: float) -> None:
    load = agents * occupancy
    exact = exact_waiting(load, agents)
    got = mpmath.mpf(waiting_probability(load, agents))
    assert abs(got / exact - 1) < WITHIN if exact > 1e-290 else got < 1e-290  # below, no double has twelve digits


@pytest.mark.parametrize(
    ("arrivals", "handling", "agents", "patience", "within"),
    [
        (0.2, 240, 55, 120, 20),  # comfortable
        (0.25, 240, 50, 120, 20),  # more load than agents
        (0.5, 300, 100, 60, 10),  # a third too many
        (0.01, 300, 4, 600, 30),  # small and patient
        (0.02, 400, 3, 45, 60),  # small, overloaded and impatient
        (1.2, 180, 220, 300, 20),  # large
    ],
)
def test_impatience_is_exact(arrivals: float, handling: float, agents: int, patience: float, within: float) -> None:
    exact = exact_impatient(arrivals, handling, agents, patience, within)
    queue = ErlangA(arrivals, handling, agents, patience)
    got = {"waits": queue.waiting_probability, "gone": queue.abandonment, "in time": queue.service_level(within)}
    for name, value in got.items():
        assert abs(mpmath.mpf(value) / exact[name] - 1) < WITHIN, name


def test_endless_patience_is_erlang_c() -> None:
    patient, calls = ErlangA(0.2, 240, 55, 1e10), ErlangC(0.2, 240, 55)
    assert patient.waiting_probability == pytest.approx(calls.waiting_probability, rel=1e-6)
    assert patient.mean_wait_seconds == pytest.approx(calls.mean_wait_seconds, rel=1e-6)


def test_the_fewest_agents_of_5000_random_queues() -> None:
    """Exhaustive: with 50 digits, one agent fewer breaks the promise or the occupancy cap, and N keeps both."""
    chance = np.random.default_rng(11)
    with mpmath.workdps(30):
        for _ in range(5000):
            load, handling = float(chance.lognormal(2, 1.2)), float(chance.uniform(60, 900))
            promise = Promise(
                float(chance.uniform(0.5, 0.99)), float(chance.uniform(5, 120)), float(chance.uniform(0.7, 0.99))
            )
            agents = agents_for_calls(load / handling, handling, promise)
            # The formula sees the load that its own two numbers make.
            made = load / handling * handling
            assert _keeps(made, handling, agents, promise), (load, handling, promise)
            assert not _keeps(made, handling, agents - 1, promise), (load, handling, promise)


def _keeps(load: float, handling: float, agents: int, promise: Promise) -> bool:
    if agents <= load or agents < ceil(load / promise.occupancy_cap - 1e-9):
        return False
    a, inverse = mpmath.mpf(load), mpmath.mpf(1)
    for n in range(1, agents + 1):
        inverse = 1 + n / a * inverse
    waits = 1 / (1 + (inverse - 1) * (agents - a) / agents)
    return 1 - waits * mpmath.exp(-(agents - a) * promise.within_seconds / handling) >= promise.level


@given(st.floats(1, 100), st.integers(1, 100))
def test_an_overloaded_queue_is_an_error_and_no_probability(load: float, agents: int) -> None:
    if load >= agents:
        with pytest.raises(UnstableQueue, match="cannot carry a load"):
            ErlangC(load / 300, 300, agents).service_level(20)


def test_numbers_that_make_no_sense_are_named() -> None:
    with pytest.raises(BadStaffing, match="patience must be above zero"):
        ErlangA(0.1, 300, 5, 0)
    with pytest.raises(BadStaffing, match="absence must be at least 0 and below 1"):
        Shrinkage(absence=1.0)
    with pytest.raises(BadStaffing, match="service level"):
        Promise(level=1.0)


def test_learning_is_not_paid_for_twice() -> None:
    """57 at work for 48 Erlangs: 57 / .85 = 67.06 on shift are 71.6 % busy, below the cap; / .92 is 72.9 rostered."""
    assert rostered(57, 48, Shrinkage(0.15, 0.08, 0.80)) == pytest.approx(57 / 0.85 / 0.92)
    # 3 agents for 2.5 Erlangs: 3 / .95 = 3.16 on shift would be 79.2 % busy; with a cap of .70 it takes 3.57.
    assert rostered(3, 2.5, Shrinkage(0.05, 0.0, 0.70)) == pytest.approx(2.5 / 0.70)
